import {signal} from '@preact/signals';

/// Which rows of the list are in view: the others are not drawn.

export interface Range {
  /// The first row and the one behind the last.
  first: number;
  end: number;
}

const overscan = 8;
/// Rows are drawn so many at a time, not at each of them.
const step = 4;

export const visible = signal<Range>({first: 0, end: 40});

let rowHeight = 48;
let viewHeight = 800;

/// The rows to draw of a list whose first `above` pixels have been scrolled away.
export function rangeOf(above: number, height: number, row: number): Range {
  const first = Math.floor(above / row / step) * step - overscan;
  const end = Math.ceil((above + height) / row / step) * step + overscan;
  return {first: Math.max(0, first), end: Math.max(0, end)};
}

/// As many as a page is.
export function rowsInView(): number {
  return Math.max(1, Math.floor(viewHeight / rowHeight) - 3);
}

/// Follows what of `grid` is in view of `scroller` until the function that comes back is called.
export function follow(grid: HTMLElement, scroller: HTMLElement): () => void {
  const measure = () => {
    const top = grid.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    viewHeight = scroller.clientHeight;
    const {first, end} = rangeOf(-top, viewHeight, rowHeight);
    const now = visible.peek();
    if (now.first !== first || now.end !== end) visible.value = {first, end};
  };
  const resize = () => {
    const row = grid.querySelector('[role=row]');
    if (row instanceof HTMLElement) rowHeight = row.offsetHeight;
    measure();
  };
  const observer = new ResizeObserver(resize);
  observer.observe(grid);
  observer.observe(scroller);
  scroller.addEventListener('scroll', measure, {passive: true});
  resize();
  return () => {
    observer.disconnect();
    scroller.removeEventListener('scroll', measure);
  };
}
