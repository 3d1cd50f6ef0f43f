import {beforeEach, describe, expect, test} from 'vitest';

import type {Priority, Task} from '../../src/api/types';
import {show, rows, sortBy} from '../../src/model/list';
import * as selection from '../../src/model/selection';
import {replaceTasks, takeRemoval} from '../../src/model/tasks';

function task(id: string, priority: Priority): Task {
  const at = '2026-11-25T12:00:00.000Z';
  return {
    id, number: 1, version: 1, title: id, description: null, status: 'TODO', priority, tags: [],
    dueDate: null, createdAt: at, updatedAt: at, completedAt: null,
  };
}

const place = (key: string) => rows.value.findIndex((row) => row.key === key);
const chosen = () => selection.chosen.value.map(({id}) => id);
const atCursor = () => rows.value[selection.cursorPlace.value]?.key;

beforeEach(() => {
  replaceTasks([
    task('a', 'URGENT'), task('b', 'HIGH'), task('c', 'HIGH'), task('d', 'LOW'), task('e', 'LOW'),
  ]);
  sortBy('priority');
  show({view: 'open', tag: null, priority: null, text: ''});
});

test('the list has headings and tasks', () => {
  expect(rows.value.map(({key}) => key)).toEqual([
    'group-URGENT', 'a', 'group-HIGH', 'b', 'c', 'group-LOW', 'd', 'e',
  ]);
});

describe('the cursor', () => {
  test('is at the first task at first', () => expect(atCursor()).toBe('a'));

  test('goes no further than the list', () => {
    selection.moveTo(-1);
    expect(atCursor()).toBe('a');
    selection.moveTo(99);
    expect(atCursor()).toBe('e');
  });

  test('passes over headings', () => {
    selection.moveTo(place('b'));
    selection.moveTo(place('b') - 1);
    expect(atCursor()).toBe('a');
    selection.moveTo(place('a') + 1);
    expect(atCursor()).toBe('b');
  });

  test('goes to the next task where its own is gone', () => {
    selection.moveTo(place('b'));
    expect(atCursor()).toBe('b');
    takeRemoval('b');
    expect(atCursor()).toBe('c');
    takeRemoval('c');
    expect(atCursor()).toBe('d');
  });

  test('goes back to the last task where the last is gone', () => {
    selection.moveTo(place('e'));
    expect(atCursor()).toBe('e');
    takeRemoval('e');
    expect(atCursor()).toBe('d');
  });

  test('stays at its task when others go', () => {
    selection.moveTo(place('d'));
    takeRemoval('a');
    expect(atCursor()).toBe('d');
  });
});

describe('the selection', () => {
  test('is one more or one less', () => {
    selection.toggle('a');
    selection.toggle('d');
    expect(chosen()).toEqual(['a', 'd']);
    selection.toggle('a');
    expect(chosen()).toEqual(['d']);
  });

  test('goes from where it began to where it is led', () => {
    selection.toggle('b');
    selection.extendTo(place('d'));
    expect(chosen()).toEqual(['b', 'c', 'd']);
    selection.extendTo(place('a'));
    expect(chosen()).toEqual(['a', 'b']);
  });

  test('goes from the cursor where nothing is selected', () => {
    selection.clearSelection();
    selection.moveTo(place('c'));
    selection.extendTo(place('d'));
    selection.extendTo(place('e'));
    expect(chosen()).toEqual(['c', 'd', 'e']);
  });

  test('is all that is shown', () => {
    show({priority: 'LOW'});
    selection.selectAll();
    expect(chosen()).toEqual(['d', 'e']);
  });

  test('ends when something else is shown', () => {
    selection.selectAll();
    show({text: 'a'});
    show({text: ''});
    expect(chosen()).toEqual([]);
  });

  test('is what is changed, else the task at the cursor', () => {
    selection.moveTo(place('b'));
    expect(selection.targets().map(({id}) => id)).toEqual(['b']);
    selection.toggle('d');
    expect(selection.targets().map(({id}) => id)).toEqual(['d']);
    replaceTasks([]);
    expect(selection.targets()).toEqual([]);
  });
});
