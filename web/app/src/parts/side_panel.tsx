import type {ComponentChildren} from 'preact';
import {useId, useLayoutEffect, useRef} from 'preact/hooks';
import {words} from '../words';
import {IconButton} from './icon_button';
import './side_panel.css';

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

/// Where the panel has no room beside the list (views/app.css) it lies over it.
const overIt = '(width < 60rem)';

/// What lies below cannot be reached while the panel is over it.
function coverPage(): () => void {
  const query = matchMedia(overIt);
  const set = (isCovered: boolean) => {
    for (const below of document.querySelectorAll<HTMLElement>('.app-head, .app-main, .skip')) {
      below.inert = isCovered;
    }
  };
  const update = () => set(query.matches);
  update();
  query.addEventListener('change', update);
  return () => {
    query.removeEventListener('change', update);
    set(false);
  };
}

/// Beside the list, or over it. Takes the focus, and gives it back to what had it.
export function SidePanel({title, onClose, children}: Props) {
  const panel = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const before = document.activeElement;
    const uncover = coverPage();
    heading.current?.focus({preventScroll: true});
    return () => {
      const now = document.activeElement;
      const isOurs = now === null || now === document.body || panel.current?.contains(now);
      uncover();
      if (!isOurs) return;
      const isThere = before instanceof HTMLElement && before.isConnected &&
        before !== document.body;
      (isThere ? before : document.getElementById('main'))?.focus();
    };
  }, []);
  const keyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
    if (event.target instanceof Element && event.target.closest('dialog')) return;
    event.preventDefault();
    event.stopPropagation();
    onClose();
  };
  return (
    <aside ref={panel} class="side" aria-labelledby={id} onKeyDown={keyDown}>
      <header class="side-head">
        <h2 ref={heading} id={id} tabIndex={-1}>{title}</h2>
        <IconButton icon="close" label={words.value.app.close} onClick={onClose} />
      </header>
      {children}
    </aside>
  );
}
