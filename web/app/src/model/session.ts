import {signal} from '@preact/signals';
import * as account from '../api/account';
import {askAs, Problem, Unreachable} from '../api/client';
import type {User} from '../api/types';
import {onNews, tell} from '../offline/channel';
import * as database from '../offline/database';
import {exclusive} from '../offline/lock';
import * as queue from '../offline/queue';
import {saveDrafts} from './drafts';
import * as sync from './sync';

/// Who is signed in; null: nobody; undefined: not known yet. All windows share the cookie: what one
/// of them does about it all follow, and none tells todod anything while it is done.
export const user = signal<User | null | undefined>(undefined);

/// A cookie lasts a day at least.
const renewAfterMs = 8 * 60 * 60 * 1000;
/// A machine that sleeps counts no time: it is looked at the clock often.
const lookAgainMs = 10 * 60 * 1000;
const retryMs = {least: 5000, most: 60_000};

/// What was asked about the session before is not what counts.
let attempt = 0;
let renewing: ReturnType<typeof setInterval> | undefined;
let renewedAt = 0;
/// How often in a row todod has not said who is signed in.
let failures = 0;

const listener: queue.Listener = {signedOut, changed: () => void follow()};

function rest(): void {
  attempt++;
  sync.stop();
  queue.stop();
}

/// todod does not know the session any more. What is kept stays, for when they are back.
export function signedOut(): void {
  saveDrafts();
  rest();
  askAs(null);
  user.value = null;
}

/// What was shown or kept of anybody else goes; what they have not told todod yet, too.
async function settle(who: User): Promise<void> {
  const isOther = await database.setSession(who.id).catch(() => false);
  if (isOther) queue.forget();
}

async function begin(who: User): Promise<void> {
  sync.forgetOthers(who.id);
  askAs(who.id);
  user.value = who;
  await queue.start(who.id, listener);
  sync.start(who, listener);
}

/// Whoever comes every day stays. Not while somebody signs out, whose cookie would be back.
async function renew(): Promise<void> {
  if (Date.now() - renewedAt < renewAfterMs) return;
  await exclusive(async () => {
    if (!user.value) return;
    await account.renew();
    renewedAt = Date.now();
  }).catch(() => {});
}

/// Shows what was kept at once.
async function showKept(mine: number): Promise<User | null> {
  const kept = await database.load().catch(() => null);
  if (mine !== attempt || !kept) return null;
  if (user.value?.id !== kept.user.id) sync.show(kept);
  user.value = kept.user;
  await queue.open(kept.user.id);
  return kept.user;
}

/// Nobody is shown: todod has not said whether somebody is signed in.
function resumeLater(mine: number, seconds: number): void {
  user.value = null;
  const backOff = Math.min(retryMs.most, retryMs.least * 2 ** failures++);
  setTimeout(() => {
    if (mine === attempt) void resume();
  }, Math.max(seconds * 1000, backOff));
}

/// Finds out who is signed in. Without a connection who was last is taken to be.
export async function resume(): Promise<void> {
  const mine = ++attempt;
  renewing ??= setInterval(() => void renew(), lookAgainMs);
  const kept = await showKept(mine);
  try {
    const who = await account.me();
    if (mine !== attempt) return;
    failures = 0;
    await settle(who);
    await begin(who);
    void renew();
  } catch (error) {
    if (mine !== attempt) return;
    if (error instanceof Problem && error.status === 401) {
      signedOut();
    } else if (kept) {
      await begin(kept);
    } else if (error instanceof Unreachable || error instanceof Problem) {
      resumeLater(mine, error instanceof Problem ? error.retryAfter : 0);
    } else {
      throw error;
    }
  }
}

/// Another window has signed somebody in or out.
async function follow(): Promise<void> {
  rest();
  const now = await database.sessionUser().catch(() => undefined);
  if (now === undefined || now !== user.value?.id) {
    queue.forget();
    sync.forget();
    askAs(null);
    user.value = undefined;
  }
  await resume();
}

/// The browser has not kept the cookie: in production it is for HTTPS alone.
export class CookieRefused extends Error {
  constructor() {
    super('CookieRefused');
    this.name = 'CookieRefused';
  }
}

async function checkCookie(): Promise<void> {
  try {
    await account.meStill();
  } catch (error) {
    if (error instanceof Problem && error.status === 401) throw new CookieRefused();
    throw error;
  }
}

/// Throws Problem, Unreachable and CookieRefused.
export async function signIn(email: string, password: string): Promise<void> {
  const who = await exclusive(async () => {
    const signedIn = await account.signIn(email, password);
    askAs(signedIn.id);
    await checkCookie();
    await settle(signedIn);
    return signedIn;
  });
  rest();
  await begin(who);
  tell({kind: 'session'});
}

export async function signUp(name: string, email: string, password: string): Promise<void> {
  await account.register(name, email, password);
  await signIn(email, password);
}

/// Ends the session with `end`, and nothing of the user's stays in this browser. Where that throws,
/// all is as it was.
async function leave(end: () => Promise<void>): Promise<void> {
  const who = user.value;
  rest();
  try {
    await exclusive(async () => {
      await end();
      await database.clear().catch(() => {});
    });
  } catch (error) {
    if (who) await begin(who);
    throw error;
  }
  queue.forget();
  sync.forget();
  askAs(null);
  user.value = null;
  tell({kind: 'session'});
}

/// Throws Unreachable: the cookie would stay.
export function signOut(): Promise<void> {
  return leave(account.signOut);
}

/// Ends all sessions but this one.
export async function changePassword(now: string, then: string): Promise<void> {
  const who = user.value;
  if (!who) return;
  rest();
  try {
    await exclusive(async () => {
      await account.changePassword(now, then);
      await account.signIn(who.email, then);
    });
    // Another window may have been told in between that nobody is signed in.
    tell({kind: 'session'});
  } finally {
    // Where they could not be signed in again, todod says so.
    await begin(who);
  }
}

export function deleteAccount(): Promise<void> {
  return leave(async () => {
    await account.deleteAccount();
    await account.signOut().catch(() => {});
  });
}

onNews(({kind}) => {
  if (kind === 'session') void follow();
});
