import type {Task, TaskFields} from '../api/types';

/// One write of one task.
export type Write =
  | {kind: 'create'; id: string; fields: Partial<TaskFields> & {title: string}}
  | {kind: 'update'; id: string; fields: Partial<TaskFields>}
  | {kind: 'delete'; id: string};

/// What the user has done at once, and todod is yet to be told.
export interface Action {
  /// Makes it safe to tell twice (Idempotency-Key).
  key: string;
  /// Whose it is: it is never told in another's name.
  userId: string;
  /// Unix milliseconds.
  at: number;
  writes: Write[];
}

function created(write: Write & {kind: 'create'}, at: string): Task {
  return changed({
    id: write.id, number: 0, version: 0,
    title: '', description: null, status: 'TODO', priority: 'MEDIUM', tags: [], dueDate: null,
    createdAt: at, updatedAt: at, completedAt: null,
  }, write.fields, at);
}

function changed(task: Task, fields: Partial<TaskFields>, at: string): Task {
  const result = {...task, ...fields, updatedAt: at};
  if (fields.status !== undefined && fields.status !== task.status) {
    result.completedAt = fields.status === 'COMPLETED' ? at : null;
  }
  return result;
}

/// The task once it is done; nothing: there is none. `task` is what was there before.
export function applyWrite(task: Task | undefined, write: Write, at: number): Task | undefined {
  const now = new Date(at).toISOString();
  switch (write.kind) {
    case 'create': return task ?? created(write, now);
    case 'update': return task && changed(task, write.fields, now);
    case 'delete': return undefined;
  }
}
