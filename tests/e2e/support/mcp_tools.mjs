// What each tool is called with. One that todod has and this does not know fails the tests of all
// tools.
import assert from 'node:assert/strict';

/// `task` is one of the user's, by its id and by what it is called; `mark` goes into what is made.
const ARGUMENTS = {
  list_tasks: () => ({}),
  get_task: ({task}) => ({task_id: task.id}),
  search_tasks: ({mark}) => ({query: mark}),
  add_task: ({mark}) => ({title: mark}),
  add_tasks: ({mark}) => ({tasks: [{title: mark}]}),
  update_task: ({task, mark}) => ({task_id: task.id, title: `${mark}, changed`}),
  complete_task: ({task}) => ({task_id: task.id}),
  complete_tasks: ({task}) => ({task_ids: [task.id]}),
  delete_task: ({task}) => ({task_id: task.id}),
  list_changes: () => ({}),
  undo_changes: () => ({}),
  restore_task: ({task}) => ({task_id: task.id}),
};

/// What is done to the task first, so that a tool has something to do: by its user, `client`.
const BEFORE = {
  undo_changes: (client, path) => client.expect(200, 'PATCH', path, {body: {priority: 'high'}}),
  restore_task: (client, path) => client.expect(204, 'DELETE', path),
};

export const prepare = (tool, client, task) => BEFORE[tool]?.(client, `/api/tasks/${task.id}`);

export function arguments_of(tool, what) {
  assert.ok(ARGUMENTS[tool], `todod has a tool ${tool}: say in ARGUMENTS what it is called with`);
  return ARGUMENTS[tool](what);
}

/// Whether its arguments say which task is meant.
export const names_a_task = (tool) =>
  /task_ids?\b/.test(Object.keys(arguments_of(tool, {task: {id: ''}, mark: ''})).join());

/// Whether it does a thing to several tasks, and says of each what became of it.
export const is_batch = (tool) => tool.endsWith('_tasks') && /^(add|complete)/.test(tool);

/// What a token needs to have for it.
export function scope_of({name, annotations}) {
  if (annotations.readOnlyHint) return 'read';
  return annotations.destructiveHint && !/^(update|undo)_/.test(name) ? 'delete' : 'write';
}
