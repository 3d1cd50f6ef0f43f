import {IDBFactory} from 'fake-indexeddb';
import {vi} from 'vitest';
import {FakeLocks} from './locks';
import {FakeEventSource, Todod, use} from './todod';

const stepMs = 20;
const patienceMs = 60_000;

/// Node's, which the page does not know. The database lives by it.
const {setImmediate: soon} = globalThis as unknown as {setImmediate(done: () => void): void};

/// A browser without pages. Its time stands still, but for what is waited for.
export function openBrowser({hasLocks = true, hasDatabase = true} = {}): Todod {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
  });
  const todod = use(new Todod());
  vi.stubGlobal('fetch', todod.fetch);
  vi.stubGlobal('EventSource', FakeEventSource);
  vi.stubGlobal('indexedDB', hasDatabase ? new IDBFactory() : undefined);
  vi.stubGlobal('navigator', {onLine: true, ...(hasLocks ? {locks: new FakeLocks()} : {})});
  vi.stubGlobal('BroadcastChannel', Channel);
  return todod;
}

/// The windows that are open.
let channels: Channel[] = [];

/// Hears what the other windows say, a little later. A window that is closed hears nothing.
class Channel extends EventTarget {
  constructor(readonly name: string) {
    super();
    channels.push(this);
  }

  postMessage(data: unknown): void {
    const heard = structuredClone(data);
    for (const other of channels) {
      if (other === this) continue;
      setTimeout(() => other.dispatchEvent(Object.assign(new Event('message'), {data: heard})));
    }
  }
}

/// A window: its own memory, with the browser's database, cookie and channel.
export async function openWindow() {
  vi.resetModules();
  const [actions, database, queue, session, sync, tasks, notices, list] = await Promise.all([
    import('../../src/model/actions'), import('../../src/offline/database'),
    import('../../src/offline/queue'), import('../../src/model/session'),
    import('../../src/model/sync'), import('../../src/model/tasks'),
    import('../../src/model/notices'), import('../../src/model/list'),
  ]);
  return {actions, database, queue, session, sync, tasks, notices, list};
}

export type Window = Awaited<ReturnType<typeof openWindow>>;

/// As if it were closed: nothing of it goes on, and nothing waits to be written.
export function closeWindow({queue, sync}: Window): void {
  queue.stop();
  sync.stop();
}

/// Lets time go on until it holds.
export async function until(check: () => void | Promise<void>): Promise<void> {
  for (let passed = 0; ; passed += stepMs) {
    try {
      await check();
      return;
    } catch (error) {
      if (passed >= patienceMs) throw error;
    }
    await pass(stepMs);
  }
}

/// Lets so much time go by.
export async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    await vi.advanceTimersByTimeAsync(stepMs);
    await new Promise<void>((resolve) => soon(resolve));
  }
}

export function closeBrowser(): void {
  channels = [];
  vi.clearAllTimers();
  vi.useRealTimers();
  vi.unstubAllGlobals();
}

export function titles({tasks}: Window): string[] {
  return tasks.tasks.value.map(({title}) => title).sort();
}
