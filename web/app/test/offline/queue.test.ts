import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {
  closeBrowser, closeWindow, openBrowser, openWindow, pass, titles, until,
} from '../support/browser';
import {ada, problem, type Todod} from '../support/todod';

let todod: Todod;

async function signedIn() {
  const window = await openWindow();
  await window.session.resume();
  await until(() => expect(window.sync.connection.value).toBe('live'));
  return window;
}

afterEach(closeBrowser);

describe('what the user does', () => {
  beforeEach(() => { todod = openBrowser(); });

  test('is shown at once and told to todod', async () => {
    const window = await signedIn();
    window.actions.addTask({title: 'Milk'});
    expect(titles(window)).toEqual(['Milk']);
    await until(() => expect(window.queue.waitingCount.value).toBe(0));
    expect([...todod.tasks.values()].map(({title}) => title)).toEqual(['Milk']);
    expect(titles(window)).toEqual(['Milk']);
  });

  test('is told in the order in which it was done', async () => {
    const window = await signedIn();
    const id = window.actions.addTask({title: '0'});
    for (let i = 1; i <= 5; i++) window.actions.changeTasks([id], {title: String(i)});
    expect(titles(window)).toEqual(['5']);
    await until(() => expect(window.queue.waitingCount.value).toBe(0));
    expect(todod.tasks.get(id)?.title).toBe('5');
    expect(todod.told('PATCH').map(({body}) => body?.title)).toEqual(['1', '2', '3', '4', '5']);
  });

  test('waits for todod to be there again', async () => {
    const window = await signedIn();
    const comeUp = todod.goDown();
    window.actions.addTask({title: 'Milk'});
    await pass(3000);
    expect(window.queue.waitingCount.value).toBe(1);
    expect(window.queue.isHeldUp.value).toBe(true);
    expect(titles(window)).toEqual(['Milk']);
    comeUp();
    await until(() => expect(window.queue.waitingCount.value).toBe(0));
    expect(window.queue.isHeldUp.value).toBe(false);
    expect(todod.tasks.size).toBe(1);
  });

  test('survives that the page is loaded anew', async () => {
    const before = await signedIn();
    await pass(2000);
    const comeUp = todod.goDown();
    before.actions.addTask({title: 'Milk'});
    await pass(100);
    closeWindow(before);
    const window = await openWindow();
    await window.session.resume();
    expect(window.session.user.value).toEqual(ada);
    expect(titles(window)).toEqual(['Milk']);
    comeUp();
    await until(() => expect(todod.tasks.size).toBe(1));
    await until(() => expect(window.queue.waitingCount.value).toBe(0));
  });

  test('is told again under the same key when the answer was lost', async () => {
    const window = await signedIn();
    todod.loseAnswer('POST /api/tasks');
    window.actions.addTask({title: 'Milk'});
    await until(() => expect(window.queue.waitingCount.value).toBe(0));
    const keys = todod.told('POST').map(({headers}) => headers['Idempotency-Key']);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
    expect(titles(window)).toEqual(['Milk']);
    expect(window.notices.notices.value.some(({isError}) => isError)).toBe(false);
  });

  test('waits as long as todod asks for', async () => {
    const window = await signedIn();
    todod.trick('POST /api/tasks', () => problem(429, 'Too many.', {'Retry-After': '20'}));
    window.actions.addTask({title: 'Milk'});
    await pass(1000);
    window.actions.addTask({title: 'Eggs'});
    await pass(18_000);
    expect(todod.told('POST')).toHaveLength(1);
    await until(() => expect(window.queue.waitingCount.value).toBe(0));
    expect(todod.told('POST')).toHaveLength(3);
    expect(titles(window)).toEqual(['Eggs', 'Milk']);
  });

  test('waits no longer than that where the clock is set back', async () => {
    const window = await signedIn();
    todod.trick('POST /api/tasks', () => problem(429, 'Too many.', {'Retry-After': '20'}));
    window.actions.addTask({title: 'Milk'});
    await pass(1000);
    vi.setSystemTime(Date.now() - 3_600_000);
    await pass(25_000);
    expect(todod.tasks.size).toBe(1);
  });

  test('is kept when the session has ended, and told after signing in again', async () => {
    const window = await signedIn();
    todod.session = null;
    window.actions.addTask({title: 'Milk'});
    await until(() => expect(window.session.user.value).toBe(null));
    expect(titles(window)).toEqual([]);
    await window.session.signIn(ada.email, 'password');
    await until(() => expect(titles(window)).toEqual(['Milk']));
    await until(() => expect(todod.tasks.size).toBe(1));
  });

  test('is kept as far as it was typed when the session has ended', async () => {
    const window = await signedIn();
    const {whenLeft} = await import('../../src/model/drafts');
    const forget = whenLeft(() => {
      window.actions.addTask({title: 'Milk'});
      forget();
    });
    todod.session = null;
    for (const stream of todod.streams) stream.cut();
    await until(() => expect(window.session.user.value).toBe(null));
    await window.session.signIn(ada.email, 'password');
    await until(() => expect([...todod.tasks.values()]).toMatchObject([{title: 'Milk'}]));
  });

  test('is as if it had never been done where todod refuses it', async () => {
    const window = await signedIn();
    todod.add('a', 'Milk');
    await until(() => expect(titles(window)).toEqual(['Milk']));
    window.actions.changeTasks(['a'], {title: ''});
    window.actions.changeTasks(['a'], {priority: 'HIGH'});
    await until(() => expect(window.queue.waitingCount.value).toBe(0));
    expect(window.tasks.findTask('a')).toMatchObject({title: 'Milk', priority: 'HIGH'});
    expect(window.notices.notices.value.some(({isError}) => isError)).toBe(true);
  });

  test.each([
    ['todod', () => problem(500, 'Something went wrong.')],
    ['a proxy', () => new Response('<h1>Forbidden</h1>', {status: 403})],
  ])('does not wait for ever where it is turned away by %s', async (_, answer) => {
    const window = await signedIn();
    const turnAway = () => todod.trick('POST /api/tasks', () => {
      turnAway();
      return answer();
    });
    turnAway();
    window.actions.addTask({title: "' OR 1=1 --"});
    todod.add('a', 'Milk');
    window.actions.changeTasks(['a'], {title: 'Oat milk'});
    await pass(20_000);
    expect(window.queue.waitingCount.value).toBe(2);
    for (let i = 0; i < 60 && window.queue.waitingCount.value > 0; i++) await pass(1000);
    expect(window.queue.waitingCount.value).toBe(0);
    expect(titles(window)).toEqual(['Oat milk']);
    expect(window.notices.notices.value.some(({isError}) => isError)).toBe(true);
  });

  test('waits as long as todod answers nothing at all', async () => {
    const window = await signedIn();
    const turnAll = () => ['POST', 'GET'].forEach((method) => todod.trick(method, () => {
      turnAll();
      return new Response('<h1>Forbidden</h1>', {status: 403});
    }));
    turnAll();
    window.actions.addTask({title: 'Milk'});
    await pass(300_000);
    expect(window.queue.waitingCount.value).toBe(1);
    expect(titles(window)).toEqual(['Milk']);
  });

  test('can be withdrawn before todod knows', async () => {
    const window = await signedIn();
    const comeUp = todod.goDown();
    window.actions.addTask({title: 'Milk'});
    window.actions.addTask({title: 'Eggs'});
    await pass(100);
    await window.actions.undoLast();
    expect(titles(window)).toEqual(['Milk']);
    comeUp();
    await until(() => expect(window.queue.waitingCount.value).toBe(0));
    expect([...todod.tasks.values()].map(({title}) => title)).toEqual(['Milk']);
  });

  test('may have been done where the connection goes before the answer comes', async () => {
    const window = await signedIn();
    todod.trick('POST /api/tasks', () => {
      Object.assign(navigator, {onLine: false});
      todod.goDown();
      return undefined;
    });
    todod.loseAnswer('POST /api/tasks');
    const id = window.actions.addTask({title: 'Milk'});
    await until(() => expect(todod.tasks.size).toBe(1));
    await pass(100);
    const [action] = [...(await window.database.queued() ?? []).values()];
    expect(action?.writes).toMatchObject([{id}]);
    expect(action && await window.queue.withdraw(action)).toBe(false);
  });

  test('is known to be taken back or not when the session has ended meanwhile', async () => {
    const window = await signedIn();
    todod.trick('POST /api/tasks', () => {
      todod.session = null;
      return undefined;
    });
    todod.trick('POST /api/tasks', (asked) => {
      todod.add(String(asked.body?.id), 'Milk');
      throw new TypeError('Failed to fetch');
    });
    window.actions.addTask({title: 'Milk'});
    await until(() => expect(window.session.user.value).toBe(null));
    expect(todod.tasks.size).toBe(1);
    todod.goDown();
    await window.queue.open(ada.id);
    const [action] = [...(await window.database.queued() ?? []).values()];
    expect(action?.writes).toMatchObject([{kind: 'create'}]);
    expect(action && await window.queue.withdraw(action)).toBe(false);
  });

  test('goes on where it was when half of it was told', async () => {
    const window = await signedIn();
    const ids = Array.from({length: 250}, (_, i) => `t${i}`);
    for (const id of ids) todod.add(id, id);
    await until(() => expect(window.tasks.tasks.value).toHaveLength(250));
    todod.trick('POST /api/batch', () => undefined);
    todod.trick('POST /api/batch', () => problem(503, 'Busy.'));
    window.actions.completeTasks(ids, true);
    expect(window.tasks.tasks.value.every(({status}) => status === 'COMPLETED')).toBe(true);
    await until(() => expect(window.queue.waitingCount.value).toBe(0));
    expect([...todod.tasks.values()].every(({version}) => version === 2)).toBe(true);
  });
});

