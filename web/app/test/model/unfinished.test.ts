import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import {notices} from '../../src/model/notices';
import {user} from '../../src/model/session';
import {forgetTasks, replaceTasks} from '../../src/model/tasks';
import {keepUnfinished, takeUnfinished} from '../../src/model/unfinished';
import {task} from '../support/tasks';

const fault = 'It is too long.';
const typed = {text: 'Much too long', from: 'a1'};

beforeEach(() => {
  user.value = {id: 'ada', name: 'Ada', email: 'ada@example.com'};
  replaceTasks([task('a'), task('b')]);
});

afterEach(() => {
  takeUnfinished('a', 'title');
  notices.value = [];
  forgetTasks();
});

describe('what was typed and could not be saved', () => {
  test('is there once more in its own field alone, and what is wrong is said', () => {
    keepUnfinished('a', 'title', typed, fault);
    expect(notices.value).toMatchObject([{isError: true, action: {label: 'Go on with it'}}]);
    expect(notices.value[0]?.text).toContain(fault);
    expect(takeUnfinished('a', 'description')).toBe(null);
    expect(takeUnfinished('b', 'title')).toBe(null);
    expect(takeUnfinished('a', 'title')).toEqual(typed);
    expect(takeUnfinished('a', 'title')).toBe(null);
  });

  test('is not kept where nothing was typed, or the task has gone', () => {
    keepUnfinished('a', 'title', {text: '  ', from: 'a1'}, fault);
    keepUnfinished('gone', 'title', typed, fault);
    expect(notices.value).toEqual([]);
    expect(takeUnfinished('a', 'title')).toBe(null);
    expect(takeUnfinished('gone', 'title')).toBe(null);
  });

  test('is nobody else\'s', () => {
    keepUnfinished('a', 'title', typed, fault);
    user.value = {id: 'bob', name: 'Bob', email: 'bob@example.com'};
    expect(takeUnfinished('a', 'title')).toBe(null);
  });
});
