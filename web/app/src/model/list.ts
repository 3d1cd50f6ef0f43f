import {computed, signal} from '@preact/signals';
import type {Task} from '../api/types';
import {now} from './clock';
import {calendarAt} from './due';
import {keep, kept} from './preferences';
import {allTasks, countViews, rowsOf, sorts, type Filter, type Row, type Sort} from './shown';
import {tasks} from './tasks';
import {whenOther} from './whose';

/// What the list shows now.

export const filter = signal<Filter>(allTasks);
export const sort = signal<Sort>(sorts.find((each) => each === kept('sort')) ?? 'priority');
/// Days and hours pass while the page is open.
export const calendar = computed(() => calendarAt(new Date(now.value)));

export const rows = computed<readonly Row[]>(
    () => rowsOf(tasks.value, filter.value, sort.value, calendar.value));
export const counts = computed(() => countViews(tasks.value, calendar.value));

/// The place of each task in the list.
export const places = computed<ReadonlyMap<string, number>>(
    () => new Map(rows.value.map(({key}, i) => [key, i])));

export function show(part: Partial<Filter>): void {
  filter.value = {...filter.value, ...part};
}

export function clearFilter(): void {
  show({tag: null, priority: null, text: ''});
}

export function isFiltered({tag, priority, text}: Filter): boolean {
  return tag !== null || priority !== null || text.trim() !== '';
}

export function sortBy(name: Sort): void {
  keep('sort', name);
  sort.value = name;
}

export function taskAt(index: number): Task | null {
  const row = rows.value[index];
  return row?.kind === 'task' ? row.task : null;
}

whenOther(() => { filter.value = allTasks; });
