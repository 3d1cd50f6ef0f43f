import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';

import type {Task} from '../../src/api/types';
import {calendarAt} from '../../src/model/due';
import {allTasks, countViews, rowsOf, type Filter, type Sort} from '../../src/model/shown';

beforeEach(() => { vi.stubEnv('TZ', 'Europe/Berlin'); });
afterEach(() => { vi.unstubAllEnvs(); });

const calendar = () => calendarAt(new Date(2026, 10, 25, 14, 30));

let made = 0;

function task(title: string, fields: Partial<Task> = {}): Task {
  const at = new Date(1_790_000_000_000 + 1000 * made++).toISOString();
  return {
    id: title, number: made, version: 1, title, description: null, status: 'TODO',
    priority: 'MEDIUM', tags: [], dueDate: null, createdAt: at, updatedAt: at, completedAt: null,
    ...fields,
  };
}

function shown(tasks: Task[], filter: Partial<Filter> = {}, sort: Sort = 'title'): string[] {
  return rowsOf(tasks, {...allTasks, ...filter}, sort, calendar())
    .map((row) => row.kind === 'task' ? row.task.title : `${row.group} ${row.count}`);
}

describe('a view', () => {
  const tasks = [
    task('late', {dueDate: '2026-11-24'}), task('now', {dueDate: '2026-11-25'}),
    task('soon', {dueDate: '2026-11-25T23:00:00Z'}), task('some day'),
    task('done', {status: 'COMPLETED', dueDate: '2026-11-24'}),
    task('under way', {status: 'IN_PROGRESS'}),
  ];

  test.each([
    ['open', ['late', 'now', 'some day', 'soon', 'under way']],
    ['today', ['late', 'now']],
    ['upcoming', ['soon']],
    ['completed', ['done']],
    ['all', ['done', 'late', 'now', 'some day', 'soon', 'under way']],
  ] as const)('%s has its tasks', (view, titles) => {
    expect(shown(tasks, {view})).toEqual(titles);
    expect(countViews(tasks, calendar())[view]).toBe(titles.length);
  });
});

describe('a filter', () => {
  const tasks = [
    task('Größe prüfen', {tags: ['Haus'], priority: 'HIGH'}),
    task('Buy milk', {description: 'At the CAFÉ', tags: ['home', 'food']}),
  ];

  test.each([
    ['', 2], ['grosse', 1], ['GRÖSSE', 1], ['prufen gr', 1], ['cafe', 1], ['milk cafe', 1],
    ['milk haus', 0], ['#ha', 1], ['home', 1], ['*', 0],
  ])('by the text "%s" finds %d', (text, count) => {
    expect(shown(tasks, {text})).toHaveLength(count);
  });

  test('by a tag takes the whole tag', () => {
    expect(shown(tasks, {tag: 'home'})).toEqual(['Buy milk']);
    expect(shown(tasks, {tag: 'hom'})).toEqual([]);
  });

  test('by priority', () => expect(shown(tasks, {priority: 'HIGH'})).toEqual(['Größe prüfen']));
});

describe('the order', () => {
  const tasks = [
    task('b', {priority: 'LOW', dueDate: '2026-11-26'}), task('C', {priority: 'URGENT'}),
    task('ä', {priority: 'LOW', dueDate: '2026-11-24'}), task('d', {priority: 'LOW'}),
    task('e', {priority: 'LOW'}), task('f', {priority: 'LOW', status: 'COMPLETED'}),
  ];

  test.each([
    ['priority', ['URGENT 1', 'C', 'LOW 5', 'ä', 'b', 'e', 'd', 'f']],
    ['due', ['overdue 1', 'ä', 'tomorrow 1', 'b', 'none 4', 'C', 'e', 'd', 'f']],
    ['created', ['f', 'e', 'd', 'ä', 'C', 'b']],
    ['title', ['ä', 'b', 'C', 'd', 'e', 'f']],
  ] as const)('by %s', (sort, titles) => {
    expect(shown(tasks, {view: 'all'}, sort)).toEqual(titles);
  });
});

test('ten thousand tasks are filtered and sorted in no time', () => {
  const names = ['LOW', 'MEDIUM', 'HIGH', 'URGENT'] as const;
  const tasks = Array.from({length: 10_000}, (_, i) => task(`Tâsk ${i * 7919 % 10_000}`, {
    id: String(i),
    priority: names[i % 4] ?? 'LOW',
    dueDate: i % 3 ? new Date(1_795_000_000_000 + i % 977 * 3_600_000).toISOString() : null,
    tags: [`tag${i % 20}`],
  }));
  for (const sort of ['priority', 'due', 'created', 'title'] as const) {
    const times = Array.from({length: 8}, () => {
      const start = performance.now();
      rowsOf(tasks, {...allTasks, text: 'task'}, sort, calendar());
      return performance.now() - start;
    });
    // More than it takes, for a machine that is busy.
    expect(Math.min(...times), sort).toBeLessThan(250);
  }
});
