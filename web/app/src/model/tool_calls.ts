import type {ToolCall} from '../api/types';

/// What the assistant's tools have done, as far as the page shows it.

/// A task that a tool speaks of.
export interface Mention {
  id: string;
  number: number;
  title: string;
  /// In the trash: there is no page for it.
  isDeleted: boolean;
}

const readers: ReadonlySet<string> = new Set(['list_tasks', 'search_tasks', 'get_task',
  'list_changes']);

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectsIn(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function mentionIn(data: Json): Mention | null {
  const {id, task_id: number, title} = data;
  const isTask = typeof id === 'string' && typeof number === 'number' && typeof title === 'string';
  if (!isTask) return null;
  return {id, number, title, isDeleted: data.deleted === true};
}

/// The tasks in what a tool has answered: the one it was about, a list, or a batch.
export function mentionsIn({result}: ToolCall): Mention[] {
  const {data} = result ?? {};
  if (!isObject(data)) return [];
  const batch = objectsIn(data.results).map((item) => item.data).filter(isObject);
  return [data, ...objectsIn(data.tasks), ...batch].map(mentionIn).filter((each) => each !== null);
}

/// Each task once, in the order in which they come up.
export function mentions(calls: readonly ToolCall[]): Mention[] {
  const found = new Map<string, Mention>();
  for (const each of calls.flatMap(mentionsIn)) found.set(each.id, each);
  return [...found.values()];
}

/// What "undo that" would take back: an undo itself is not offered to be undone.
export function canBeUndone(calls: readonly ToolCall[]): boolean {
  const deeds = calls.filter(({toolName, result}) => !readers.has(toolName) && result?.success);
  return deeds.length > 0 && deeds.every(({toolName}) => toolName !== 'undo_changes');
}

/// Takes over a result: of the first call like it that has none yet.
export function withResult(calls: readonly ToolCall[], done: ToolCall): ToolCall[] {
  const parameters = JSON.stringify(done.parameters);
  const place = calls.findIndex((call) => !call.result && call.toolName === done.toolName &&
      JSON.stringify(call.parameters) === parameters);
  return place < 0 ? [...calls, done] : calls.map((call, i) => i === place ? done : call);
}

/// Names and values for people to read; nothing that is empty.
export function rows(value: unknown): [name: string, text: string][] {
  if (!isObject(value)) return value === undefined ? [] : [['', textOf(value)]];
  return Object.entries(value)
      .filter(([, each]) => each !== null && each !== '' && !(Array.isArray(each) && !each.length))
      .map(([name, each]) => [name.replaceAll('_', ' '), textOf(each)]);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return JSON.stringify(value, null, 2);
  return value.map(itemOf).join(value.some(isObject) ? '\n' : ', ');
}

/// A task in a list is told by its number and title alone.
function itemOf(value: unknown): string {
  const mention = isObject(value) ? mentionIn(value) : null;
  return mention ? `#${mention.number} ${mention.title}` : textOf(value);
}
