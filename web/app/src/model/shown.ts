import {priorities, type Priority, type Task} from '../api/types';
import {dueGroups, groupOf, type Calendar, type DueGroup} from './due';
import {factsOf, type Facts} from './facts';
import {fold} from './fold';

/// Which tasks the list shows, in which order and under which headings.

export const views = ['open', 'today', 'upcoming', 'completed', 'all'] as const;
export type View = typeof views[number];

export const sorts = ['priority', 'due', 'created', 'updated', 'title'] as const;
export type Sort = typeof sorts[number];

export interface Filter {
  view: View;
  tag: string | null;
  priority: Priority | null;
  /// Every word of it is to be there.
  text: string;
}

export type Group = Priority | DueGroup;

/// A row of the list: a heading or a task.
export type Row =
  | {kind: 'group'; key: string; group: Group; count: number}
  | {kind: 'task'; key: string; group: Group | null; task: Task};

export const allTasks: Filter = {view: 'open', tag: null, priority: null, text: ''};

function isIn(view: View, {isDone, due}: Facts, {tomorrow}: Calendar): boolean {
  switch (view) {
    case 'open': return !isDone;
    case 'today': return !isDone && due !== null && due.at < tomorrow;
    case 'upcoming': return !isDone && due !== null && due.at >= tomorrow;
    case 'completed': return isDone;
    case 'all': return true;
  }
}

type Order = (a: Facts, b: Facts) => number;

const orders: Record<Sort, Order> = {
  priority: (a, b) => a.byPriority - b.byPriority || b.createdAt - a.createdAt,
  due: (a, b) => a.byDue - b.byDue || b.priority - a.priority || b.createdAt - a.createdAt,
  created: (a, b) => b.createdAt - a.createdAt,
  updated: (a, b) => b.updatedAt - a.updatedAt,
  title: (a, b) => a.title < b.title ? -1 : a.title > b.title ? 1 : b.createdAt - a.createdAt,
};

function groupBy(sort: Sort, {task, due}: Facts, calendar: Calendar): Group | null {
  if (sort === 'priority') return task.priority;
  return sort === 'due' ? groupOf(due, calendar) : null;
}

function groupsOf(sort: Sort): readonly Group[] {
  return sort === 'priority' ? [...priorities].reverse() : dueGroups;
}

function taskRow(task: Task, group: Group | null): Row {
  return {kind: 'task', key: task.id, group, task};
}

/// The tasks below the heading of their group; a group has no heading where none is in it.
function grouped(found: readonly Facts[], sort: Sort, calendar: Calendar): Row[] {
  const groups = new Map<Group, Row[]>(groupsOf(sort).map((group) => [group, []]));
  for (const facts of found) {
    const group = groupBy(sort, facts, calendar);
    if (group !== null) groups.get(group)?.push(taskRow(facts.task, group));
  }
  return [...groups].filter(([, rows]) => rows.length > 0).flatMap(([group, rows]): Row[] =>
    [{kind: 'group', key: `group-${group}`, group, count: rows.length}, ...rows]);
}

export function rowsOf(
    tasks: readonly Task[], filter: Filter, sort: Sort, calendar: Calendar): Row[] {
  const words = fold(filter.text).split(/\s+/).filter((word) => word !== '');
  const found: Facts[] = [];
  for (const task of tasks) {
    const facts = factsOf(task);
    if (!isIn(filter.view, facts, calendar)) continue;
    if (filter.priority !== null && task.priority !== filter.priority) continue;
    if (filter.tag !== null && !task.tags.includes(filter.tag)) continue;
    if (words.every((word) => facts.text.includes(word))) found.push(facts);
  }
  found.sort(orders[sort]);
  return sort === 'priority' || sort === 'due' ?
      grouped(found, sort, calendar) : found.map(({task}) => taskRow(task, null));
}

/// How many tasks each view has.
export function countViews(tasks: readonly Task[], calendar: Calendar): Record<View, number> {
  const counts: Record<View, number> = {open: 0, today: 0, upcoming: 0, completed: 0, all: 0};
  for (const task of tasks) {
    const facts = factsOf(task);
    for (const view of views) {
      if (isIn(view, facts, calendar)) counts[view]++;
    }
  }
  return counts;
}