describe('where the browser keeps nothing', () => {
  beforeEach(() => { todod = openBrowser({hasDatabase: false, hasLocks: false}); });

  test('what the user does is told all the same', async () => {
    const window = await signedIn();
    window.actions.addTask({title: 'Milk'});
    await until(() => expect(window.queue.waitingCount.value).toBe(0));
    expect(todod.tasks.size).toBe(1);
  });

  test('it is not lost when the session ends', async () => {
    const window = await signedIn();
    todod.session = null;
    window.actions.addTask({title: 'Milk'});
    await until(() => expect(window.session.user.value).toBe(null));
    await window.session.signIn(ada.email, 'password');
    await until(() => expect(todod.tasks.size).toBe(1));
  });

  test('nobody sees what another user has seen', async () => {
    const window = await signedIn();
    todod.add('a', 'Secret');
    await until(() => expect(titles(window)).toEqual(['Secret']));
    todod.session = null;
    window.actions.addTask({title: 'Also secret'});
    await until(() => expect(window.session.user.value).toBe(null));
    todod.tasks.clear();
    todod.log = [];
    await window.session.signIn('bob@example.com', 'password');
    await until(() => expect(window.sync.connection.value).toBe('live'));
    await pass(2000);
    expect(titles(window)).toEqual([]);
    expect(todod.tasks.size).toBe(0);
  });
});

