import {makeId} from '../model/ids';
import {dropLease, takeLease} from './database';

/// What one window does at a time: telling todod, and changing who is signed in.

const name = 'todod-queue';
/// Where there is no lock manager (it is there in secure contexts alone) the windows hold a lease
/// in turn. One that has crashed holds it until it runs out.
const lease = {ms: 40_000, renewMs: 10_000, pollMs: 200};

let holders = 0;
let tail: Promise<unknown> = Promise.resolve();

async function leased<T>(work: () => Promise<T>, canWait: boolean): Promise<T | null> {
  const id = makeId();
  const take = () => takeLease(id, Date.now(), lease.ms).catch(() => true);
  while (!await take()) {
    if (!canWait) return null;
    await new Promise((resolve) => setTimeout(resolve, lease.pollMs));
  }
  const renewing = setInterval(() => void take(), lease.renewMs);
  try {
    return await work();
  } finally {
    clearInterval(renewing);
    await dropLease(id).catch(() => {});
  }
}

async function alone<T>(work: () => Promise<T>, canWait: boolean): Promise<T | null> {
  const locks = globalThis.navigator?.locks;
  if (!locks) return leased(work, canWait);
  return await locks.request(name, {ifAvailable: !canWait}, (lock) => lock ? work() : null);
}

function inTurn<T>(work: () => Promise<T>, canWait: boolean): Promise<T | null> {
  holders++;
  const done = tail.then(() => alone(work, canWait)).finally(() => { holders--; });
  tail = done.catch(() => {});
  return done;
}

/// Once no other does.
export async function exclusive<T>(work: () => Promise<T>): Promise<T> {
  return await inTurn(work, true) as T;
}

/// At once; null where another does.
export function ifFree<T>(work: () => Promise<T>): Promise<T | null> {
  return holders > 0 ? Promise.resolve(null) : inTurn(work, false);
}
