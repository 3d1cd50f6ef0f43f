import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {
  closeBrowser, closeWindow, openBrowser, openWindow, pass, titles, until,
} from '../support/browser';
import {task} from '../support/tasks';
import {ada, bob, problem, type Todod} from '../support/todod';

let todod: Todod;

async function signedIn() {
  const window = await openWindow();
  await window.session.resume();
  await until(() => expect(window.sync.connection.value).toBe('live'));
  return window;
}

/// bob has nothing of ada's.
function changeUser(): void {
  todod.tasks.clear();
  todod.log = [];
}

beforeEach(() => { todod = openBrowser(); });
afterEach(async () => {
  // What a window is in the middle of must not go on in the next test.
  await pass(200);
  closeBrowser();
});

describe('who signs out', () => {
  test('leaves nothing in the browser', async () => {
    const window = await signedIn();
    window.actions.addTask({title: 'Milk'});
    await until(() => expect(todod.tasks.size).toBe(1));
    await pass(2000);
    expect((await window.database.load())?.tasks).toHaveLength(1);
    await window.session.signOut();
    expect(titles(window)).toEqual([]);
    await pass(2000);
    expect(await window.database.load()).toBe(null);
    expect((await window.database.queued())?.size).toBe(0);
  });

  test('does so in every window', async () => {
    const [one, two] = [await signedIn(), await signedIn()];
    todod.add('a', 'Milk');
    await until(() => expect(titles(two)).toEqual(['Milk']));
    await one.session.signOut();
    await until(() => expect(two.session.user.value).toBe(null));
    expect(titles(two)).toEqual([]);
    await pass(3000);
    expect(await two.database.load()).toBe(null);
  });

  test('stays where todod cannot be told', async () => {
    const window = await signedIn();
    const comeUp = todod.goDown();
    await expect(window.session.signOut()).rejects.toThrow();
    expect(window.session.user.value).toEqual(ada);
    window.actions.addTask({title: 'Milk'});
    comeUp();
    await until(() => expect(todod.tasks.size).toBe(1));
  });
});

