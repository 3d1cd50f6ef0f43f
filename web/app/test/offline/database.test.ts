import {IDBFactory} from 'fake-indexeddb';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import type {Task, User} from '../../src/api/types';
import {ada, bob} from '../support/todod';
import {task} from '../support/tasks';

let database: typeof import('../../src/offline/database');

/// A window of its own on what the browser keeps.
async function open() {
  vi.resetModules();
  return import('../../src/offline/database');
}

function news(from: number, to: number, tasks: Task[], gone: string[] = []) {
  const all = [...tasks.map((each): [string, Task] => [each.id, each]),
    ...gone.map((id): [string, undefined] => [id, undefined])];
  return {from, to, tasks: new Map<string, Task | undefined>(all), isWhole: false};
}

async function keepAll(user: User, seq: number, tasks: Task[]) {
  return database.save(user, {...news(0, seq, tasks), isWhole: true});
}

beforeEach(async () => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  database = await open();
  await database.setSession(ada.id);
});
afterEach(() => vi.unstubAllGlobals());

describe('what todod has said', () => {
  test('is there when the page is loaded anew', async () => {
    expect(await database.load()).toBe(null);
    expect(await keepAll(ada, 7, [task('a'), task('b')])).toBe('kept');
    expect(await database.save(ada, news(7, 9, [task('c')], ['a']))).toBe('kept');
    database = await open();
    expect(await database.load()).toEqual({user: ada, seq: 9, tasks: [task('b'), task('c')]});
  });

  test('is not overwritten by what is older', async () => {
    await keepAll(ada, 9, [task('a', 2)]);
    expect(await database.save(ada, news(5, 8, [task('a', 1)]))).toBe('newer');
    expect(await database.load()).toMatchObject({seq: 9, tasks: [{version: 2}]});
  });

  test('has no gaps', async () => {
    expect(await database.save(ada, news(3, 4, [task('a')]))).toBe('gap');
    await keepAll(ada, 5, [task('a')]);
    expect(await database.save(ada, news(6, 7, [task('b')]))).toBe('gap');
    expect(await database.load()).toMatchObject({seq: 5, tasks: [{id: 'a'}]});
  });

  test('may be older as a whole: todod was put back to what it was once', async () => {
    await keepAll(ada, 9, [task('a', 4), task('b')]);
    expect(await keepAll(ada, 3, [task('a', 1)])).toBe('kept');
    expect(await database.load()).toEqual({user: ada, seq: 3, tasks: [task('a', 1)]});
  });

  test('is kept for who is signed in alone', async () => {
    await keepAll(ada, 9, [task('a')]);
    await database.clear();
    expect(await keepAll(ada, 10, [task('a')])).toBe('foreign');
    await database.setSession(bob.id);
    expect(await keepAll(ada, 10, [task('a')])).toBe('foreign');
    expect(await database.load()).toBe(null);
  });
});

describe('who signs in', () => {
  const action = {key: 'k', userId: 'ada', at: 1, writes: []};

  test('finds what they have left', async () => {
    await keepAll(ada, 9, [task('a')]);
    await database.enqueue(action);
    expect(await database.setSession(ada.id)).toBe(false);
    expect((await database.load())?.tasks).toHaveLength(1);
    expect((await database.queued())?.size).toBe(1);
  });

  test('finds nothing of another', async () => {
    await keepAll(ada, 9, [task('a')]);
    await database.enqueue(action);
    expect(await database.setSession(bob.id)).toBe(true);
    expect(await database.load()).toBe(null);
    expect((await database.queued())?.size).toBe(0);
    expect(await database.sessionUser()).toBe(bob.id);
  });

  test('finds nothing of another who has only written', async () => {
    await database.enqueue(action);
    expect(await database.setSession(bob.id)).toBe(true);
    expect((await database.queued())?.size).toBe(0);
  });
});

describe('the queue', () => {
  const action = (key: string) => ({key, userId: 'ada', at: 1, writes: []});

  test('is in the order in which it was filled, in whatever window', async () => {
    const other = await open();
    await database.enqueue(action('1'));
    await other.enqueue(action('2'));
    await database.enqueue(action('3'));
    expect([...await other.queued() ?? []].map(([, {key}]) => key)).toEqual(['1', '2', '3']);
  });

  test('gives each to one alone', async () => {
    const place = await database.enqueue(action('1')) ?? 0;
    const other = await open();
    const taken = await Promise.all([database.dequeue(place), other.dequeue(place)]);
    expect(taken.sort()).toEqual([false, true]);
  });
});

describe('a lease', () => {
  test('is one window\'s until it is given back or runs out', async () => {
    expect(await database.takeLease('one', 1000, 500)).toBe(true);
    expect(await database.takeLease('two', 1100, 500)).toBe(false);
    expect(await database.takeLease('one', 1200, 500)).toBe(true);
    await database.dropLease('two');
    expect(await database.takeLease('two', 1300, 500)).toBe(false);
    expect(await database.takeLease('two', 1800, 500)).toBe(true);
    await database.dropLease('two');
    expect(await database.takeLease('one', 1801, 500)).toBe(true);
  });

  test('does not last because the clock was put back', async () => {
    await database.takeLease('one', 1_000_000, 500);
    expect(await database.takeLease('two', 1000, 500)).toBe(true);
  });
});

describe('where nothing can be kept', () => {
  test('all goes on without it', async () => {
    vi.stubGlobal('indexedDB', undefined);
    database = await open();
    expect(await database.load()).toBe(null);
    expect(await keepAll(ada, 1, [task('a')])).toBe('kept');
    expect(await database.queued()).toBe(null);
    expect(await database.enqueue({key: 'k', userId: 'ada', at: 1, writes: []})).toBe(null);
    expect(await database.setSession(bob.id)).toBe(false);
    expect(await database.takeLease('one', 1, 1)).toBe(true);
    await database.clear();
  });

  test('and where the browser throws, or never answers', async () => {
    vi.stubGlobal('indexedDB', {open: () => { throw new DOMException('', 'SecurityError'); }});
    database = await open();
    expect(await database.load()).toBe(null);
    vi.useFakeTimers();
    vi.stubGlobal('indexedDB', {open: () => ({})});
    database = await open();
    const loaded = database.load();
    await vi.advanceTimersByTimeAsync(5000);
    vi.useRealTimers();
    expect(await loaded).toBe(null);
  });
});
