import {Problem, type Answer} from '../api/client';
import {
  batchSize, changesetOf, createTask, deleteTask, findTask, runBatch, updateTask,
  type Operation, type Result,
} from '../api/tasks';
import type {Task} from '../api/types';
import type {Action, Write} from '../model/action';

/// A write that todod does not take: it is as if it had never been done.
export interface Refusal {
  id: string;
  detail: string;
}

export interface Removal {
  id: string;
  /// As which it went, where that is known: one that has been changed since is there again.
  version?: number | undefined;
}

/// What became of an action.
export interface Outcome {
  /// To take it back: the first is the oldest.
  changesets: number[];
  tasks: Task[];
  removed: Removal[];
  refusals: Refusal[];
}

function operation(write: Write): Operation {
  switch (write.kind) {
    case 'create': return {op: 'create', task: {id: write.id, ...write.fields}};
    case 'update': return {op: 'update', taskId: write.id, task: write.fields};
    case 'delete': return {op: 'delete', taskId: write.id};
  }
}

function one(write: Write, key: string): Promise<Answer<Task | null>> {
  switch (write.kind) {
    case 'create': return createTask(write.id, write.fields, key);
    case 'update': return updateTask(write.id, write.fields);
    case 'delete': return deleteTask(write.id);
  }
}

/// What a refusal means. A task that is gone cannot be deleted again, and one whose id is taken was
/// made by the same write when its answer was lost.
async function refused(
    write: Write, status: number, detail: string, outcome: Outcome): Promise<void> {
  if (status === 409 && write.kind === 'create') {
    const task = await findTask(write.id);
    if (task) {
      outcome.tasks.push(task);
    } else {
      outcome.removed.push({id: write.id});
    }
    return;
  }
  if (status === 404) outcome.removed.push({id: write.id});
  if (status !== 404 || write.kind !== 'delete') outcome.refusals.push({id: write.id, detail});
}

function isForGood(error: unknown): error is Problem {
  return error instanceof Problem && !error.isPassing && error.status !== 401;
}

function taken(write: Write, task: Task | null | undefined, outcome: Outcome): void {
  if (write.kind === 'delete') {
    outcome.removed.push({id: write.id, version: task?.version});
  } else if (task) {
    outcome.tasks.push(task);
  }
}

async function sendOne(write: Write, key: string, outcome: Outcome): Promise<void> {
  try {
    const answer = await one(write, key);
    const changeset = changesetOf(answer);
    if (changeset > 0) outcome.changesets.push(changeset);
    taken(write, answer.body, outcome);
  } catch (error) {
    if (!isForGood(error)) throw error;
    await refused(write, error.status, error.message, outcome);
  }
}

async function sendBatch(
    writes: readonly Write[], key: string, outcome: Outcome): Promise<void> {
  const answer = await runBatch(writes.map(operation), key);
  const changeset = changesetOf(answer);
  if (changeset > 0) outcome.changesets.push(changeset);
  for (const [i, write] of writes.entries()) {
    const result = answer.body.results[i] as Result;
    if (result.success) {
      taken(write, result.task, outcome);
    } else {
      await refused(write, result.status, result.error ?? '', outcome);
    }
  }
}

/// As few requests as it takes. A batch with a write that is none is refused as a whole: its halves
/// are sent, until what is wrong is alone.
async function sendSome(writes: readonly Write[], progress: Progress): Promise<void> {
  const [first] = writes;
  if (!first) return;
  const key = `${progress.key}.${first.id}`;
  if (writes.length === 1) {
    await sendOne(first, key, progress.outcome);
  } else {
    try {
      await sendBatch(writes, `${key}.${writes.length}`, progress.outcome);
    } catch (error) {
      if (!isForGood(error)) throw error;
      const half = Math.ceil(writes.length / 2);
      progress.parts.unshift(writes.slice(0, half), writes.slice(half));
      return;
    }
  }
}

/// How far an action has been told: what is done is not done again.
export interface Progress {
  key: string;
  /// What is yet to be told.
  parts: (readonly Write[])[];
  outcome: Outcome;
}

export function begin({key, writes}: Action): Progress {
  const parts = [];
  for (let start = 0; start < writes.length; start += batchSize) {
    parts.push(writes.slice(start, start + batchSize));
  }
  return {key, parts, outcome: {changesets: [], tasks: [], removed: [], refusals: []}};
}

/// Whether some of it is done.
export function isBegun({outcome}: Progress): boolean {
  return outcome.tasks.length + outcome.removed.length + outcome.refusals.length > 0;
}

/// Tells todod. May be called again after it threw (Unreachable, or a Problem that passes): it goes
/// on where it was, and what it does not know to be done can be told twice.
export async function send(progress: Progress): Promise<Outcome> {
  for (;;) {
    const [next] = progress.parts;
    if (!next) return progress.outcome;
    progress.parts.shift();
    try {
      await sendSome(next, progress);
    } catch (error) {
      progress.parts.unshift(next);
      throw error;
    }
  }
}
