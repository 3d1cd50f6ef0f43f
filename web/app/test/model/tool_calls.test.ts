import {describe, expect, test} from 'vitest';
import type {ToolCall} from '../../src/api/types';
import {canBeUndone, mentions, rows, withResult} from '../../src/model/tool_calls';

const milk = {id: 'a', task_id: 1, title: 'Milk', status: 'created', deleted: false};
const eggs = {id: 'b', task_id: 2, title: 'Eggs'};

function call(toolName: string, data?: Record<string, unknown>, success = true): ToolCall {
  return {toolName, parameters: {}, ...(data ? {result: {success, data}} : {})};
}

describe('the tasks that tools speak of', () => {
  test('are the one that was changed, those of a list and those of a batch, each once', () => {
    const calls = [
      call('add_task', milk), call('list_tasks', {tasks: [eggs, milk], count: 2}),
      call('add_tasks', {results: [{index: 0, success: true, data: {...eggs, id: 'c'}}]}),
    ];
    expect(mentions(calls).map(({id}) => id)).toEqual(['a', 'b', 'c']);
  });

  test('are marked where they went to the trash last', () => {
    const calls = [call('add_task', milk), call('delete_task', {...milk, deleted: true})];
    expect(mentions(calls)).toEqual([{id: 'a', number: 1, title: 'Milk', isDeleted: true}]);
  });

  test('are none where a model has made up something else', () => {
    const nonsense = {id: 7, title: null, tasks: 'all', results: [null, 3]};
    expect(mentions([call('x', nonsense)])).toEqual([]);
    expect(mentions([call('x')])).toEqual([]);
  });
});

describe('an answer can be undone', () => {
  test('where a tool has changed something', () => {
    expect(canBeUndone([call('list_tasks', {}), call('add_task', milk)])).toBe(true);
  });

  test('but not where none has, it has failed, or it was an undo', () => {
    expect(canBeUndone([call('list_tasks', {}), call('get_task', milk)])).toBe(false);
    expect(canBeUndone([call('add_task', {}, false)])).toBe(false);
    expect(canBeUndone([call('add_task')])).toBe(false);
    expect(canBeUndone([call('undo_changes', {})])).toBe(false);
  });
});

describe('a result', () => {
  test('goes to the first call like it that has none', () => {
    const done = call('add_task', milk);
    const calls = [call('list_tasks'), call('add_task'), call('add_task')];
    expect(withResult(calls, done)).toEqual([calls[0], done, calls[2]]);
    expect(withResult(withResult(calls, done), done)).toEqual([calls[0], done, done]);
  });

  test('stands by itself where nothing was announced', () => {
    expect(withResult([], call('add_task', milk))).toEqual([call('add_task', milk)]);
  });
});

test('values are told in rows, without what is empty', () => {
  expect(rows({task_id: 3, tags: ['a', 'b'], due: null, none: [], tasks: [milk], where: {x: 1}}))
      .toEqual([
        ['task id', '3'], ['tags', 'a, b'], ['tasks', '#1 Milk'], ['where', '{\n  "x": 1\n}'],
      ]);
  expect(rows('Task not found.')).toEqual([['', 'Task not found.']]);
  expect(rows(undefined)).toEqual([]);
});
