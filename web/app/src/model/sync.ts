import {signal} from '@preact/signals';
import {meStill} from '../api/account';
import {Problem} from '../api/client';
import {allTasks, findTask, lastSeq} from '../api/tasks';
import type {Change, Task, User} from '../api/types';
import * as database from '../offline/database';
import {drain, type Listener} from '../offline/queue';
import {
  forgetTasks, putBackUnsaved, replaceTasks, startReading, takeAll, takeChange, takeRemoval,
  takeTasks, takeUnsaved,
} from './tasks';

/// Keeps what is known of the tasks as todod has it: everything once, then each change as it is
/// made (GET /api/events), from the last one known on.

export type Connection = 'waiting' | 'live' | 'offline';

export const connection = signal<Connection>('waiting');
/// Whether the tasks are there, be they from before.
export const isLoaded = signal(false);

const saveAfterMs = 500;
const retryMs = {least: 1000, most: 30_000};
/// A stream that has ended sooner is as good as none: what is in between may let none through.
const steadyMs = 10_000;
/// Who was away for so long may have lost the connection without being told. Nor do they keep one:
/// browsers have but six to a server for all their windows, and each stream is one of them.
const awayMs = 60_000;

let owner: User | null = null;
/// Whose tasks are known.
let known: string | null = null;
/// Of the last change that is known; null: the tasks are to be read.
let seq: number | null = null;
/// Up to where this window has kept, or found kept, what it knows; null: all is to be kept.
let savedSeq: number | null = null;
let source: EventSource | null = null;
let failures = 0;
/// When the stream was there (Unix milliseconds).
let liveAt = Infinity;
let retry: ReturnType<typeof setTimeout> | undefined;
let saving: ReturnType<typeof setTimeout> | undefined;
let told: Listener = {signedOut: () => {}, changed: () => {}};
/// Counts the connections that were begun: what is late is not of this one.
let run = 0;
/// The changes are taken one after another.
let hearing: Promise<void> = Promise.resolve();

/// What was kept from before.
export function show(kept: database.Kept): void {
  forget();
  known = kept.user.id;
  replaceTasks(kept.tasks);
  takeUnsaved();
  seq = kept.seq;
  savedSeq = kept.seq;
  isLoaded.value = true;
}

async function save(): Promise<void> {
  if (!owner || seq === null) return;
  const isWhole = savedSeq === null;
  const news = {from: savedSeq ?? 0, to: seq, tasks: isWhole ? takeAll() : takeUnsaved(), isWhole};
  const who = owner;
  const saved = await database.save(who, news).catch(() => 'newer' as const);
  if (known !== who.id) return;
  if (saved === 'kept') {
    savedSeq = news.to;
  } else {
    putBackUnsaved(news.tasks.keys());
  }
  if (saved === 'gap') {
    savedSeq = null;
    saveSoon();
  }
  if (saved === 'foreign' && owner === who) told.changed();
}

function saveSoon(): void {
  saving ??= setTimeout(() => {
    saving = undefined;
    void save();
  }, saveAfterMs);
}

function close(): void {
  run++;
  source?.close();
  source = null;
  liveAt = Infinity;
  clearTimeout(retry);
}

function again(seconds = 0): void {
  if (Date.now() - liveAt >= steadyMs) failures = 0;
  close();
  if (connection.value === 'live') connection.value = 'waiting';
  const backOff = Math.min(retryMs.most, retryMs.least * 2 ** failures++);
  retry = setTimeout(() => void connect(), Math.max(seconds * 1000, backOff));
}

/// Reads all tasks. What is changed meanwhile is told by the changes after `seq`.
async function loadAll(mine: number): Promise<void> {
  startReading();
  const start = await lastSeq();
  const all: Task[] = [];
  for await (const page of allTasks()) {
    if (run !== mine) return;
    all.push(...page);
    if (!isLoaded.value) takeTasks(page);
  }
  replaceTasks(all);
  seq = start;
  savedSeq = null;
  isLoaded.value = true;
  saveSoon();
}

/// Whatever is known is to be read again.
function distrust(): void {
  seq = null;
}

