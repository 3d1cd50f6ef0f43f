import {ask, numberIn, Problem, type Answer} from './client';
import type {Task, TaskFields, TrashedTask} from './types';

const page = 1000;
const patience = 10;

/// The change that a write was; 0: nothing was changed.
export function changesetOf(answer: Answer<unknown>): number {
  return numberIn(answer.headers, 'X-Changeset-ID');
}

/// The seq of the user's last change. Tasks read after this may be newer, never older.
export async function lastSeq(): Promise<number> {
  try {
    const answer = await ask('GET', '/api/changes?since=0&limit=1');
    return numberIn(answer.headers, 'X-Last-Seq');
  } catch (error) {
    if (error instanceof Problem && error.status === 410) {
      return Number(error.body.last_seq);
    }
    throw error;
  }
}

function nextPage(headers: Headers): string | null {
  return /<([^>]+)>;\s*rel="next"/.exec(headers.get('Link') ?? '')?.[1] ?? null;
}

/// Waits where there were too many requests: to begin again would only be more.
async function askPatiently<T>(path: string): Promise<Answer<T>> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask<T>('GET', path);
    } catch (error) {
      const isPatient = error instanceof Problem && error.status === 429 && tries < patience;
      if (!isPatient) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000 * Math.max(1, error.retryAfter)));
    }
  }
}

/// All tasks, in pages as they come.
export async function* allTasks(): AsyncGenerator<Task[]> {
  let path: string | null = `/api/tasks?limit=${page}`;
  while (path !== null) {
    const answer: Answer<Task[]> = await askPatiently<Task[]>(path);
    yield answer.body;
    path = nextPage(answer.headers);
  }
}

/// Nothing where there is no such task.
export async function findTask(id: string): Promise<Task | null> {
  try {
    return (await ask<Task>('GET', `/api/tasks/${id}`)).body;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

/// `key` makes it safe to ask again: the answer is the first one's.
export function createTask(
    id: string, fields: Partial<TaskFields>, key: string): Promise<Answer<Task>> {
  return ask('POST', '/api/tasks', {body: {id, ...fields}, headers: {'Idempotency-Key': key}});
}

export function updateTask(id: string, fields: Partial<TaskFields>): Promise<Answer<Task>> {
  return ask('PATCH', `/api/tasks/${id}`, {body: fields});
}

export function deleteTask(id: string): Promise<Answer<null>> {
  return ask('DELETE', `/api/tasks/${id}`);
}

export type Operation =
  | {op: 'create'; task: Partial<TaskFields> & {id: string}}
  | {op: 'update'; taskId: string; task: Partial<TaskFields>}
  | {op: 'delete'; taskId: string};

export interface Result {
  index: number;
  success: boolean;
  status: number;
  task?: Task;
  error?: string;
}

/// As many as one request takes.
export const batchSize = 100;

/// Each is done that can be; together they are one change set. `key` as of createTask.
export function runBatch(
    operations: Operation[], key: string): Promise<Answer<{results: Result[]}>> {
  return ask('POST', '/api/batch',
             {body: {operations, mode: 'best_effort'}, headers: {'Idempotency-Key': key}});
}

/// What went last comes first.
export async function listTrash(before = 0): Promise<TrashedTask[]> {
  const query = before === 0 ? '' : `&before=${before}`;
  return (await ask<TrashedTask[]>('GET', `/api/trash?limit=100${query}`)).body;
}

export function restoreTask(id: string): Promise<Answer<Task>> {
  return ask('POST', `/api/trash/${id}/restore`);
}

export function purgeTask(id: string): Promise<Answer<null>> {
  return ask('DELETE', `/api/trash/${id}`);
}

export function emptyTrash(): Promise<Answer<null>> {
  return ask('DELETE', '/api/trash');
}
