import type {RefObject} from 'preact';
import {useLayoutEffect} from 'preact/hooks';

/// Where there is room for one thing alone (views/app.css).
export const isNarrow = matchMedia('(width < 60rem)');

/// The panels that are open, in the order in which they were opened.
let panels: readonly HTMLElement[] = [];

/// While the last panel lies over everything beside it, nothing of that can be reached.
function apply(page: Element | null): void {
  const top = isNarrow.matches ? panels.at(-1) : undefined;
  for (const each of page?.children ?? []) {
    each.toggleAttribute('inert', top !== undefined && each !== top);
  }
}

export function useAlone(ref: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const panel = ref.current;
    if (!panel) return undefined;
    const page = panel.parentElement;
    const follow = () => apply(page);
    panels = [...panels, panel];
    follow();
    isNarrow.addEventListener('change', follow);
    return () => {
      isNarrow.removeEventListener('change', follow);
      panels = panels.filter((other) => other !== panel);
      follow();
    };
  }, []);
}
