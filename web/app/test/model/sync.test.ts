import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {
  closeBrowser, closeWindow, openBrowser, openWindow, pass, titles, until,
} from '../support/browser';
import {problem, type Todod} from '../support/todod';

let todod: Todod;

async function open() {
  const window = await openWindow();
  await window.session.resume();
  return window;
}

async function live() {
  const window = await open();
  await until(() => expect(window.sync.connection.value).toBe('live'));
  return window;
}

function fill(count: number): void {
  for (let i = 0; i < count; i++) todod.add(`t${i}`, `t${i}`);
}

beforeEach(() => { todod = openBrowser(); });
afterEach(closeBrowser);

describe('all tasks', () => {
  test('are read in pages, also where there are too many requests', async () => {
    fill(35);
    todod.pageSize = 10;
    todod.trick('GET /api/tasks?cursor=20', () => problem(429, '', {'Retry-After': '30'}));
    const window = await live();
    expect(window.tasks.tasks.value).toHaveLength(35);
    expect(todod.told('GET', '/api/tasks')).toHaveLength(5);
  });

  test('are as they were changed while they were read', async () => {
    fill(30);
    todod.pageSize = 10;
    todod.trick('GET /api/tasks?cursor=20', () => {
      todod.update('t1', {title: 'changed'});
      todod.delete('t2');
      todod.add('n', 'new');
      return undefined;
    });
    const window = await live();
    await until(() => expect(window.tasks.findTask('t1')?.title).toBe('changed'));
    expect(window.tasks.findTask('t2')).toBe(undefined);
    expect(titles(window)).toHaveLength(30);
  });

  test('are read once, and then only what was changed', async () => {
    fill(5);
    const before = await live();
    await pass(2000);
    closeWindow(before);
    todod.update('t1', {title: 'changed'});
    const reads = todod.told('GET', '/api/tasks').length;
    const window = await live();
    await until(() => expect(window.tasks.findTask('t1')?.title).toBe('changed'));
    expect(todod.told('GET', '/api/tasks')).toHaveLength(reads);
  });

  test('are read anew when the log does not go back so far', async () => {
    const window = await live();
    todod.tasks.set('x', {...todod.add('y', 'y'), id: 'x', title: 'x'});
    for (const stream of todod.streams) stream.say('reset', {seq: todod.lastSeq});
    await until(() => expect(titles(window)).toEqual(['x', 'y']));
  });

  test('are read anew when todod was put back to what it was once', async () => {
    fill(3);
    todod.update('t1', {title: 'lost'});
    todod.delete('t2');
    const window = await live();
    await pass(2000);
    todod.tasks.clear();
    todod.log = [];
    todod.add('t1', 't1');
    todod.add('t2', 't2');
    for (const stream of todod.streams) stream.cut();
    await until(() => expect(titles(window)).toEqual(['t1', 't2']));
    await until(() => expect(window.sync.connection.value).toBe('live'));
    await pass(2000);
    expect(await window.database.load()).toMatchObject({seq: 2, tasks: [{}, {}]});
    closeWindow(window);
    const next = await live();
    expect(titles(next)).toEqual(['t1', 't2']);
  });
});

