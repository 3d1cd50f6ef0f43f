import {describe, expect, test} from 'vitest';
import {linkTo, readRoute} from '../../src/model/route';

describe('an address', () => {
  test('leads to a place, and to the task that is open beside the list', () => {
    expect(readRoute('')).toEqual({place: 'tasks', taskId: null});
    expect(readRoute('#/trash')).toEqual({place: 'trash', taskId: null});
    expect(readRoute(linkTo('tasks', 'a/b c'))).toEqual({place: 'tasks', taskId: 'a/b c'});
    expect(readRoute('#/settings/x')).toEqual({place: 'settings', taskId: null});
  });

  test('that nobody has made leads to the tasks', () => {
    for (const hash of ['#/tasks/%', '#/tasks/%E0%A4%A', '#/__proto__', '#/constructor/%']) {
      expect(readRoute(hash)).toEqual({place: 'tasks', taskId: null});
    }
  });
});
