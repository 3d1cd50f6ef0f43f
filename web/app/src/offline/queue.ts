import {signal} from '@preact/signals';
import {me} from '../api/account';
import {Problem, Unreachable} from '../api/client';
import {setWaiting, takeRemoval, takeTasks} from '../model/tasks';
import type {Action} from '../model/action';
import {onNews, tell} from './channel';
import {dequeue, enqueue, queued, sessionUser} from './database';
import {exclusive, ifFree} from './lock';
import {begin, isBegun, send, type Outcome, type Progress} from './send';

/// What todod is yet to be told, in the order in which it was done. All windows share the queue:
/// one of them sends at a time, and tells the others what came of it.

interface Entry {
  action: Action;
  progress: Progress;
  /// Where it is kept; null: in this window alone, or not yet.
  place: number | null;
  /// todod was asked, by this window or another, and has not answered: it may have been done.
  isUncertain: boolean;
  /// How often it was turned away (isTurnedAway) in a row.
  turnedAway: number;
  /// Once it is kept, if anything is.
  stored: Promise<void>;
  /// Called once, with null where it is not known what has become of it.
  settle: (outcome: Outcome | null) => void;
}

/// What the session is told by the queue.
export interface Listener {
  /// todod does not know the session.
  signedOut(): void;
  /// Another window has signed somebody else in, or out.
  changed(): void;
}

/// As often something may be turned away before it is given up.
const mostTurnedAway = 6;
const retryMs = {least: 1000, most: 30_000};
/// As many of those that were sent last as are known not to wait, whatever was read before.
const mostFinished = 1000;

let entries: Entry[] = [];
let finished: string[] = [];
let sending: Entry | null = null;
/// Whether this window is the one that sends.
let isSender = false;
let isDraining = false;
let isAskedAgain = false;
let isStarted = false;
let failures = 0;
/// Since when, and how long, todod is not to be asked, as it has said itself.
let pause = {from: 0, ms: 0};
let retry: ReturnType<typeof setTimeout> | undefined;
let owner: string | null = null;
let listener: Listener = {signedOut: () => {}, changed: () => {}};

/// How many actions wait.
export const waitingCount = signal(0);
/// Whether todod could not be told when it was tried last: it is tried again after a while.
export const isHeldUp = signal(false);

function show(): void {
  const ours = entries.filter(({action}) => action.userId === owner);
  waitingCount.value = ours.length;
  setWaiting(ours.map(({action}) => action));
}

function remove(entry: Entry): void {
  entries = entries.filter((other) => other !== entry);
  finished = [...finished, entry.action.key].slice(-mostFinished);
}

/// What it has changed is shown before it stops waiting: nothing flickers.
function finish(entry: Entry, outcome: Outcome): void {
  if (entry.action.userId === owner) {
    takeTasks(outcome.tasks);
    for (const {id, version} of outcome.removed) takeRemoval(id, version);
  }
  remove(entry);
  show();
  entry.settle(outcome);
}

function entryOf(action: Action, place: number | null): Entry {
  return {
    action, place, progress: begin(action), isUncertain: false, turnedAway: 0,
    stored: Promise.resolve(), settle: () => {},
  };
}

function inOrder(all: readonly Entry[]): Entry[] {
  const place = (entry: Entry) => entry.place ?? Number.MAX_VALUE;
  return [...all].sort((a, b) => place(a) - place(b));
}

/// Takes over what other windows have added, or this one before it was loaded anew.
async function reload(): Promise<Map<number, Action> | null> {
  const kept = await queued().catch(() => null);
  for (const [place, action] of kept ?? []) {
    const known = entries.find((entry) => entry.action.key === action.key);
    if (known) {
      known.place = place;
    } else if (!finished.includes(action.key)) {
      entries.push(entryOf(action, place));
    }
  }
  entries = inOrder(entries);
  show();
  return kept;
}

