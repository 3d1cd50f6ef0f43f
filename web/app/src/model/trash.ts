import {signal} from '@preact/signals';
import {emptyTrash, listTrash, purgeTask, restoreTask} from '../api/tasks';
import type {TrashedTask} from '../api/types';
import {user} from './session';
import {takeTasks} from './tasks';

/// What is in the trash, as far as it has been looked at; null: not looked at yet.
export const trash = signal<readonly TrashedTask[] | null>(null);
/// Whether there is more.
export const hasMoreTrash = signal(false);

const page = 100;

/// Counts what was asked: an answer that is late is of no use.
let asked = 0;

async function read(least: number): Promise<void> {
  const mine = ++asked;
  const all: TrashedTask[] = [];
  let last: TrashedTask[];
  do {
    last = await listTrash(all.at(-1)?.seq ?? 0);
    all.push(...last);
  } while (last.length === page && all.length < least);
  if (mine !== asked) return;
  trash.value = all;
  hasMoreTrash.value = last.length === page;
}

/// Reads anew as much as was shown.
export function readTrash(): Promise<void> {
  return read(trash.value?.length ?? 0);
}

export function readMoreTrash(): Promise<void> {
  return read((trash.value?.length ?? 0) + 1);
}

function drop(id: string): void {
  asked++;
  trash.value = trash.value?.filter(({task}) => task.id !== id) ?? null;
}

export async function restoreTrashed(id: string): Promise<void> {
  const who = user.value?.id;
  const {body} = await restoreTask(id);
  if (user.value?.id !== who) return;
  drop(id);
  takeTasks([body]);
}

export async function purgeTrashed(id: string): Promise<void> {
  await purgeTask(id);
  drop(id);
}

export async function purgeAllTrashed(): Promise<void> {
  await emptyTrash();
  asked++;
  trash.value = [];
  hasMoreTrash.value = false;
}

/// For another user, none of it is known.
export function forgetTrash(): void {
  asked++;
  trash.value = null;
  hasMoreTrash.value = false;
}