describe('another user', () => {
  test('is never told what the one before has done', async () => {
    const window = await signedIn();
    const comeUp = todod.goDown();
    window.actions.addTask({title: 'Secret'});
    await pass(500);
    closeWindow(window);
    comeUp();
    todod.session = bob;
    const other = await openWindow();
    await other.session.resume();
    await until(() => expect(other.sync.connection.value).toBe('live'));
    await pass(3000);
    expect(other.session.user.value).toEqual(bob);
    expect(titles(other)).toEqual([]);
    expect(todod.tasks.size).toBe(0);
    expect((await other.database.queued())?.size).toBe(0);
  });

  test('who signs in elsewhere is who every window shows', async () => {
    const [one, two] = [await signedIn(), await signedIn()];
    todod.add('a', 'Secret');
    await until(() => expect(titles(two)).toEqual(['Secret']));
    await one.session.signOut();
    changeUser();
    await one.session.signIn(bob.email, 'password');
    await until(() => expect(two.session.user.value).toEqual(bob));
    await until(() => expect(two.sync.connection.value).toBe('live'));
    expect(titles(two)).toEqual([]);
    two.actions.addTask({title: 'Mine'});
    await until(() => expect(titles(one)).toEqual(['Mine']));
  });

  test('whose cookie a window finds is not taken for who it shows', async () => {
    const window = await signedIn();
    todod.add('a', 'Secret');
    await until(() => expect(titles(window)).toEqual(['Secret']));
    changeUser();
    todod.add('b', 'Mine');
    todod.session = bob;
    for (const stream of todod.streams) stream.cut();
    await until(() => expect(window.session.user.value).toEqual(bob));
    await until(() => expect(titles(window)).toEqual(['Mine']));
    await pass(2000);
    expect(await window.database.load()).toMatchObject({user: bob, tasks: [{title: 'Mine'}]});
  });

  test('is not told by a window that has not heard of them yet', async () => {
    const window = await signedIn();
    changeUser();
    await window.database.setSession(bob.id);
    todod.session = bob;
    window.actions.addTask({title: 'Secret'});
    await pass(5000);
    expect(todod.tasks.size).toBe(0);
    expect(window.session.user.value).toEqual(bob);
    expect(titles(window)).toEqual([]);
  });

  test('who has signed in beside the page is told nothing by it, and nothing is lost', async () => {
    const window = await signedIn();
    changeUser();
    todod.session = bob;
    window.actions.addTask({title: 'Secret'});
    await until(() => expect(window.session.user.value).toBe(null));
    expect(todod.tasks.size).toBe(0);
    await window.session.signIn(ada.email, 'password');
    await until(() => expect([...todod.tasks.values()]).toMatchObject([{title: 'Secret'}]));
  });

  test('is not shown for a moment what the one before has seen', async () => {
    const window = await signedIn();
    todod.add('a', 'Secret');
    await until(() => expect(titles(window)).toEqual(['Secret']));
    todod.session = null;
    for (const stream of todod.streams) stream.cut();
    await until(() => expect(window.session.user.value).toBe(null));
    changeUser();
    const seen: string[] = [];
    window.session.user.subscribe((who) => {
      if (who?.id === bob.id) seen.push(...titles(window));
    });
    await window.session.signIn(bob.email, 'password');
    expect(window.session.user.value).toEqual(bob);
    expect(seen).toEqual([]);
  });

  test('sees nothing of what was said, searched or written', async () => {
    const window = await signedIn();
    const quickAdd = await import('../../src/views/list/quick_add');
    const state = await import('../../src/views/list/state');
    const id = window.actions.addTask({title: 'Secret'});
    await until(() => expect(todod.tasks.size).toBe(1));
    window.list.show({text: 'secret', tag: 'secret'});
    quickAdd.line.value = 'A secret';
    state.asked.value = {kind: 'tags', tasks: window.tasks.tasks.value};
    state.editing.value = id;
    await window.session.signOut();
    expect(window.notices.notices.value).toEqual([]);
    expect([state.asked.value, state.editing.value]).toEqual([null, null]);
    await window.session.signIn(bob.email, 'password');
    expect(window.list.filter.value).toMatchObject({text: '', tag: null});
    expect(quickAdd.line.value).toBe('');
  });

  test('is given nothing of what the one before has brought back', async () => {
    const window = await signedIn();
    const {restoreTrashed} = await import('../../src/model/trash');
    let answer = (): void => {};
    todod.trick('POST /api/trash', () => new Promise((resolve) => {
      answer = () => resolve(Response.json(task('a', 2, {title: 'Secret'})));
    }));
    const restored = restoreTrashed('a');
    await window.session.signOut();
    await window.session.signIn(bob.email, 'password');
    answer();
    await restored;
    expect(titles(window)).toEqual([]);
  });

  test('has nothing to take back', async () => {
    const window = await signedIn();
    window.actions.addTask({title: 'Secret'});
    await until(() => expect(todod.tasks.size).toBe(1));
    await window.session.signOut();
    await window.session.signIn(bob.email, 'password');
    const before = todod.asked.length;
    await window.actions.undoLast();
    expect(todod.asked.slice(before).map(({path}) => path).filter((path) => /undo/.test(path)))
        .toEqual([]);
  });
});

describe('without a connection', () => {
  test('who was signed in last sees what was kept', async () => {
    const before = await signedIn();
    todod.add('a', 'Milk');
    await until(() => expect(titles(before)).toEqual(['Milk']));
    await pass(2000);
    closeWindow(before);
    todod.goDown();
    const window = await openWindow();
    await window.session.resume();
    expect(window.session.user.value).toEqual(ada);
    expect(titles(window)).toEqual(['Milk']);
    await until(() => expect(window.sync.connection.value).toBe('offline'));
  });

  test('who has nothing kept is found to be signed in once there is one', async () => {
    const comeUp = todod.goDown();
    const window = await openWindow();
    await window.session.resume();
    expect(window.session.user.value).toBe(null);
    comeUp();
    await until(() => expect(window.session.user.value).toEqual(ada));
  });
});

