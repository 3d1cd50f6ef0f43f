import {computed, signal} from '@preact/signals';
import type {Change, Task, TaskFields, TaskState} from '../api/types';
import {applyWrite, type Action, type Write} from './action';

/// All that the page knows of the user's tasks: what the server has said, and over it what the user
/// has done that the server is yet to be told.

interface Waiting {
  write: Write;
  /// Unix milliseconds.
  at: number;
}

const said = new Map<string, Task>();
/// The version in which a task went: what is older must not bring it back. Where it was known, so
/// is what it was when it comes back.
const gone = new Map<string, {version: number; task: Task | undefined}>();
const shown = new Map<string, Task>();
/// What waits of each task, the first one first.
let waiting: ReadonlyMap<string, readonly Waiting[]> = new Map();
const revision = signal(0);

/// What the server has said since it was last asked for: to be kept.
const unsaved = new Set<string>();

/// What was said while all tasks are read anew: it is newer than what is being read.
let saidMeanwhile: Set<string> | null = null;

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

/// What is known of them now, but for those that are gone.
export function asTheyAre(before: readonly Task[]): Task[] {
  return before.flatMap(({id}) => findTask(id) ?? []);
}

function show(id: string): void {
  let task = said.get(id);
  for (const {write, at} of waiting.get(id) ?? []) task = applyWrite(task, write, at);
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
  const before = waiting;
  const now = new Map<string, Waiting[]>();
  for (const {writes, at} of actions) {
    for (const write of writes) {
      const its = now.get(write.id);
      if (its) its.push({write, at});
      else now.set(write.id, [{write, at}]);
    }
  }
  waiting = now;
  new Set([...before.keys(), ...now.keys()]).forEach(show);
  changed();
}

function mark(id: string): void {
  unsaved.add(id);
  saidMeanwhile?.add(id);
}

function isNewer({id, version}: Task): boolean {
  return (said.get(id)?.version ?? -1) < version && (gone.get(id)?.version ?? -1) < version;
}

/// What an answer or a change has said of one task. False: something newer was known.
function take(task: Task): boolean {
  if (!isNewer(task)) return false;
  said.set(task.id, task);
  gone.delete(task.id);
  mark(task.id);
  show(task.id);
  return true;
}

export function takeTasks(news: Iterable<Task>): void {
  for (const task of news) take(task);
  changed();
}

function remove(id: string, version: number): void {
  const task = said.get(id);
  if (task && task.version > version) return;
  const before = gone.get(id);
  said.delete(id);
  gone.set(id, {
    version: Math.max(version, before?.version ?? 0), task: task ?? before?.task,
  });
  mark(id);
  show(id);
}

/// It went; in an unknown version: nothing brings it back but a later change.
export function takeRemoval(id: string, version?: number): void {
  remove(id, version ?? said.get(id)?.version ?? 0);
  changed();
}

function withState(task: Task, {after, at, version}: Change): Task {
  return {...task, ...after as Partial<TaskFields>, updatedAt: at, version};
}

const emptyState: Required<TaskState> = {
  title: '', description: null, status: 'TODO', priority: 'MEDIUM', tags: [], dueDate: null,
  completedAt: null,
};

/// Applies a row of the log. False: it changes a task that is not known, or not as it was before,
/// which is to be read.
export function takeChange(change: Change): boolean {
  const {kind, taskId, version, after, at} = change;
  const known = said.get(taskId);
  const before = gone.get(taskId);
  let isKnown = true;
  if (kind === 'delete' || kind === 'purge') {
    remove(taskId, version);
  } else if (known && (kind !== 'update' || version <= known.version + 1)) {
    take(withState(known, change));
  } else if (known) {
    isKnown = false;
  } else if (kind === 'create') {
    take({
      ...emptyState, ...after, id: taskId, number: change.taskNumber, createdAt: at, updatedAt: at,
      version,
    });
  } else if (before && before.version >= version) {
    // It was changed before it went.
  } else if (kind === 'restore' && before?.task) {
    take(withState(before.task, change));
  } else {
    isKnown = false;
  }
  changed();
  return isKnown;
}

/// All tasks are being read: what is said from now on is newer.
export function startReading(): void {
  saidMeanwhile = new Set();
}

/// All that there is: what else was known is gone, but for what was said since startReading().
export function replaceTasks(all: Iterable<Task>): void {
  const newer = saidMeanwhile ?? new Set();
  saidMeanwhile = null;
  for (const id of said.keys()) {
    unsaved.add(id);
    if (!newer.has(id)) said.delete(id);
  }
  for (const id of gone.keys()) {
    if (!newer.has(id)) gone.delete(id);
  }
  for (const task of all) {
    if (newer.has(task.id) && !isNewer(task)) continue;
    said.set(task.id, task);
    unsaved.add(task.id);
  }
  shown.clear();
  new Set([...said.keys(), ...waiting.keys()]).forEach(show);
  changed();
}

/// Nothing is known any more.
export function forgetTasks(): void {
  saidMeanwhile = null;
  replaceTasks([]);
  unsaved.clear();
}

/// All that the server has said: to be kept as a whole.
export function takeAll(): Map<string, Task | undefined> {
  unsaved.clear();
  return new Map(said);
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
