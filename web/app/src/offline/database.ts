import type {Task, User} from '../api/types';
import type {Action} from '../model/action';

/// What the browser keeps, for the page to be read and written without a connection: the tasks as
/// todod has last said, and what it is yet to be told. No credentials. Where the browser keeps
/// nothing (a private window of some), everything here does nothing.

export interface Kept {
  user: User;
  /// Of the last change that the tasks have in them.
  seq: number;
  tasks: Task[];
}

interface Meta {
  user: User;
  seq: number;
}

interface Lease {
  id: string;
  /// Unix milliseconds.
  until: number;
}

const name = 'todod';
const version = 1;
const putAtOnce = 100;
/// Some browsers do not say that they keep nothing.
const patienceMs = 2000;
const stores = ['meta', 'tasks', 'queue'];

let opened: Promise<IDBDatabase | null> | null = null;

function forgetOpened(): void {
  opened = null;
}

function request(): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    if (typeof indexedDB === 'undefined') {
      resolve(null);
      return;
    }
    const asked = indexedDB.open(name, version);
    const timer = setTimeout(() => resolve(null), patienceMs);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore('meta');
      asked.result.createObjectStore('tasks', {keyPath: 'id'});
      asked.result.createObjectStore('queue', {autoIncrement: true});
    };
    asked.onsuccess = () => {
      clearTimeout(timer);
      const database = asked.result;
      database.onversionchange = () => {
        database.close();
        forgetOpened();
      };
      database.onclose = forgetOpened;
      resolve(database);
      // Late, but there.
      opened = Promise.resolve(database);
    };
    asked.onerror = () => {
      clearTimeout(timer);
      resolve(null);
    };
  });
}

function open(): Promise<IDBDatabase | null> {
  opened ??= request().catch(() => null);
  return opened;
}

function result<T>(asked: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

/// Does it in one transaction; `otherwise` where nothing is kept.
async function write<T>(
    names: string[], otherwise: T, work: (transaction: IDBTransaction) => Promise<T>): Promise<T> {
  const database = await open();
  if (!database) return otherwise;
  const transaction = database.transaction(names, 'readwrite');
  const end = ended(transaction);
  const [done] = await Promise.all([work(transaction), end]);
  return done;
}

/// What was kept, of whoever was signed in last.
export async function load(): Promise<Kept | null> {
  const database = await open();
  if (!database) return null;
  const transaction = database.transaction(['meta', 'tasks']);
  const [meta, tasks] = await Promise.all([
    result<Meta | undefined>(transaction.objectStore('meta').get('user')),
    result<Task[]>(transaction.objectStore('tasks').getAll()),
  ]);
  return meta ? {...meta, tasks} : null;
}

/// Who is signed in, as the last window that has seen to it knows; null: nobody; undefined: that
/// is not known.
export async function sessionUser(): Promise<string | null | undefined> {
  const database = await open();
  if (!database) return undefined;
  return result<string | null | undefined>(
      database.transaction('meta').objectStore('meta').get('session'));
}

/// From now on they are signed in: what is kept of anybody else goes, and true comes back.
export function setSession(userId: string): Promise<boolean> {
  return write(stores, false, async (transaction) => {
    const metas = transaction.objectStore('meta');
    const [kept, before] = await Promise.all([
      result<Meta | undefined>(metas.get('user')),
      result<string | null | undefined>(metas.get('session')),
    ]);
    const other = kept?.user.id ?? before ?? userId;
    if (other !== userId) {
      metas.delete('user');
      transaction.objectStore('tasks').clear();
      transaction.objectStore('queue').clear();
    }
    metas.put(userId, 'session');
    return other !== userId;
  });
}

/// Forgets everything: nobody is signed in.
export function clear(): Promise<void> {
  return write(stores, undefined, async (transaction) => {
    transaction.objectStore('tasks').clear();
    transaction.objectStore('queue').clear();
    transaction.objectStore('meta').delete('user');
    transaction.objectStore('meta').put(null, 'session');
    return undefined;
  });
}

/// A few at a time: ten thousand at once would hold the page up for a quarter of a second.
async function putAll(
    store: IDBObjectStore, tasks: ReadonlyMap<string, Task | undefined>): Promise<void> {
  let count = 0;
  for (const [id, task] of tasks) {
    const request: IDBRequest = task ? store.put(task) : store.delete(id);
    count++;
    if (count % putAtOnce === 0) await result(request);
  }
}

/// What was said after the change `from`, up to `to`; an undefined task is gone.
export interface News {
  from: number;
  to: number;
  tasks: ReadonlyMap<string, Task | undefined>;
  /// They are all that there is, whatever is kept.
  isWhole: boolean;
}

/// `gap`: what is kept does not reach `from`, so that everything is to be kept anew. `newer`: it
/// reaches further than `to` (another window has kept it). `foreign`: they are not signed in.
export type Saved = 'kept' | 'gap' | 'newer' | 'foreign';

export function save(user: User, {from, to, tasks, isWhole}: News): Promise<Saved> {
  return write<Saved>(['meta', 'tasks'], 'kept', async (transaction) => {
    const metas = transaction.objectStore('meta');
    const store = transaction.objectStore('tasks');
    const [kept, session] = await Promise.all([
      result<Meta | undefined>(metas.get('user')),
      result<string | null | undefined>(metas.get('session')),
    ]);
    if (session !== undefined && session !== user.id) return 'foreign';
    if (!isWhole) {
      if (kept?.user.id !== user.id || kept.seq < from) return 'gap';
      if (kept.seq > to) return 'newer';
    }
    if (isWhole) store.clear();
    await putAll(store, tasks);
    metas.put({user, seq: to} satisfies Meta, 'user');
    return 'kept';
  });
}

/// The actions that wait, the first one first, with where each is kept; null where nothing is.
export async function queued(): Promise<Map<number, Action> | null> {
  const database = await open();
  if (!database) return null;
  const store = database.transaction('queue').objectStore('queue');
  const [places, actions] = await Promise.all([
    result(store.getAllKeys()) as Promise<number[]>, result<Action[]>(store.getAll()),
  ]);
  return new Map(places.map((place, i) => [place, actions[i] as Action]));
}

/// Where it is kept; null where nothing is.
export function enqueue(action: Action): Promise<number | null> {
  return write<number | null>(['queue'], null, async (transaction) =>
    await result(transaction.objectStore('queue').add(action)) as number);
}

/// False: it was not there any more.
export function dequeue(place: number): Promise<boolean> {
  return write(['queue'], false, async (transaction) => {
    const store = transaction.objectStore('queue');
    const key = await result(store.getKey(place));
    if (key !== undefined) store.delete(place);
    return key !== undefined;
  });
}

/// For so long, unless another has it: false.
export function takeLease(id: string, now: number, ms: number): Promise<boolean> {
  return write(['meta'], true, async (transaction) => {
    const store = transaction.objectStore('meta');
    const held = await result<Lease | undefined>(store.get('lease'));
    if (held && held.id !== id && held.until > now && held.until <= now + ms) return false;
    store.put({id, until: now + ms} satisfies Lease, 'lease');
    return true;
  });
}

export function dropLease(id: string): Promise<void> {
  return write(['meta'], undefined, async (transaction) => {
    const store = transaction.objectStore('meta');
    const held = await result<Lease | undefined>(store.get('lease'));
    if (held?.id === id) store.delete('lease');
    return undefined;
  });
}