async function take(change: Change, mine: number): Promise<void> {
  if (run !== mine || seq === null || change.seq <= seq) return;
  if (!takeChange(change)) {
    const task = await findTask(change.taskId);
    if (run !== mine) return;
    if (task) takeTasks([task]);
    else takeRemoval(change.taskId);
  }
  seq = change.seq;
  saveSoon();
}

/// A change that could not be taken is told again, with those after it.
function hear(change: Change, mine: number): void {
  hearing = hearing.then(() => take(change, mine)).catch((error: unknown) => {
    if (run === mine) again(error instanceof Problem ? error.retryAfter : 0);
  });
}

function takeFailure(error: unknown): void {
  if (error instanceof Problem && error.status === 401) {
    told.signedOut();
    return;
  }
  connection.value = 'offline';
  again(error instanceof Problem ? error.retryAfter : 0);
}

/// Why a stream has ended, it does not say: connect() finds out. It is not left to come back by
/// itself, which it would whoever is signed in by then.
function takeEnd(mine: number): void {
  if (run !== mine) return;
  connection.value = globalThis.navigator?.onLine === false ? 'offline' : 'waiting';
  again();
}

function listen(from: number, mine: number): void {
  const opened = new EventSource(`/api/events?since=${from}`);
  source = opened;
  opened.addEventListener('ready', () => {
    if (run !== mine) return;
    connection.value = 'live';
    liveAt = Date.now();
    void drain();
  });
  opened.addEventListener('change', ({data}) => {
    if (run === mine) hear(JSON.parse(data as string) as Change, mine);
  });
  opened.addEventListener('reset', () => {
    if (run !== mine) return;
    distrust();
    again();
  });
  opened.addEventListener('error', () => takeEnd(mine));
}

async function connect(): Promise<void> {
  close();
  const mine = run;
  try {
    const who = await meStill();
    if (run !== mine || !owner) return;
    if (who.id !== owner.id) {
      told.changed();
      return;
    }
    // A log that ends before what is known is another's, or was put back to what it was once.
    if (seq !== null && failures > 0 && await lastSeq() < seq) distrust();
    if (run !== mine) return;
    if (seq === null) await loadAll(mine);
    if (run === mine && seq !== null) listen(seq, mine);
  } catch (error) {
    if (run === mine) takeFailure(error);
  }
}

/// Follows what is changed of this user's until stop().
export function start(user: User, listener: Listener): void {
  forgetOthers(user.id);
  known = user.id;
  owner = user;
  told = listener;
  failures = 0;
  connection.value = 'waiting';
  void connect();
  restWhileAway();
}

export function stop(): void {
  owner = null;
  close();
  clearTimeout(saving);
  saving = undefined;
}

/// Nothing is known any more.
export function forget(): void {
  known = null;
  seq = null;
  savedSeq = null;
  isLoaded.value = false;
  forgetTasks();
}

/// Nothing is known but of theirs.
export function forgetOthers(userId: string): void {
  if (known !== userId) forget();
}

function connectAnew(): void {
  if (!owner) return;
  failures = 0;
  // A stream that seems open may have died unheard.
  void connect();
  restWhileAway();
}

const isHidden = (): boolean => globalThis.document?.visibilityState === 'hidden';

let hiddenAt = isHidden() ? Date.now() : Infinity;
let resting: ReturnType<typeof setTimeout> | undefined;
let isResting = false;

/// Nobody looks: what is changed is heard when somebody does again.
function restWhileAway(): void {
  clearTimeout(resting);
  isResting = false;
  if (!isHidden()) return;
  resting = setTimeout(() => {
    isResting = true;
    close();
    if (owner) connection.value = 'waiting';
  }, awayMs);
}

globalThis.addEventListener?.('online', connectAnew);
globalThis.addEventListener?.('offline', () => {
  if (owner) connection.value = 'offline';
});
globalThis.document?.addEventListener('visibilitychange', () => {
  const isAway = isHidden();
  const wasAwayMs = Date.now() - hiddenAt;
  const isLate = isResting || wasAwayMs >= awayMs;
  hiddenAt = isAway ? Date.now() : Infinity;
  restWhileAway();
  if (!isAway && isLate) connectAnew();
});
