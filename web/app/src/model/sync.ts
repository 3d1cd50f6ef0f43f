import {signal} from '@preact/signals';
import {ask, Problem} from '../api/client';
import {allTasks, findTask, lastSeq} from '../api/tasks';
import type {Change, Task, User} from '../api/types';
import * as database from '../offline/database';
import {drain} from '../offline/queue';
import {
  putBackUnsaved, replaceTasks, takeChange, takeRemoval, takeTasks, takeUnsaved,
} from './tasks';

/// Keeps what is known of the tasks as todod has it: everything once, then each change as it is
/// made (GET /api/events), from the last one known on.

export type Connection = 'waiting' | 'live' | 'offline';

export const connection = signal<Connection>('waiting');
/// Whether the tasks are there, be they from before.
export const isLoaded = signal(false);

const saveAfterMs = 500;
const retryMs = {least: 1000, most: 30_000};

let owner: User | null = null;
/// Of the last change that is known; null: the tasks are to be read.
let seq: number | null = null;
let source: EventSource | null = null;
let failures = 0;
let retry: ReturnType<typeof setTimeout> | undefined;
let saving: ReturnType<typeof setTimeout> | undefined;
let onSignedOut = (): void => {};
/// Counts what was started: what is late is not of this one.
let run = 0;

/// What was kept from before.
export function show(kept: database.Kept): void {
  replaceTasks(kept.tasks);
  takeUnsaved();
  seq = kept.seq;
  isLoaded.value = true;
}

async function save(): Promise<void> {
  if (!owner || seq === null) return;
  const news = takeUnsaved();
  const isKept = await database.save(owner, seq, news).catch(() => false);
  if (!isKept) putBackUnsaved(news.keys());
}

function saveSoon(): void {
  saving ??= setTimeout(() => {
    saving = undefined;
    void save();
  }, saveAfterMs);
}

function again(seconds = 0): void {
  source?.close();
  source = null;
  if (connection.value === 'live') connection.value = 'waiting';
  const backOff = Math.min(retryMs.most, retryMs.least * 2 ** failures++);
  clearTimeout(retry);
  retry = setTimeout(() => void connect(), Math.max(seconds * 1000, backOff));
}

/// Reads all tasks. What is changed meanwhile is told by the changes after `seq`.
async function loadAll(): Promise<void> {
  const mine = run;
  const start = await lastSeq();
  const all: Task[] = [];
  for await (const page of allTasks()) {
    if (run !== mine) return;
    all.push(...page);
    if (!isLoaded.value) takeTasks(page);
  }
  replaceTasks(all);
  seq = start;
  isLoaded.value = true;
  saveSoon();
}

async function hear(change: Change): Promise<void> {
  if (seq !== null && change.seq <= seq) return;
  seq = change.seq;
  saveSoon();
  if (takeChange(change)) return;
  const task = await findTask(change.taskId).catch(() => undefined);
  if (task) takeTasks([task]);
  if (task === null) takeRemoval(change.taskId);
}

/// Why a stream could not be opened: it does not say.
async function explain(): Promise<void> {
  try {
    await ask('GET', `/api/changes?since=${seq ?? 0}&limit=1`);
    again();
  } catch (error) {
    if (!(error instanceof Problem)) {
      connection.value = 'offline';
      again();
    } else if (error.status === 401) {
      onSignedOut();
    } else {
      if (error.status === 410 || error.status === 422) seq = null;
      again(error.retryAfter);
    }
  }
}

function listen(from: number): void {
  const mine = run;
  const opened = new EventSource(`/api/events?since=${from}`);
  source = opened;
  opened.addEventListener('ready', () => {
    connection.value = 'live';
    failures = 0;
    void drain();
  });
  opened.addEventListener('change', ({data}) => {
    if (run === mine) void hear(JSON.parse(data as string) as Change);
  });
  opened.addEventListener('reset', () => {
    seq = null;
    again();
  });
  opened.addEventListener('error', () => {
    if (source !== opened) return;
    connection.value = navigator.onLine ? 'waiting' : 'offline';
    if (opened.readyState === EventSource.CLOSED) void explain();
  });
}

async function connect(): Promise<void> {
  const mine = run;
  source?.close();
  source = null;
  try {
    if (seq === null) await loadAll();
    if (run === mine && seq !== null) listen(seq);
  } catch (error) {
    if (run !== mine) return;
    if (error instanceof Problem && error.status === 401) {
      onSignedOut();
      return;
    }
    connection.value = 'offline';
    again(error instanceof Problem ? error.retryAfter : 0);
  }
}

/// Follows what is changed of this user's until stop().
export function start(user: User, signedOut: () => void): void {
  run++;
  owner = user;
  onSignedOut = signedOut;
  failures = 0;
  connection.value = 'waiting';
  void connect();
}

export function stop(): void {
  run++;
  owner = null;
  source?.close();
  source = null;
  clearTimeout(retry);
  clearTimeout(saving);
  saving = undefined;
}

/// Nothing is known any more.
export function forget(): void {
  seq = null;
  isLoaded.value = false;
  replaceTasks([]);
  takeUnsaved();
}

globalThis.addEventListener?.('online', () => {
  if (!owner) return;
  failures = 0;
  // A stream that seems open may have died unheard.
  void connect();
});
globalThis.addEventListener?.('offline', () => {
  if (owner) connection.value = 'offline';
});
