import type {RefObject} from 'preact';
import {useEffect} from 'preact/hooks';

/// Where there is room for one thing alone (views/app.css).
export const isNarrow = matchMedia('(width < 60rem)');

/// While it lies over everything beside it, nothing of that can be reached.
export function useAlone(ref: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const others = [...ref.current?.parentElement?.children ?? []]
        .filter((each) => each !== ref.current && each instanceof HTMLElement);
    const apply = (isAlone: boolean) => {
      for (const each of others) each.toggleAttribute('inert', isAlone);
    };
    const follow = () => apply(isNarrow.matches);
    follow();
    isNarrow.addEventListener('change', follow);
    return () => {
      isNarrow.removeEventListener('change', follow);
      apply(false);
    };
  }, []);
}
