import {computed, signal} from '@preact/signals';
import type {Change, Task, TaskFields, TaskState} from '../api/types';
import {applyWrite, type Action} from './action';

/// All that the page knows of the user's tasks: what the server has said, and over it what the user
/// has done that the server is yet to be told.

const said = new Map<string, Task>();
/// The version in which a task went: what is older must not bring it back.
const gone = new Map<string, number>();
const shown = new Map<string, Task>();
let waiting: readonly Action[] = [];
const revision = signal(0);

/// What the server has said since it was last asked for: to be kept.
const unsaved = new Set<string>();

/// All tasks, in no order. A task that has not changed is the same object.
export const tasks = computed<readonly Task[]>(() => {
  void revision.value;
  return [...shown.values()];
});

/// Every tag in use with the number of tasks that are not done, A to Z.
export const tags = computed<ReadonlyMap<string, number>>(() => {
  const counts = new Map<string, number>();
  for (const task of tasks.value) {
    for (const tag of task.tags) {
      counts.set(tag, (counts.get(tag) ?? 0) + (task.status === 'COMPLETED' ? 0 : 1));
    }
  }
  return new Map([...counts].sort(([a], [b]) => a.localeCompare(b)));
});

export function findTask(id: string): Task | undefined {
  void revision.value;
  return shown.get(id);
}

function show(id: string): void {
  let task = said.get(id);
  for (const action of waiting) {
    for (const write of action.writes) {
      if (write.id === id) task = applyWrite(task, write, action.at);
    }
  }
  if (task) {
    shown.set(id, task);
  } else {
    shown.delete(id);
  }
}

function changed(): void {
  revision.value++;
}

/// What the user has done that is yet to be told.
export function setWaiting(actions: readonly Action[]): void {
  const ids = new Set<string>();
  for (const {writes} of [...waiting, ...actions]) {
    for (const {id} of writes) ids.add(id);
  }
  waiting = actions;
  ids.forEach(show);
  changed();
}

/// What an answer or a change has said of one task. False: something newer was known.
function take(task: Task): boolean {
  const known = said.get(task.id);
  if (known && known.version >= task.version) return false;
  if ((gone.get(task.id) ?? -1) >= task.version) return false;
  said.set(task.id, task);
  gone.delete(task.id);
  unsaved.add(task.id);
  show(task.id);
  return true;
}

export function takeTasks(news: Iterable<Task>): void {
  for (const task of news) take(task);
  changed();
}

function remove(id: string, version: number): void {
  if ((said.get(id)?.version ?? -1) > version) return;
  said.delete(id);
  gone.set(id, version);
  unsaved.add(id);
  show(id);
}

/// It went in an unknown version: nothing brings it back but a later change.
export function takeRemoval(id: string): void {
  remove(id, said.get(id)?.version ?? 0);
  changed();
}

function withState(task: Task, {after, at, version}: Change): Task {
  return {...task, ...after as Partial<TaskFields>, updatedAt: at, version};
}

const emptyState: Required<TaskState> = {
  title: '', description: null, status: 'TODO', priority: 'MEDIUM', tags: [], dueDate: null,
  completedAt: null,
};

/// Applies a row of the log. False: it changes a task that is not known, which is to be read.
export function takeChange(change: Change): boolean {
  const {kind, taskId, version, after, at} = change;
  const known = said.get(taskId);
  let isKnown = true;
  if (kind === 'delete' || kind === 'purge') {
    remove(taskId, version);
  } else if (known) {
    take(withState(known, change));
  } else if (kind === 'create') {
    take({
      ...emptyState, ...after, id: taskId, number: change.taskNumber, createdAt: at, updatedAt: at,
      version,
    });
  } else {
    isKnown = (gone.get(taskId) ?? -1) >= version;
  }
  changed();
  return isKnown;
}

/// All that there is: what else was known is gone.
export function replaceTasks(all: Iterable<Task>): void {
  const before = new Set(said.keys());
  gone.clear();
  said.clear();
  for (const task of all) {
    said.set(task.id, task);
    before.add(task.id);
  }
  for (const id of before) unsaved.add(id);
  shown.clear();
  const ids = new Set(said.keys());
  for (const {writes} of waiting) {
    for (const {id} of writes) ids.add(id);
  }
  ids.forEach(show);
  changed();
}

/// What was said since the last call; a task that is gone is undefined.
export function takeUnsaved(): Map<string, Task | undefined> {
  const result = new Map([...unsaved].map((id) => [id, said.get(id)]));
  unsaved.clear();
  return result;
}

/// They could not be kept after all.
export function putBackUnsaved(ids: Iterable<string>): void {
  for (const id of ids) unsaved.add(id);
}
