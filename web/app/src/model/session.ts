import {signal} from '@preact/signals';
import * as account from '../api/account';
import {Problem, Unreachable} from '../api/client';
import type {User} from '../api/types';
import * as database from '../offline/database';
import * as queue from '../offline/queue';
import * as sync from './sync';

/// Who is signed in; null: nobody; undefined: not known yet.
export const user = signal<User | null | undefined>(undefined);

const renewAfterMs = 24 * 60 * 60 * 1000;

/// todod does not know the session any more. What is kept stays, for when they are back.
export function signedOut(): void {
  sync.stop();
  queue.stop();
  user.value = null;
}

async function begin(who: User): Promise<void> {
  user.value = who;
  await queue.start(who.id, signedOut);
  sync.start(who, signedOut);
}

/// Cookies last a few days: whoever comes every day stays.
function keepAlive(): void {
  setInterval(() => {
    if (user.value) void account.renew().catch(() => {});
  }, renewAfterMs);
}

/// Shows what was kept at once, and finds out who is signed in. Without a connection who was last
/// is taken to be.
export async function resume(): Promise<void> {
  const kept = await database.load().catch(() => null);
  if (kept) {
    sync.show(kept);
    user.value = kept.user;
  }
  keepAlive();
  try {
    const who = await account.me();
    if (kept && kept.user.id !== who.id) await forget();
    await begin(who);
    void account.renew().catch(() => {});
  } catch (error) {
    if (error instanceof Problem && error.status === 401) {
      signedOut();
    } else if (kept) {
      await begin(kept.user);
    } else if (error instanceof Unreachable || error instanceof Problem) {
      user.value = null;
    } else {
      throw error;
    }
  }
}

/// What was kept of somebody else goes; what they have not told todod yet, too.
async function forget(): Promise<void> {
  sync.forget();
  await database.clear().catch(() => {});
}

/// Throws Problem and Unreachable.
export async function signIn(email: string, password: string): Promise<void> {
  const who = await account.signIn(email, password);
  const kept = await database.load().catch(() => null);
  if (kept && kept.user.id !== who.id) await forget();
  await begin(who);
}

export async function signUp(name: string, email: string, password: string): Promise<void> {
  await account.register(name, email, password);
  await signIn(email, password);
}

/// Nothing of the user's stays in this browser. Throws Unreachable: the cookie would.
export async function signOut(): Promise<void> {
  await account.signOut();
  signedOut();
  await forget();
}

export async function changePassword(now: string, then: string): Promise<void> {
  const email = user.value?.email;
  await account.changePassword(now, then);
  if (email !== undefined) await account.signIn(email, then);
}

export async function deleteAccount(): Promise<void> {
  await account.deleteAccount();
  await account.signOut().catch(() => {});
  signedOut();
  await forget();
}