describe.each([{hasLocks: true}, {hasLocks: false}])('two windows (locks: $hasLocks)', (kind) => {
  beforeEach(() => { todod = openBrowser(kind); });

  test('send each action once, and both know', async () => {
    const [one, two] = [await signedIn(), await signedIn()];
    for (let i = 0; i < 10; i++) {
      one.actions.addTask({title: `a${i}`});
      two.actions.addTask({title: `b${i}`});
    }
    await until(() => expect(todod.tasks.size).toBe(20));
    await until(() => {
      expect(one.queue.waitingCount.value).toBe(0);
      expect(two.queue.waitingCount.value).toBe(0);
    });
    await pass(2000);
    expect(todod.told('POST')).toHaveLength(20);
    expect(titles(one)).toHaveLength(20);
    expect(titles(two)).toEqual(titles(one));
  });

  test('show what the other has done and not been able to tell', async () => {
    const [one, two] = [await signedIn(), await signedIn()];
    const comeUp = todod.goDown();
    one.actions.addTask({title: 'Milk'});
    await until(() => expect(titles(two)).toEqual(['Milk']));
    expect(two.queue.waitingCount.value).toBe(1);
    await pass(2000);
    comeUp();
    await until(() => expect(two.queue.waitingCount.value).toBe(0));
    await until(() => expect(one.queue.waitingCount.value).toBe(0));
    expect(todod.tasks.size).toBe(1);
  });

  test('do not tell what the other has taken out of the queue', async () => {
    const [one, two] = [await signedIn(), await signedIn()];
    const comeUp = todod.goDown();
    one.actions.addTask({title: 'Milk'});
    await pass(2000);
    const [place] = [...await two.database.queued() ?? []].map(([each]) => each);
    expect(place !== undefined && await two.database.dequeue(place)).toBe(true);
    comeUp();
    await until(() => expect(one.queue.waitingCount.value).toBe(0));
    await pass(2000);
    expect(todod.tasks.size).toBe(0);
  });

  test('do not wait for what the other has told while they looked', async () => {
    const window = await signedIn();
    const action = {key: 'k', userId: 'ada', at: 0, writes: []};
    await window.database.enqueue(action);
    const looking = window.queue.open('ada');
    const outcome = {changesets: [], tasks: [], removed: [], refusals: []};
    new BroadcastChannel('todod').postMessage({kind: 'sent', key: 'k', outcome});
    vi.advanceTimersByTime(20);
    await looking;
    expect(window.queue.waitingCount.value).toBe(0);
  });

  test('send once what is being sent while the other signs in anew', async () => {
    const one = await signedIn();
    todod.add('a', 'Milk');
    await until(() => expect(titles(one)).toEqual(['Milk']));
    let answer = (): void => {};
    todod.trick('PATCH', () => new Promise((resolve) => { answer = () => resolve(undefined); }));
    one.actions.changeTasks(['a'], {title: 'Eggs'});
    await until(() => expect(todod.told('PATCH')).toHaveLength(1));
    new BroadcastChannel('todod').postMessage({kind: 'session'});
    await pass(1000);
    await until(() => expect(one.sync.connection.value).toBe('live'));
    answer();
    await until(() => expect(one.queue.waitingCount.value).toBe(0));
    await pass(2000);
    expect(todod.told('PATCH')).toHaveLength(1);
  });

  test('do not take back what the other may have told', async () => {
    const [one, two] = [await signedIn(), await signedIn()];
    todod.trick('POST /api/tasks', () => {
      todod.goDown();
      return undefined;
    });
    todod.loseAnswer('POST /api/tasks');
    one.actions.addTask({title: 'Milk'});
    await until(() => expect(todod.tasks.size).toBe(1));
    await until(() => expect(two.queue.waitingCount.value).toBe(1));
    await pass(200);
    const [action] = [...(await two.database.queued() ?? []).values()];
    expect(action?.writes).toMatchObject([{kind: 'create'}]);
    expect(action && await two.queue.withdraw(action)).toBe(false);
    expect(action && await one.queue.withdraw(action)).toBe(false);
    closeWindow(one);
    closeWindow(two);
    await pass(200);
  });

  test('do not take back what the other is just telling', async () => {
    const [one, two] = [await signedIn(), await signedIn()];
    let answer = (): void => {};
    todod.trick('POST /api/tasks', () => new Promise((resolve) => {
      answer = () => resolve(undefined);
    }));
    one.actions.addTask({title: 'Milk'});
    await until(() => expect(todod.told('POST')).toHaveLength(1));
    await until(() => expect(two.queue.waitingCount.value).toBe(1));
    const [action] = [...await two.database.queued() ?? []].map(([, each]) => each);
    expect(action && await two.queue.withdraw(action)).toBe(false);
    answer();
    await until(() => expect(todod.tasks.size).toBe(1));
    await until(() => expect(two.queue.waitingCount.value).toBe(0));
  });
});
