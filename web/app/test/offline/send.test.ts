import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import type {Write} from '../../src/model/action';
import {begin, send, type Outcome} from '../../src/offline/send';
import {Problem, Unreachable} from '../../src/api/client';
import {problem, Todod} from '../support/todod';

let todod: Todod;

beforeEach(() => {
  todod = new Todod();
  vi.stubGlobal('fetch', todod.fetch);
});
afterEach(() => vi.unstubAllGlobals());

const create = (id: string, title = id): Write => ({kind: 'create', id, fields: {title}});
const rename = (id: string, title: string): Write => ({kind: 'update', id, fields: {title}});
const remove = (id: string): Write => ({kind: 'delete', id});

function tell(...writes: Write[]): Promise<Outcome> {
  return send(begin({key: 'k', userId: 'ada', at: 0, writes}));
}

describe('one write', () => {
  test('is told as what it is, and its change set is known', async () => {
    expect(await tell(create('a')))
        .toMatchObject({changesets: [1], tasks: [{id: 'a', version: 1}]});
    expect(await tell(rename('a', 'b'))).toMatchObject({changesets: [2], tasks: [{title: 'b'}]});
    expect(await tell(remove('a')))
        .toMatchObject({changesets: [3], removed: [{id: 'a'}], refusals: []});
    expect(todod.asked.map(({method}) => method)).toEqual(['POST', 'PATCH', 'DELETE']);
  });

  test('that makes a task which is there is found to be done', async () => {
    todod.add('a', 'Milk');
    expect(await tell(create('a'))).toMatchObject({tasks: [{title: 'Milk'}], refusals: []});
  });

  test('that makes a task whose id is taken by one that is gone has been done', async () => {
    todod.trick('POST /api/tasks', () => problem(409, 'Taken.'));
    expect(await tell(create('a'))).toMatchObject({removed: [{id: 'a'}], refusals: []});
  });

  test('that deletes what is gone is done', async () => {
    expect(await tell(remove('a'))).toMatchObject({removed: [{id: 'a'}], refusals: []});
  });

  test('that changes what is gone is refused', async () => {
    expect(await tell(rename('a', 'b')))
        .toMatchObject({removed: [{id: 'a'}], refusals: [{id: 'a', detail: 'Task not found.'}]});
  });

  test('is to be told again where todod cannot be reached, is busy, or knows nobody', async () => {
    for (const status of [401, 408, 429, 500, 503]) {
      todod.trick('POST /api/tasks', () => problem(status));
      await expect(tell(create('a')), String(status)).rejects.toBeInstanceOf(Problem);
    }
    todod.trick('POST /api/tasks', () => { throw new TypeError('Failed to fetch'); });
    await expect(tell(create('a'))).rejects.toBeInstanceOf(Unreachable);
  });

  test('is to be told again where another than todod has answered', async () => {
    const headers = {'Content-Type': 'text/html'};
    for (const status of [401, 403, 404, 405, 413]) {
      todod.trick('PATCH', () => new Response('<h1>No.</h1>', {status, headers}));
      await expect(tell(rename('a', 'b')), String(status)).rejects.toBeInstanceOf(Unreachable);
    }
  });
});

describe('many writes', () => {
  const ids = Array.from({length: 250}, (_, i) => `t${i}`);

  test('go in batches of a hundred', async () => {
    const outcome = await tell(...ids.map((id) => create(id)));
    expect(outcome.changesets).toHaveLength(3);
    expect(outcome.tasks).toHaveLength(250);
    expect(todod.told('POST', '/api/batch')).toHaveLength(3);
    expect(todod.tasks.size).toBe(250);
  });

  test('are refused each by itself', async () => {
    todod.add('a', 'Milk');
    const outcome = await tell(rename('a', 'Eggs'), rename('b', 'x'), remove('c'), create('a'));
    expect(outcome.tasks.map(({title}) => title)).toEqual(['Eggs', 'Eggs']);
    expect(outcome.removed.map(({id}) => id)).toEqual(['b', 'c']);
    expect(outcome.refusals).toEqual([{id: 'b', detail: 'Task not found.'}]);
  });

  test('that delete say as which version a task went', async () => {
    todod.add('a', 'Milk');
    todod.add('b', 'Bread');
    const outcome = await tell(rename('a', 'Oat milk'), remove('a'), remove('b'));
    expect(outcome.removed).toEqual([{id: 'a', version: 2}, {id: 'b', version: 1}]);
    expect(outcome.tasks.map(({title}) => title)).toEqual(['Oat milk']);
  });

  test('are done but for one that makes todod refuse them all', async () => {
    const outcome = await tell(...ids.slice(0, 100).map((id, i) => create(id, i === 37 ? '' : id)));
    expect(outcome.refusals).toEqual([{id: 't37', detail: 'A title is missing.'}]);
    expect(todod.tasks.size).toBe(99);
    expect(todod.asked.length).toBeLessThan(20);
    expect([...todod.tasks.keys()]).toEqual(ids.slice(0, 100).filter((id) => id !== 't37'));
  });

  test('whose answer was lost are told again as the same, and are done once', async () => {
    todod.add('a', 'Milk');
    const writes = [rename('a', 'Eggs'), create('b'), remove('a')];
    const action = {key: 'k', userId: 'ada', at: 0, writes};
    todod.loseAnswer('POST /api/batch');
    await expect(send(begin(action))).rejects.toBeInstanceOf(Unreachable);
    const outcome = await send(begin(action));
    expect(outcome).toMatchObject({changesets: [2], removed: [{id: 'a'}], refusals: []});
    expect(outcome.tasks.map(({title}) => title)).toEqual(['Eggs', 'b']);
    const keys = todod.told('POST', '/api/batch').map(({headers}) => headers['Idempotency-Key']);
    expect(keys).toEqual(['k.a.3', 'k.a.3']);
    expect(todod.lastSeq).toBe(4);
  });

  test('go on where they were', async () => {
    const progress = begin({key: 'k', userId: 'ada', at: 0, writes: ids.map((id) => create(id))});
    todod.trick('POST /api/batch', () => {
      todod.trick('POST /api/batch', () => problem(429, '', {'Retry-After': '3'}));
      return undefined;
    });
    await expect(send(progress)).rejects.toMatchObject({status: 429, retryAfter: 3});
    expect(todod.tasks.size).toBe(100);
    const outcome = await send(progress);
    expect(outcome.changesets).toHaveLength(3);
    expect(outcome.tasks).toHaveLength(250);
    expect(todod.told('POST', '/api/batch')).toHaveLength(4);
  });
});