/// What is not kept any more was sent or withdrawn by another window, or is nobody's. Right only
/// while no other window sends.
async function catchUp(): Promise<void> {
  const before = entries.filter(({place}) => place !== null);
  const kept = await reload();
  if (!kept) return;
  for (const entry of before) {
    if (kept.has(entry.place as number)) continue;
    remove(entry);
    entry.settle(null);
  }
  show();
}

/// In milliseconds. A clock that was set back ends the pause.
function pauseLeft(): number {
  const passed = Date.now() - pause.from;
  return passed < 0 ? 0 : Math.max(0, pause.ms - passed);
}

function retryLater(seconds: number): void {
  const backOff = Math.min(retryMs.most, retryMs.least * 2 ** failures++);
  const wait = Math.max(seconds * 1000, backOff);
  isHeldUp.value = true;
  if (seconds > 0) pause = {from: Date.now(), ms: seconds * 1000};
  retryIn(wait);
}

/// Of a browser that knew that it was offline nothing has gone out.
function mayBeDone(error: unknown, wasOffline: boolean): boolean {
  if (error instanceof Unreachable) return !wasOffline;
  return !(error instanceof Problem) || error.status >= 500;
}

function takeFailure(error: unknown, entry: Entry, wasOffline: boolean): void {
  const {action} = entry;
  entry.isUncertain ||= mayBeDone(error, wasOffline);
  if (entry.isUncertain || isBegun(entry.progress)) tell({kind: 'begun', key: action.key});
  if (action.userId !== owner) return;
  if (error instanceof Problem && error.status === 401) {
    listener.signedOut();
  } else {
    retryLater(error instanceof Problem ? error.retryAfter : 0);
  }
}

/// Whether todod failed at it, or somebody before todod does not let it through: neither may be so
/// for long, or for anything else.
function isTurnedAway(error: unknown): error is Problem | Unreachable {
  if (error instanceof Problem) return error.status === 500;
  const passing = [401, 404, 407, 408, 421, 425, 429];
  return error instanceof Unreachable && error.status >= 400 && error.status < 500 &&
      !passing.includes(error.status);
}

/// Of what is turned away again and again, while todod answers: what nobody takes does not hold up
/// the rest for ever.
async function giveUp(error: unknown, entry: Entry): Promise<boolean> {
  entry.turnedAway = isTurnedAway(error) ? entry.turnedAway + 1 : 0;
  if (!isTurnedAway(error) || entry.turnedAway < mostTurnedAway) return false;
  const isThere = await me().then(({id}) => id === owner, () => false);
  if (!isThere || !entries.includes(entry)) return false;
  const detail = error instanceof Problem ? error.message : String(error.cause);
  const left = entry.progress.parts.flat();
  entry.progress.outcome.refusals.push(...left.map(({id}) => ({id, detail})));
  await settled(entry, entry.progress.outcome);
  return true;
}

async function settled(entry: Entry, outcome: Outcome): Promise<void> {
  // Where it cannot be taken out it is known here not to wait, and elsewhere does no harm.
  if (entry.place !== null) await dequeue(entry.place).catch(() => false);
  failures = 0;
  isHeldUp.value = false;
  finish(entry, outcome);
  tell({kind: 'sent', key: entry.action.key, outcome});
}

/// False: nothing more can be sent now.
async function sendFirst(entry: Entry): Promise<boolean> {
  sending = entry;
  const wasOffline = globalThis.navigator?.onLine === false;
  try {
    await settled(entry, await send(entry.progress));
    return true;
  } catch (error) {
    if (await giveUp(error, entry)) return true;
    takeFailure(error, entry, wasOffline);
    return false;
  } finally {
    sending = null;
  }
}

