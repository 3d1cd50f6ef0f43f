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

/// What became of an action.
export interface Outcome {
  /// To take it back: the first is the oldest.
  changesets: number[];
  tasks: Task[];
  removed: string[];
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

/// What a refusal means. A task that is gone cannot be deleted again, and one that is there was
/// made by the same write when its answer was lost.
async function refused(
    write: Write, status: number, detail: string, outcome: Outcome): Promise<void> {
  if (status === 404) outcome.removed.push(write.id);
  if (status === 404 && write.kind === 'delete') return;
  const task = status === 409 && write.kind === 'create' ? await findTask(write.id) : null;
  if (task) {
    outcome.tasks.push(task);
  } else {
    outcome.refusals.push({id: write.id, detail});
  }
}

function taken(write: Write, task: Task | null | undefined, outcome: Outcome): void {
  if (task) outcome.tasks.push(task);
  if (write.kind === 'delete') outcome.removed.push(write.id);
}

async function sendOne(write: Write, key: string, outcome: Outcome): Promise<void> {
  try {
    const answer = await one(write, key);
    const changeset = changesetOf(answer);
    if (changeset > 0) outcome.changesets.push(changeset);
    taken(write, answer.body, outcome);
  } catch (error) {
    if (!(error instanceof Problem) || error.isPassing || error.status === 401) throw error;
    await refused(write, error.status, error.message, outcome);
  }
}

async function sendBatch(writes: Write[], outcome: Outcome): Promise<void> {
  const answer = await runBatch(writes.map(operation));
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

/// Tells todod. May be called again after it threw (Unreachable, or a Problem that passes): every
/// write of it can be told twice.
export async function send({key, writes}: Action): Promise<Outcome> {
  const outcome: Outcome = {changesets: [], tasks: [], removed: [], refusals: []};
  const [first] = writes;
  if (first && writes.length === 1) {
    await sendOne(first, key, outcome);
  } else {
    for (let start = 0; start < writes.length; start += batchSize) {
      await sendBatch(writes.slice(start, start + batchSize), outcome);
    }
  }
  return outcome;
}
