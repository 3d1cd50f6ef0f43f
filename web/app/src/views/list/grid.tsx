import {useEffect, useLayoutEffect, useRef} from 'preact/hooks';
import {rows} from '../../model/list';
import {cursorPlace, isSelecting, selected} from '../../model/selection';
import {route} from '../../model/route';
import {words} from '../../words';
import {follow as followDrag, target} from './drag';
import {GroupRow} from './group_row';
import {followPointer} from './pointer';
import {editing, focusRequests} from './state';
import {TaskRow} from './task_row';
import {follow, visible} from './visible';
import './grid.css';

/// The places of the rows to draw: those in view, and the one that has the focus.
function places(count: number, first: number, end: number, cursor: number): number[] {
  const all = [];
  for (let place = Math.min(first, count); place < Math.min(end, count); place++) all.push(place);
  if (cursor < first && cursor >= 0) all.unshift(cursor);
  if (cursor >= end && cursor < count) all.push(cursor);
  return all;
}

function focusRow(grid: HTMLElement): void {
  const row = grid.querySelector('[role=row][tabindex="0"]');
  if (row instanceof HTMLElement) row.focus({preventScroll: true});
}

/// What has the focus keeps it, whatever is drawn anew.
function useFocus(ref: {current: HTMLDivElement | null}): void {
  const request = focusRequests.value;
  const known = useRef(request);
  const grid = ref.current;
  const wasInside = grid?.contains(document.activeElement) ?? false;
  useLayoutEffect(() => {
    if (!ref.current) return;
    if (known.current !== request) {
      known.current = request;
      focusRow(ref.current);
      document.activeElement?.scrollIntoView({block: 'nearest'});
    } else if (wasInside && !ref.current.contains(document.activeElement)) {
      focusRow(ref.current);
    }
  });
  useLayoutEffect(() => () => {
    if (ref.current?.contains(document.activeElement)) document.getElementById('main')?.focus();
  }, []);
}

function useFollowers(ref: {current: HTMLDivElement | null}): void {
  useEffect(() => {
    const grid = ref.current;
    const scroller = grid?.closest('.app-main');
    if (!grid || !(scroller instanceof HTMLElement)) return undefined;
    const ends = [follow(grid, scroller), followPointer(grid), followDrag(grid, scroller)];
    return () => ends.forEach((end) => end());
  }, []);
}

/// The tasks below their headings. Of ten thousand rows only those in view are drawn; each lies
/// where its place is.
export function Grid() {
  const ref = useRef<HTMLDivElement>(null);
  useFocus(ref);
  useFollowers(ref);
  const all = rows.value;
  const {first, end} = visible.value;
  const cursor = cursorPlace.value;
  const {taskId} = route.value;
  return (
    <div
      ref={ref}
      role="grid"
      class={isSelecting.value ? 'grid grid-selecting' : 'grid'}
      aria-label={words.value.list.tasks}
      aria-rowcount={all.length}
      aria-multiselectable="true"
      data-target={target.value ?? undefined}
      style={{'--count': String(all.length)}}
    >
      {places(all.length, first, end, cursor).map((place) => {
        const row = all[place];
        if (!row) return null;
        return row.kind === 'group' ?
          <GroupRow key={row.key} place={place} group={row.group} count={row.count} /> :
          <TaskRow
            key={row.key}
            place={place}
            task={row.task}
            isCursor={place === cursor}
            isSelected={selected.value.has(row.key)}
            isEdited={editing.value === row.key}
            isOpen={taskId === row.key}
          />;
      })}
    </div>
  );
}
