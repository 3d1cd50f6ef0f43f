import {batch} from '@preact/signals';
import {priorities, type Priority, type Task} from '../../api/types';
import {changeTasks, completeTasks, deleteTasks} from '../../model/actions';
import type {Handlers} from '../../model/keys';
import {clearFilter, filter, isFiltered, rows} from '../../model/list';
import {closeTask, go} from '../../model/route';
import {
  clearSelection, cursor, cursorPlace, extendTo, isSelecting, moveTo, selectAll, selected, targets,
  toggle,
} from '../../model/selection';
import {words} from '../../words';
import {asked, editing, focusCursor, focusElement} from './state';
import {rowsInView} from './visible';

/// What can be done with the tasks of the list, by keys and by buttons.

function ids(tasks: readonly Task[]): string[] {
  return tasks.map(({id}) => id);
}

function move(place: number): void {
  moveTo(place);
  focusCursor();
}

function extend(place: number): void {
  extendTo(place);
  focusCursor();
}

function atCursor(): Task | null {
  const row = rows.value[cursorPlace.value];
  return row?.kind === 'task' ? row.task : null;
}

/// They are all done: they are opened again. Else those that are not are completed.
export function completeTargets(tasks = targets()): void {
  const open = tasks.filter(({status}) => status !== 'COMPLETED');
  completeTasks(ids(open.length > 0 ? open : tasks), open.length > 0);
}

export function removeTargets(): void {
  deleteTasks(ids(targets()));
}

export function prioritise(tasks: readonly Task[], priority: Priority): void {
  const others = tasks.filter((task) => task.priority !== priority);
  const {list, priority: names} = words.value;
  changeTasks(ids(others), {priority}, list.prioritised(others.length, names[priority]));
}

/// Each to the priority above or below that of the first.
function shift(by: 1 | -1): void {
  const tasks = targets();
  const [first] = tasks;
  const next = first && priorities[priorities.indexOf(first.priority) + by];
  if (next === undefined) return;
  cursor.value = atCursor()?.id ?? null;
  prioritise(tasks, next);
  focusCursor();
}

export function ask(kind: 'due' | 'tags'): void {
  const tasks = targets();
  if (tasks.length > 0) asked.value = {kind, tasks};
}

function edit(): void {
  const task = atCursor();
  if (!task) return;
  batch(() => {
    cursor.value = task.id;
    editing.value = task.id;
  });
}

/// One thing after the other: the selection, the filter, the task that is open.
function escape(): void {
  if (selected.value.size > 0 || isSelecting.value) {
    clearSelection();
  } else if (isFiltered(filter.value)) {
    clearFilter();
  } else {
    closeTask();
  }
}

function open(): void {
  const task = atCursor();
  if (task) go('tasks', task.id);
}

function selectOne(): void {
  const task = atCursor();
  if (task) toggle(task.id);
}

export const handlers: Handlers = {
  down: () => move(cursorPlace.value + 1),
  up: () => move(cursorPlace.value - 1),
  first: () => move(0),
  last: () => move(rows.value.length - 1),
  pageDown: () => move(cursorPlace.value + rowsInView()),
  pageUp: () => move(cursorPlace.value - rowsInView()),
  open,
  complete: () => completeTargets(),
  edit,
  select: selectOne,
  selectDown: () => extend(cursorPlace.value + 1),
  selectUp: () => extend(cursorPlace.value - 1),
  selectAll,
  remove: removeTargets,
  low: () => prioritise(targets(), 'LOW'),
  medium: () => prioritise(targets(), 'MEDIUM'),
  high: () => prioritise(targets(), 'HIGH'),
  urgent: () => prioritise(targets(), 'URGENT'),
  raise: () => shift(1),
  lower: () => shift(-1),
  due: () => ask('due'),
  tags: () => ask('tags'),
  add: () => focusElement('quick-add'),
  search: () => focusElement('search'),
  escape,
};
