import {signal} from '@preact/signals';
import {Problem, Unreachable} from '../api/client';
import {setWaiting, takeRemoval, takeTasks} from '../model/tasks';
import type {Action} from '../model/action';
import {dequeue, enqueue, queued} from './database';
import {send, type Outcome} from './send';

/// What todod is yet to be told, in the order in which it was done. All windows share the queue:
/// one of them sends at a time, and tells the others what came of it.

interface Entry {
  action: Action;
  /// Where it is kept; null: in this window alone.
  place: number | null;
  /// Called once, with null where another window has sent it.
  settle: (outcome: Outcome | null) => void;
}

type News = {kind: 'added'} | {kind: 'sent'; place: number | null; outcome: Outcome};

const retryMs = {least: 1000, most: 30_000};
const lockName = 'todod-queue';

let entries: Entry[] = [];
let sending: Entry | null = null;
let isDraining = false;
let isAskedAgain = false;
let failures = 0;
let retry: ReturnType<typeof setTimeout> | undefined;
let owner: string | null = null;
let onSignedOut = (): void => {};

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('todod');

/// How many actions wait.
export const waitingCount = signal(0);
/// Whether the last try has reached todod.
export const isReachable = signal(true);

function tell(news: News): void {
  channel?.postMessage(news);
}

function show(): void {
  const ours = entries.filter(({action}) => action.userId === owner);
  waitingCount.value = ours.length;
  setWaiting(ours.map(({action}) => action));
}

/// What it has changed is shown before it stops waiting: nothing flickers.
function finish(entry: Entry, outcome: Outcome): void {
  takeTasks(outcome.tasks);
  outcome.removed.forEach(takeRemoval);
  entries = entries.filter((other) => other !== entry);
  show();
  entry.settle(outcome);
}

/// Takes over what other windows have added, or this one before it was loaded anew.
async function reload(): Promise<void> {
  const kept = await queued();
  const known = new Set(entries.map(({place}) => place));
  for (const [place, action] of kept) {
    if (!known.has(place)) entries.push({action, place, settle: () => {}});
  }
  entries.sort((a, b) => (a.place ?? Infinity) - (b.place ?? Infinity));
  show();
}

function retryLater(seconds: number): void {
  const backOff = Math.min(retryMs.most, retryMs.least * 2 ** failures++);
  clearTimeout(retry);
  retry = setTimeout(() => void drain(), Math.max(seconds * 1000, backOff));
}

/// False: nothing more can be sent now.
async function sendFirst(entry: Entry): Promise<boolean> {
  sending = entry;
  try {
    const outcome = await send(entry.action);
    if (entry.place !== null) await dequeue(entry.place);
    isReachable.value = true;
    failures = 0;
    finish(entry, outcome);
    tell({kind: 'sent', place: entry.place, outcome});
    return true;
  } catch (error) {
    isReachable.value = !(error instanceof Unreachable);
    if (error instanceof Problem && error.status === 401) {
      onSignedOut();
    } else {
      retryLater(error instanceof Problem ? error.retryAfter : 0);
    }
    return false;
  } finally {
    sending = null;
  }
}

async function withLock(work: () => Promise<void>): Promise<void> {
  if ('locks' in navigator) {
    await navigator.locks.request(lockName, work);
  } else {
    await work();
  }
}

/// Sends what waits, until nothing does or todod cannot be told.
export async function drain(): Promise<void> {
  isAskedAgain = true;
  if (isDraining) return;
  isDraining = true;
  try {
    while (isAskedAgain) {
      isAskedAgain = false;
      await withLock(async () => {
        await reload();
        for (;;) {
          const first = entries.find(({action}) => action.userId === owner);
          if (!first || !await sendFirst(first)) return;
        }
      });
    }
  } finally {
    isDraining = false;
  }
}

/// Adds what the user has done. What comes back is told once todod has it.
export async function add(action: Action): Promise<Outcome | null> {
  let settle: Entry['settle'] = () => {};
  const outcome = new Promise<Outcome | null>((resolve) => { settle = resolve; });
  const entry: Entry = {action, place: null, settle};
  entries.push(entry);
  show();
  entry.place = await enqueue(action).catch(() => null);
  tell({kind: 'added'});
  void drain();
  return outcome;
}

/// Takes back what todod has not been told. False: it is being told, or was.
export async function withdraw(action: Action): Promise<boolean> {
  const entry = entries.find((other) => other.action.key === action.key);
  if (!entry || entry === sending) return false;
  entries = entries.filter((other) => other !== entry);
  if (entry.place !== null) {
    await dequeue(entry.place);
    const outcome: Outcome = {changesets: [], tasks: [], removed: [], refusals: []};
    tell({kind: 'sent', place: entry.place, outcome});
  }
  show();
  return true;
}

function hear({data}: MessageEvent<News>): void {
  if (data.kind === 'added') {
    void reload();
    return;
  }
  const entry = entries.find(({place}) => place !== null && place === data.place);
  if (entry) finish(entry, data.outcome);
}

/// Whose actions are sent from now on; null: nobody's.
export async function start(userId: string, signedOut: () => void): Promise<void> {
  owner = userId;
  onSignedOut = signedOut;
  await reload();
  void drain();
}

export function stop(): void {
  owner = null;
  entries = [];
  clearTimeout(retry);
  show();
}

channel?.addEventListener('message', hear);
globalThis.addEventListener?.('online', () => {
  failures = 0;
  void drain();
});
