import type {ComponentChildren} from 'preact';
import {useId, useLayoutEffect, useRef} from 'preact/hooks';
import {words} from '../words';
import {IconButton} from './icon_button';

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

/// Gives the focus back to what had it; where that is gone, to what is first in its section.
function refocus(before: Element | null, section: Element | null | undefined): void {
  const next = before?.isConnected
    ? before : section?.querySelector('button, a[href], input, select');
  if (next instanceof HTMLElement) next.focus();
}

/// Over the page, until it is closed: focus stays inside, Escape closes, and what had the focus
/// gets it back.
export function Dialog({title, onClose, children}: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    const section = before?.closest('section, main');
    dialog?.showModal();
    return () => {
      dialog?.close();
      refocus(before, section);
    };
  }, []);
  const close = (event: Event) => {
    event.preventDefault();
    onClose();
  };
  return (
    <dialog ref={ref} class="dialog" aria-labelledby={id} onCancel={close}>
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <IconButton icon="close" label={words.value.app.close} onClick={onClose} />
      </div>
      {children}
    </dialog>
  );
}
