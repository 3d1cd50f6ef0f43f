/// What a task may say. Lengths count Unicode code points.

export const limits = {title: 200, description: 1000, tag: 50, tags: 32} as const;

export function lengthOf(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/// What is wrong with a text; null: nothing.
export type Fault = 'empty' | 'tooLong' | 'tooMany';

export function faultOfTitle(text: string): Fault | null {
  const length = lengthOf(text.trim());
  if (length === 0) return 'empty';
  return length > limits.title ? 'tooLong' : null;
}

export function faultOfDescription(text: string): Fault | null {
  return lengthOf(text) > limits.description ? 'tooLong' : null;
}

/// The tags in what was typed, which may be several with commas between, that are not there yet.
export function newTags(typed: string, present: readonly string[]): string[] {
  const all = typed.split(',').map((tag) => tag.trim()).filter((tag) => tag !== '');
  return [...new Set(all)].filter((tag) => !present.includes(tag));
}

export function faultOfTags(added: readonly string[], present: readonly string[]): Fault | null {
  if (added.some((tag) => lengthOf(tag) > limits.tag)) return 'tooLong';
  return present.length + added.length > limits.tags ? 'tooMany' : null;
}
