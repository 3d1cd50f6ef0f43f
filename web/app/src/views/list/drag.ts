import {computed, signal} from '@preact/signals';
import {priorities, type Priority, type Task} from '../../api/types';
import {sort} from '../../model/list';
import {chosen} from '../../model/selection';
import {findTask} from '../../model/tasks';
import {prioritise} from './commands';

/// Tasks are dragged to another priority, by the mouse or, with the handle, by a finger.

export interface Drag {
  tasks: readonly Task[];
  x: number;
  y: number;
  /// Where they land if they are let go.
  target: Priority | null;
}

export const drag = signal<Drag | null>(null);
export const target = computed(() => drag.value?.target ?? null);

/// So far a press is no drag yet.
const slopPx = 6;
/// So near to an edge the list scrolls.
const edgePx = 72;
const speed = 14;

function targetAt(x: number, y: number): Priority | null {
  const element = document.elementFromPoint(x, y)?.closest('[data-group]');
  const group = element instanceof HTMLElement ? element.dataset.group : undefined;
  return priorities.find((name) => name === group) ?? null;
}

/// The task that is dragged, with all that are selected if it is one of them.
function draggedFrom(event: PointerEvent): readonly Task[] {
  if (!(event.target instanceof Element) || event.target.closest('input')) return [];
  const part = event.target.closest('[data-do]');
  const what = part instanceof HTMLElement ? part.dataset.do : undefined;
  if (event.button !== 0 || what === 'check') return [];
  if (event.pointerType !== 'mouse' && what !== 'drag') return [];
  const row = event.target.closest('[data-id]');
  const task = row instanceof HTMLElement ? findTask(row.dataset.id ?? '') : undefined;
  if (!task) return [];
  return chosen.value.some(({id}) => id === task.id) ? chosen.value : [task];
}

function scrollSpeed(y: number, scroller: HTMLElement): number {
  const {top, bottom} = scroller.getBoundingClientRect();
  if (y < top + edgePx) return -speed * Math.min(1, (top + edgePx - y) / edgePx);
  if (y > bottom - edgePx) return speed * Math.min(1, (y - bottom + edgePx) / edgePx);
  return 0;
}

/// Follows one drag from its press on; `onEnd` is called when it is over.
function followOne(
    press: PointerEvent, tasks: readonly Task[], scroller: HTMLElement, onEnd: () => void): void {
  const stop = new AbortController();
  let frame = 0;
  const place = (x: number, y: number) => {
    drag.value = {tasks, x, y, target: targetAt(x, y)};
  };
  const scroll = () => {
    if (drag.value) {
      const {x, y} = drag.value;
      const by = scrollSpeed(y, scroller);
      scroller.scrollTop += by;
      if (by !== 0) place(x, y);
    }
    frame = requestAnimationFrame(scroll);
  };
  const end = () => {
    stop.abort();
    cancelAnimationFrame(frame);
    drag.value = null;
    onEnd();
  };
  const move = ({pointerId, clientX, clientY}: PointerEvent) => {
    if (pointerId !== press.pointerId) return;
    const isFar = Math.hypot(clientX - press.clientX, clientY - press.clientY) > slopPx;
    if (!drag.value && !isFar) return;
    if (!drag.value) frame = requestAnimationFrame(scroll);
    place(clientX, clientY);
  };
  const drop = () => {
    const to = drag.value?.target ?? null;
    if (drag.value) swallowClick();
    end();
    if (to !== null) prioritise(tasks, to);
  };
  const hear = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !drag.value) return;
    event.preventDefault();
    event.stopPropagation();
    swallowClick();
    end();
  };
  const {signal: until} = stop;
  window.addEventListener('pointermove', move, {signal: until});
  window.addEventListener('pointerup', drop, {signal: until});
  window.addEventListener('pointercancel', end, {signal: until});
  window.addEventListener('keydown', hear, {signal: until, capture: true});
}

/// Where a drag ends nothing is clicked.
function swallowClick(): void {
  const swallow = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener('click', swallow, {capture: true, once: true});
  setTimeout(() => window.removeEventListener('click', swallow, {capture: true}), 50);
}

/// Follows drags that begin in `grid` until the function that comes back is called.
export function follow(grid: HTMLElement, scroller: HTMLElement): () => void {
  let isOn = false;
  const press = (event: PointerEvent) => {
    if (isOn || sort.value !== 'priority') return;
    const tasks = draggedFrom(event);
    if (tasks.length === 0) return;
    isOn = true;
    followOne(event, tasks, scroller, () => { isOn = false; });
  };
  grid.addEventListener('pointerdown', press);
  return () => grid.removeEventListener('pointerdown', press);
}
