import type {Change, Task} from '../../src/api/types';

const at = '2026-01-01T00:00:00.000Z';

export function task(id: string, version = 1, fields: Partial<Task> = {}): Task {
  return {
    id, number: 1, title: `${id}${version}`, description: null, status: 'TODO', priority: 'MEDIUM',
    tags: [], dueDate: null, createdAt: at, updatedAt: at, completedAt: null, version, ...fields,
  };
}

export function change(
    kind: Change['kind'], taskId: string, version: number, after: Change['after'] = null): Change {
  return {
    seq: 1, changesetId: 1, at, kind, taskId, taskNumber: 1, version, before: null, after,
    origin: {via: 'rest', isService: false}, undoes: null,
  };
}
