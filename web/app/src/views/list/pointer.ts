import {batch} from '@preact/signals';
import {findTask} from '../../model/tasks';
import {places} from '../../model/list';
import {closeTask, go, route} from '../../model/route';
import {cursor, extendTo, isSelecting, toggle} from '../../model/selection';
import {completeTargets} from './commands';
import {editing} from './state';

/// What the mouse and the finger do with the rows.

const longPressMs = 500;
/// A finger that moves so far scrolls.
const slopPx = 10;
/// A second click within it edits; until then the first has opened nothing.
const doubleClickMs = 220;

interface At {
  id: string;
  row: HTMLElement;
  /// What of the row it is.
  part: string | null;
}

function at(event: Event): At | null {
  if (!(event.target instanceof Element) || event.target.closest('input')) return null;
  const row = event.target.closest('[data-id]');
  if (!(row instanceof HTMLElement) || row.dataset.id === undefined) return null;
  const part = event.target.closest('[data-do]');
  return {
    id: row.dataset.id, row, part: part instanceof HTMLElement ? part.dataset.do ?? null : null,
  };
}

function select(id: string, event: MouseEvent): boolean {
  if (event.shiftKey) {
    extendTo(places.value.get(id) ?? 0);
  } else if (event.ctrlKey || event.metaKey || isSelecting.value) {
    toggle(id);
    cursor.value = id;
  } else {
    return false;
  }
  return true;
}

/// A long press selects, where there are no keys to hold.
function followPresses(grid: HTMLElement): {wasLong: () => boolean; end: () => void} {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let start = {x: 0, y: 0};
  let isLong = false;
  const cancel = () => clearTimeout(timer);
  const down = (event: PointerEvent) => {
    isLong = false;
    const place = at(event);
    if (event.pointerType !== 'touch' || !place || place.part === 'drag') return;
    start = {x: event.clientX, y: event.clientY};
    timer = setTimeout(() => {
      isLong = true;
      batch(() => {
        isSelecting.value = true;
        toggle(place.id);
      });
    }, longPressMs);
  };
  const move = (event: PointerEvent) => {
    if (Math.hypot(event.clientX - start.x, event.clientY - start.y) > slopPx) cancel();
  };
  const menu = (event: Event) => {
    if (isLong) event.preventDefault();
  };
  grid.addEventListener('pointerdown', down);
  grid.addEventListener('pointermove', move, {passive: true});
  grid.addEventListener('pointerup', cancel);
  grid.addEventListener('pointercancel', cancel);
  grid.addEventListener('contextmenu', menu);
  return {
    wasLong: () => isLong,
    end: () => {
      cancel();
      grid.removeEventListener('pointerdown', down);
      grid.removeEventListener('pointermove', move);
      grid.removeEventListener('pointerup', cancel);
      grid.removeEventListener('pointercancel', cancel);
      grid.removeEventListener('contextmenu', menu);
    },
  };
}

function check(id: string): void {
  const task = findTask(id);
  if (task) completeTargets([task]);
}

/// Follows clicks until the function that comes back is called.
export function followPointer(grid: HTMLElement): () => void {
  const presses = followPresses(grid);
  let opening: ReturnType<typeof setTimeout> | undefined;
  const click = (event: MouseEvent) => {
    const place = at(event);
    if (!place) return;
    if (event.detail > 0) event.preventDefault();
    place.row.focus({preventScroll: true});
    if (presses.wasLong() || select(place.id, event)) {
      event.preventDefault();
      return;
    }
    cursor.value = place.id;
    if (place.part === 'check') check(place.id);
    if (place.part !== 'open') return;
    event.preventDefault();
    clearTimeout(opening);
    const isMouse = !('pointerType' in event) || event.pointerType === 'mouse';
    const open = () => go('tasks', place.id);
    if (!isMouse || event.detail === 0) {
      open();
    } else if (event.detail === 1) {
      opening = setTimeout(open, doubleClickMs);
    }
  };
  const doubleClick = (event: MouseEvent) => {
    const place = at(event);
    if (!place || place.part === 'check' || isSelecting.value || event.ctrlKey || event.shiftKey) {
      return;
    }
    clearTimeout(opening);
    if (route.value.taskId !== place.id) closeTask();
    cursor.value = place.id;
    editing.value = place.id;
  };
  grid.addEventListener('click', click);
  grid.addEventListener('dblclick', doubleClick);
  return () => {
    presses.end();
    clearTimeout(opening);
    grid.removeEventListener('click', click);
    grid.removeEventListener('dblclick', doubleClick);
  };
}