describe('the cookie', () => {
  const hourMs = 60 * 60 * 1000;

  test('that the browser does not keep signs nobody in', async () => {
    todod.session = null;
    const window = await openWindow();
    await window.session.resume();
    todod.trick('GET /api/auth/me', () => problem(401));
    await expect(window.session.signIn(ada.email, 'password'))
        .rejects.toBeInstanceOf(window.session.CookieRefused);
    await pass(1000);
    expect(window.session.user.value).toBe(null);
  });

  test('is made anew before a day is over, and no more often than it has to be', async () => {
    const window = await signedIn();
    const renewals = () => todod.told('POST', '/api/auth/session/renew').length;
    await until(() => expect(renewals()).toBe(1));
    await window.session.resume();
    await vi.advanceTimersByTimeAsync(7 * hourMs);
    expect(renewals()).toBe(1);
    await vi.advanceTimersByTimeAsync(13 * hourMs);
    expect(renewals()).toBe(3);
  });

  test('that is made anew with the password brings back who another window has lost', async () => {
    const [one, two] = [await signedIn(), await signedIn()];
    const cut = () => {
      todod.session = null;
      for (const stream of todod.streams) stream.cut();
    };
    todod.trick('POST /api/auth/password', async () => {
      cut();
      await until(() => expect(two.session.user.value).toBe(null));
      return new Response(null, {status: 204});
    });
    await one.session.changePassword('password', 'another one');
    await until(() => expect(two.session.user.value).toEqual(ada));
    await until(() => expect(two.sync.connection.value).toBe('live'));
    expect(one.session.user.value).toEqual(ada);
  });

  test('of a machine that was asleep is made anew when it is awake', async () => {
    await signedIn();
    await pass(1000);
    vi.setSystemTime(Date.now() + 20 * hourMs);
    await vi.advanceTimersByTimeAsync(hourMs / 4);
    expect(todod.told('POST', '/api/auth/session/renew')).toHaveLength(2);
  });
});

describe('who is signed in', () => {
  const asked = () => todod.told('GET', '/api/auth/session').length;

  test('is asked less and less often while todod does not say', async () => {
    todod.goDown();
    const window = await openWindow();
    await window.session.resume();
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(asked()).toBeLessThan(16);
  });

  test('is asked when todod wants to be asked again', async () => {
    todod.trick('GET /api/auth/session', () => problem(429, '', {'Retry-After': '40'}));
    const window = await openWindow();
    await window.session.resume();
    await pass(39_000);
    expect(asked()).toBe(1);
    await until(() => expect(window.session.user.value).toEqual(ada));
  });

  test('is asked once by a page that starts, whoever shares their address', async () => {
    await signedIn();
    for (const stream of todod.streams) stream.cut();
    await until(() => expect(todod.streams.size).toBe(1));
    expect(asked()).toBe(1);
  });
});

test('what is written before todod has said who is signed in is shown and told', async () => {
  const before = await signedIn();
  await pass(2000);
  closeWindow(before);
  let answer = (): void => {};
  todod.trick('GET /api/auth/session', () => new Promise((resolve) => {
    answer = () => resolve(undefined);
  }));
  const window = await openWindow();
  const resumed = window.session.resume();
  await until(() => expect(window.session.user.value).toEqual(ada));
  await pass(100);
  window.actions.addTask({title: 'Milk'});
  expect(titles(window)).toEqual(['Milk']);
  await pass(2000);
  expect(todod.tasks.size).toBe(0);
  answer();
  await resumed;
  await until(() => expect(todod.tasks.size).toBe(1));
});
