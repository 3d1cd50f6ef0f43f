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

const name = 'todod';
const version = 1;

let opened: Promise<IDBDatabase | null> | null = null;

function open(): Promise<IDBDatabase | null> {
  opened ??= new Promise((resolve) => {
    if (typeof indexedDB === 'undefined') {
      resolve(null);
      return;
    }
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('meta');
      request.result.createObjectStore('tasks', {keyPath: 'id'});
      request.result.createObjectStore('queue', {autoIncrement: true});
    };
    request.onsuccess = () => {
      const database = request.result;
      database.onversionchange = () => {
        database.close();
        opened = null;
      };
      resolve(database);
    };
    request.onerror = () => resolve(null);
    request.onblocked = () => resolve(null);
  });
  return opened;
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
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

/// Keeps what was said up to `seq`; an undefined task is gone. False: another window has kept
/// something newer, and nothing was kept.
export async function save(
    user: User, seq: number, news: ReadonlyMap<string, Task | undefined>): Promise<boolean> {
  const database = await open();
  if (!database) return true;
  const transaction = database.transaction(['meta', 'tasks'], 'readwrite');
  const metas = transaction.objectStore('meta');
  const store = transaction.objectStore('tasks');
  const kept = await result<Meta | undefined>(metas.get('user'));
  const isOurs = kept?.user.id === user.id;
  if (isOurs && kept.seq > seq) return false;
  if (!isOurs) store.clear();
  for (const [id, task] of news) {
    if (task) {
      store.put(task);
    } else {
      store.delete(id);
    }
  }
  metas.put({user, seq} satisfies Meta, 'user');
  await ended(transaction);
  return true;
}

/// Forgets everything.
export async function clear(): Promise<void> {
  const database = await open();
  if (!database) return;
  const transaction = database.transaction(['meta', 'tasks', 'queue'], 'readwrite');
  for (const store of ['meta', 'tasks', 'queue']) transaction.objectStore(store).clear();
  await ended(transaction);
}

/// The actions that wait, the first one first, with where each is kept.
export async function queued(): Promise<Map<number, Action>> {
  const database = await open();
  if (!database) return new Map();
  const store = database.transaction('queue').objectStore('queue');
  const [places, actions] = await Promise.all([
    result(store.getAllKeys()) as Promise<number[]>, result<Action[]>(store.getAll()),
  ]);
  return new Map(places.map((place, i) => [place, actions[i] as Action]));
}

/// Where it is kept; null where nothing is.
export async function enqueue(action: Action): Promise<number | null> {
  const database = await open();
  if (!database) return null;
  const transaction = database.transaction('queue', 'readwrite');
  const place = await result(transaction.objectStore('queue').add(action)) as number;
  await ended(transaction);
  return place;
}

export async function dequeue(place: number): Promise<void> {
  const database = await open();
  if (!database) return;
  const transaction = database.transaction('queue', 'readwrite');
  transaction.objectStore('queue').delete(place);
  await ended(transaction);
}
