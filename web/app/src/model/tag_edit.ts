import type {Task, TaskFields} from '../api/types';
import {faultOfTags, type Fault} from './limits';

/// The tags of several tasks at once.

export interface TagEdit {
  added: ReadonlySet<string>;
  removed: ReadonlySet<string>;
}

/// Every tag that one of them has, with whether all have it.
export function tagsOf(tasks: readonly Task[]): Map<string, boolean> {
  const all = [...new Set(tasks.flatMap(({tags}) => tags))].sort((a, b) => a.localeCompare(b));
  return new Map(all.map((tag) => [tag, tasks.every(({tags}) => tags.includes(tag))]));
}

/// "home, #money" as tags.
export function readTags(text: string): string[] {
  return text.split(',').map((tag) => tag.trim().replace(/^#/, '')).filter((tag) => tag !== '');
}

/// What is to be written: tasks that stay as they are, are not in it.
export function editTags(
    tasks: readonly Task[], {added, removed}: TagEdit): Map<string, Partial<TaskFields>> {
  const result = new Map<string, Partial<TaskFields>>();
  for (const {id, tags} of tasks) {
    const rest = tags.filter((tag) => !removed.has(tag));
    const edited = [...new Set([...rest, ...added])];
    if (edited.length !== tags.length || edited.some((tag, i) => tag !== tags[i])) {
      result.set(id, {tags: edited});
    }
  }
  return result;
}

export function tagFault(edited: ReadonlyMap<string, Partial<TaskFields>>): Fault | null {
  for (const {tags = []} of edited.values()) {
    const fault = faultOfTags(tags, []);
    if (fault !== null) return fault;
  }
  return null;
}
