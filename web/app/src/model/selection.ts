import {computed, signal} from '@preact/signals';
import type {Task} from '../api/types';
import {filter, places, rows, taskAt} from './list';
import type {Row} from './shown';

/// The task that the keyboard is at, and the tasks that are selected.

/// Null: the first one.
export const cursor = signal<string | null>(null);
export const selected = signal<ReadonlySet<string>>(new Set());
/// Whether a tap selects (there are no keys to hold on a phone).
export const isSelecting = signal(false);

/// Where the cursor was last: what takes the place of a row that is gone is found there.
let lastPlace = 0;
/// Where a range begins.
let anchor: string | null = null;

/// The place that a row which is gone leaves the cursor at: that of the task that follows.
function nearestTask(all: readonly Row[], place: number): number {
  const after = all.findIndex((row, i) => i >= place && row.kind === 'task');
  return after === -1 ? all.length - 1 : after;
}

/// The place of the cursor; -1: there are no rows.
export const cursorPlace = computed(() => {
  const place = cursor.value === null ? undefined : places.value.get(cursor.value);
  lastPlace = place ?? nearestTask(rows.value, lastPlace);
  return lastPlace;
});

/// What is selected of what is shown, in the order of the list.
export const chosen = computed<readonly Task[]>(() => {
  if (selected.value.size === 0) return [];
  return rows.value.flatMap(
      (row) => row.kind === 'task' && selected.value.has(row.key) ? [row.task] : []);
});

/// Headings are passed over.
export function moveTo(place: number): void {
  const all = rows.value;
  const to = Math.max(0, Math.min(place, all.length - 1));
  const isUp = to < cursorPlace.value && to > 0;
  const row = all[to]?.kind === 'group' ? all[isUp ? to - 1 : to + 1] : all[to];
  if (row) cursor.value = row.key;
}

/// From one row to another, both with them.
export function between(all: readonly Row[], one: number, other: number): string[] {
  return all.slice(Math.min(one, other), Math.max(one, other) + 1)
    .flatMap(({kind, key}) => kind === 'task' ? [key] : []);
}

export function toggle(id: string): void {
  const next = new Set(selected.value);
  if (!next.delete(id)) next.add(id);
  selected.value = next;
  anchor = id;
}

/// Selects from where the last selection began to `place`.
export function extendTo(place: number): void {
  const from = (anchor === null ? undefined : places.value.get(anchor)) ?? cursorPlace.value;
  anchor = rows.value[from]?.key ?? null;
  moveTo(place);
  selected.value = new Set(between(rows.value, from, cursorPlace.value));
}

export function selectAll(): void {
  selected.value = new Set(between(rows.value, 0, rows.value.length - 1));
}

export function clearSelection(): void {
  selected.value = new Set();
  isSelecting.value = false;
  anchor = null;
}

/// What is to be changed: what is selected, else the task at the cursor.
export function targets(): readonly Task[] {
  if (chosen.value.length > 0) return chosen.value;
  const task = taskAt(cursorPlace.value);
  return task ? [task] : [];
}

/// What is not shown is not to be changed by surprise.
filter.subscribe(() => {
  clearSelection();
  cursor.value = null;
  lastPlace = 0;
});
