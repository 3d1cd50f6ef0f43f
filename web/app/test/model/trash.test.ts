import {afterEach, beforeEach, expect, it, vi} from 'vitest';
import type {Task, TrashedTask} from '../../src/api/types';
import {findTask, replaceTasks} from '../../src/model/tasks';
import {
  forgetTrash, hasMoreTrash, purgeTrashed, readMoreTrash, readTrash, restoreTrashed, trash,
} from '../../src/model/trash';

function trashed(seq: number): TrashedTask {
  const at = '2026-11-22T12:00:00.000Z';
  const task: Task = {
    id: `id-${seq}`, number: seq, version: 1, title: `Task ${seq}`, description: null,
    status: 'TODO', priority: 'MEDIUM', tags: [], dueDate: null, createdAt: at, updatedAt: at,
    completedAt: null,
  };
  return {task, seq, deletedAt: at, expiresAt: at};
}

/// What is in the server's trash, newest first.
let kept: TrashedTask[] = [];

function answer(path: string, method: string): Response {
  const [, id] = /^\/api\/trash\/([^/?]+)/.exec(path) ?? [];
  const found = kept.find(({task}) => task.id === id);
  if (id !== undefined) kept = kept.filter(({task}) => task.id !== id);
  if (method === 'POST') return Response.json({...found?.task, version: 2});
  if (method === 'DELETE') return new Response(null, {status: 204});
  const before = Number(new URL(path, 'http://x').searchParams.get('before') ?? Infinity);
  return Response.json(kept.filter(({seq}) => seq < before).slice(0, 100));
}

beforeEach(() => {
  kept = Array.from({length: 250}, (_, i) => trashed(250 - i));
  vi.stubGlobal('fetch', async (path: string, {method}: RequestInit) =>
    answer(path, method ?? 'GET'));
});

afterEach(() => {
  vi.unstubAllGlobals();
  forgetTrash();
  replaceTasks([]);
});

it('is read in pages, and read anew as far as it was shown', async () => {
  await readTrash();
  expect([trash.value?.length, hasMoreTrash.value]).toEqual([100, true]);
  await readMoreTrash();
  await readMoreTrash();
  expect([trash.value?.length, hasMoreTrash.value]).toEqual([250, false]);
  kept = [trashed(251), ...kept];
  await readTrash();
  expect([trash.value?.length, trash.value?.[0]?.seq]).toEqual([251, 251]);
});

it('gives a task back to the list', async () => {
  await readTrash();
  await restoreTrashed('id-249');
  expect(trash.value?.some(({seq}) => seq === 249)).toBe(false);
  expect(findTask('id-249')?.title).toBe('Task 249');
});

it('does not show again what has gone while it was read', async () => {
  await readTrash();
  const late = readTrash();
  await purgeTrashed('id-250');
  await late;
  expect(trash.value?.[0]?.seq).toBe(249);
});
