import {ask, get, Problem} from './client';
import type {Change, ChangeSet, Conflict, Undone} from './types';

/// What a task has been through, newest first.
export function history(id: string): Promise<Change[]> {
  return get(`/api/tasks/${id}/history?limit=100`);
}

/// Newest first: those before the set `before`.
export function changesets(before = 0): Promise<ChangeSet[]> {
  return get(`/api/changesets?limit=50${before === 0 ? '' : `&before=${before}`}`);
}

/// A set with its changes.
export function changeset(id: number): Promise<ChangeSet & {changes: Change[]}> {
  return get(`/api/changesets/${id}`);
}

/// What was changed since stands in the way: nothing was taken back.
export class UndoConflict extends Error {
  constructor(readonly conflicts: Conflict[]) {
    super('Conflict');
    this.name = 'UndoConflict';
  }
}

/// Throws UndoConflict, unless what has been changed since may stay as it is (`partial`).
export async function undo(id: number, partial = false): Promise<Undone> {
  try {
    return (await ask<Undone>('POST', `/api/changesets/${id}/undo`, {body: {partial}})).body;
  } catch (error) {
    if (error instanceof Problem && error.status === 409 && Array.isArray(error.body.conflicts)) {
      throw new UndoConflict(error.body.conflicts as Conflict[]);
    }
    throw error;
  }
}
