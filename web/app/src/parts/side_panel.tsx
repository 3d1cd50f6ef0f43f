import type {ComponentChildren} from 'preact';
import {useId, useLayoutEffect, useRef, useState} from 'preact/hooks';
import {words} from '../words';
import {IconButton} from './icon_button';
import {onEscape} from './on_escape';
import {useAlone} from './use_alone';
import './side_panel.css';

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

/// Beside the list, or over it. Takes the focus, and gives it back to what had it.
export function SidePanel({title, onClose, children}: Props) {
  const panel = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  const [before] = useState(() => document.activeElement);
  useAlone(panel);
  useLayoutEffect(() => {
    heading.current?.focus({preventScroll: true});
    return () => {
      const now = document.activeElement;
      const isOurs = now === null || now === document.body || panel.current?.contains(now);
      if (!isOurs) return;
      const isThere = before instanceof HTMLElement && before.isConnected &&
        before !== document.body;
      (isThere ? before : document.getElementById('main'))?.focus();
    };
  }, []);
  return (
    <aside ref={panel} class="side" aria-labelledby={id} onKeyDown={onEscape(onClose)}>
      <header class="side-head">
        <h2 ref={heading} id={id} tabIndex={-1}>{title}</h2>
        <IconButton icon="close" label={words.value.app.close} onClick={onClose} />
      </header>
      {children}
    </aside>
  );
}