describe('a stream', () => {
  test('that was cut off is opened again, from where it was', async () => {
    const window = await live();
    todod.add('a', 'a');
    await until(() => expect(titles(window)).toEqual(['a']));
    const comeUp = todod.goDown();
    expect(window.sync.connection.value).toBe('waiting');
    await until(() => expect(window.sync.connection.value).toBe('offline'));
    todod.add('b', 'b');
    await pass(60_000);
    comeUp();
    await until(() => expect(titles(window)).toEqual(['a', 'b']));
    expect(window.sync.connection.value).toBe('live');
    expect(todod.streams.size).toBe(1);
  });

  test('is not opened again for who is signed out', async () => {
    const window = await live();
    todod.session = null;
    for (const stream of todod.streams) stream.cut();
    await until(() => expect(window.session.user.value).toBe(null));
    const count = todod.asked.length;
    await pass(60_000);
    expect(todod.asked).toHaveLength(count);
    expect(todod.streams.size).toBe(0);
  });

  test('is one however often a connection comes', async () => {
    const window = await live();
    for (let i = 0; i < 5; i++) {
      window.sync.start({id: 'ada', name: 'Ada', email: 'ada@example.com'},
          {signedOut: () => {}, changed: () => {}});
    }
    await pass(3000);
    expect(todod.streams.size).toBe(1);
  });

  test('loses no change of a task that could not be read', async () => {
    const window = await live();
    todod.add('a', 'a');
    todod.delete('a');
    await until(() => expect(window.tasks.tasks.value).toHaveLength(0));
    await pass(1000);
    todod.trick('GET /api/tasks/x', () => problem(429, '', {'Retry-After': '5'}));
    const {version: _, ...fields} = todod.add('y', 'y');
    todod.tasks.set('x', {...fields, id: 'x', title: 'x', version: 4});
    todod.update('x', {priority: 'HIGH'});
    todod.update('y', {title: 'y2'});
    await until(() => expect(titles(window)).toEqual(['x', 'y2']));
    expect(window.tasks.findTask('x')?.priority).toBe('HIGH');
  });
});

describe('what is kept', () => {
  test('has what two windows have heard', async () => {
    const [one, two] = [await live(), await live()];
    todod.add('a', 'a');
    await pass(2000);
    closeWindow(one);
    todod.add('b', 'b');
    await pass(2000);
    closeWindow(two);
    expect(await two.database.load()).toMatchObject({seq: 2, tasks: [{id: 'a'}, {id: 'b'}]});
  });

  test('is whole again where the browser has thrown it away', async () => {
    fill(3);
    const window = await live();
    await pass(2000);
    await window.database.clear();
    await window.database.setSession('ada');
    todod.add('n', 'n');
    await pass(4000);
    expect(await window.database.load()).toMatchObject({seq: 4, tasks: [{}, {}, {}, {}]});
  });
});

describe('a stream that ends', () => {
  test('soon after each beginning is begun less and less often', async () => {
    await live();
    const before = todod.asked.length;
    for (let seconds = 0; seconds < 120; seconds++) {
      for (const stream of todod.streams) stream.cut();
      await pass(1000);
    }
    expect(todod.asked.length - before).toBeLessThan(30);
  });

  test('after a while is begun anew at once', async () => {
    await live();
    for (let times = 0; times < 5; times++) {
      await pass(12_000);
      for (const stream of todod.streams) stream.cut();
      await pass(1500);
      expect(todod.streams.size).toBe(1);
    }
  });
});

describe('a window that nobody looks at', () => {
  let page: EventTarget & {visibilityState: string; hidden: boolean};

  beforeEach(() => {
    page = Object.assign(new EventTarget(), {visibilityState: 'visible', hidden: false});
    vi.stubGlobal('document', page);
  });

  function look(isAway: boolean): void {
    page.visibilityState = isAway ? 'hidden' : 'visible';
    page.hidden = isAway;
    page.dispatchEvent(new Event('visibilitychange'));
  }

  test('leaves the few connections of a browser to others, until somebody does', async () => {
    const window = await live();
    look(true);
    await pass(30_000);
    expect(todod.streams.size).toBe(1);
    await pass(31_000);
    expect(todod.streams.size).toBe(0);
    todod.add('a', 'Milk');
    await pass(61_000);
    expect(titles(window)).toEqual([]);
    look(false);
    await until(() => expect(titles(window)).toEqual(['Milk']));
    await pass(120_000);
    expect(todod.streams.size).toBe(1);
  });

  test('is live again when somebody does, whatever the clock was set to meanwhile', async () => {
    await live();
    look(true);
    await pass(61_000);
    expect(todod.streams.size).toBe(0);
    vi.setSystemTime(Date.now() - 3_600_000);
    look(false);
    await until(() => expect(todod.streams.size).toBe(1));
  });

  test('does so where it was opened behind another, too', async () => {
    look(true);
    await live();
    await pass(61_000);
    expect(todod.streams.size).toBe(0);
    look(false);
    await until(() => expect(todod.streams.size).toBe(1));
  });
});