async function sendAll(): Promise<void> {
  isSender = true;
  try {
    await catchUp();
    const user = await sessionUser().catch(() => undefined);
    if (user !== undefined && user !== owner) {
      if (owner !== null) listener.changed();
      return;
    }
    for (;;) {
      const first = entries.find(({action}) => action.userId === owner);
      if (!first || !isStarted) return;
      // What is not kept yet would be sent again after the page was loaded anew.
      await first.stored;
      // It may have been withdrawn meanwhile.
      if (!entries.includes(first)) continue;
      if (pauseLeft() > 0 || !await sendFirst(first)) return;
    }
  } finally {
    isSender = false;
  }
}

function retryIn(ms: number): void {
  clearTimeout(retry);
  retry = setTimeout(() => void drain(), ms);
}

/// Sends what waits, until nothing does or todod cannot be told.
export async function drain(): Promise<void> {
  isAskedAgain = true;
  const wait = pauseLeft();
  if (wait > 0) retryIn(wait);
  if (isDraining || wait > 0) return;
  isDraining = true;
  try {
    while (isAskedAgain && isStarted) {
      isAskedAgain = false;
      await exclusive(sendAll);
    }
  } catch {
    retryLater(0);
  } finally {
    isDraining = false;
  }
}

async function store(entry: Entry): Promise<void> {
  entry.place = await enqueue(entry.action).catch(() => null);
}

/// Adds what the user has done. What comes back is told once todod has it.
export async function add(action: Action): Promise<Outcome | null> {
  const entry = entryOf(action, null);
  const outcome = new Promise<Outcome | null>((resolve) => { entry.settle = resolve; });
  entries.push(entry);
  show();
  entry.stored = store(entry);
  await entry.stored;
  tell({kind: 'added'});
  void drain();
  return outcome;
}

/// Takes back what todod has not been told. False: it is being told, or was, or may have been.
export async function withdraw(action: Action): Promise<boolean> {
  const entry = entries.find((other) => other.action.key === action.key);
  if (!entry || entry === sending || entry.isUncertain || isBegun(entry.progress)) return false;
  const take = async () => {
    await entry.stored;
    if (entry === sending || !entries.includes(entry)) return false;
    if (entry.place !== null && !await dequeue(entry.place)) return false;
    return entry !== sending;
  };
  if (isSender) {
    // It must not be sent while it is taken out.
    remove(entry);
    show();
    await entry.stored;
    if (entry.place !== null && !await dequeue(entry.place).catch(() => false)) {
      // It is kept still, and would be sent.
      finished = finished.filter((key) => key !== action.key);
      entries = inOrder([...entries, entry]);
      show();
      return false;
    }
  } else if (await ifFree(take).catch(() => false) !== true) {
    return false;
  }
  const outcome: Outcome = {changesets: [], tasks: [], removed: [], refusals: []};
  remove(entry);
  show();
  tell({kind: 'sent', key: action.key, outcome});
  return true;
}

/// Shows what waits of theirs. Nothing is sent yet.
export async function open(userId: string): Promise<void> {
  owner = userId;
  await reload();
}

/// Theirs is sent from now on.
export async function start(userId: string, told: Listener): Promise<void> {
  listener = told;
  await open(userId);
  isStarted = true;
  pause = {from: 0, ms: 0};
  void drain();
}

/// Nothing is sent any more. What waits is there when they are back, with how far it was told.
export function stop(): void {
  owner = null;
  isStarted = false;
  clearTimeout(retry);
  show();
}

/// Nothing waits any more.
export function forget(): void {
  entries.forEach(({settle}) => settle(null));
  entries = [];
  show();
}

onNews((news) => {
  if (news.kind === 'added') void reload();
  if (news.kind !== 'sent' && news.kind !== 'begun') return;
  const entry = entries.find(({action}) => action.key === news.key);
  if (news.kind === 'begun') {
    if (entry) entry.isUncertain = true;
  } else if (entry) {
    finish(entry, news.outcome);
  } else {
    finished = [...finished, news.key].slice(-mostFinished);
  }
});
globalThis.addEventListener?.('online', () => {
  failures = 0;
  void drain();
});
