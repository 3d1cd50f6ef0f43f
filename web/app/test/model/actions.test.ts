import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {closeBrowser, openBrowser, openWindow, pass, until, type Window} from '../support/browser';
import {problem, type Todod} from '../support/todod';

let todod: Todod;
let window: Window;

const texts = () => window.notices.notices.value.map(({text}) => text);

/// The sets that were asked to be taken back.
function undone(): string[] {
  return todod.told('POST', '/api/changesets').map(({path}) => path.split('/')[3] as string);
}

function takeUndo(): void {
  todod.trick('POST /api/changesets', () => Response.json({changes: []}));
}

async function complete(count: number): Promise<void> {
  const ids = Array.from({length: count}, (_, i) => todod.add(`t${i}`, `t${i}`).id);
  await until(() => expect(window.tasks.tasks.value).toHaveLength(count));
  window.actions.completeTasks(ids, true);
  await until(() => expect(window.queue.waitingCount.value).toBe(0));
}

beforeEach(async () => {
  todod = openBrowser();
  window = await openWindow();
  await window.session.resume();
});
afterEach(closeBrowser);

describe('what is taken back', () => {
  test('goes on where todod had enough of it', async () => {
    await complete(250);
    const sets = ['253', '252', '251'];
    takeUndo();
    todod.trick('POST /api/changesets/252', () => problem(429, 'Too many.', {'Retry-After': '9'}));
    await window.actions.undoLast();
    expect(undone()).toEqual(sets.slice(0, 2));
    expect(texts()).toContain('Too many.');
    takeUndo();
    takeUndo();
    await window.actions.undoLast();
    expect(undone()).toEqual(['253', '252', ...sets.slice(1)]);
    expect(texts()).not.toContain('Too many.');
    await window.actions.undoLast();
    expect(undone()).toHaveLength(4);
  });

  test('and is not to be had any more does not stand in the way of what was before', async () => {
    await complete(1);
    window.actions.changeTasks(['t0'], {title: 'x'});
    await until(() => expect(window.queue.waitingCount.value).toBe(0));
    todod.trick('POST /api/changesets', () => problem(404, 'Not found.'));
    await window.actions.undoLast();
    takeUndo();
    await window.actions.undoLast();
    expect(undone()).toEqual(['3', '2']);
  });

  test('but is in no set that is known here is told to be in the log', async () => {
    todod.add('a', 'Milk');
    await until(() => expect(window.tasks.tasks.value).toHaveLength(1));
    window.actions.changeTasks(['a'], {title: 'x'});
    // As where the first answer was lost: nothing is changed by the second.
    todod.trick('PATCH', () => Response.json(todod.update('a', {title: 'x'})));
    await until(() => expect(window.queue.waitingCount.value).toBe(0));
    await window.actions.undoLast();
    await pass(100);
    expect(texts().join()).toMatch(/Changes/);
  });

  test('and may have been done is not said to be taken back before it is', async () => {
    todod.add('a', 'Milk');
    await until(() => expect(window.tasks.tasks.value).toHaveLength(1));
    await pass(1000);
    todod.loseAnswer('PATCH');
    window.actions.changeTasks(['a'], {title: 'x'});
    await until(() => expect(todod.told('PATCH')).toHaveLength(1));
    const comeUp = todod.goDown();
    await pass(300);
    const undo = window.actions.undoLast();
    await pass(3000);
    expect(texts()).toEqual(['This will be taken back once todod has answered.']);
    expect(window.queue.waitingCount.value).toBe(1);
    comeUp();
    takeUndo();
    await pass(60_000);
    await undo;
    expect(undone()).toEqual(['3']);
  });
});
