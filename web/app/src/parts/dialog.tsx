import type {ComponentChildren} from 'preact';
import {useEffect, useId, useRef} from 'preact/hooks';
import {words} from '../words';
import {IconButton} from './icon_button';

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}

/// Over the page, until it is closed: focus stays inside, Escape closes, and what had the focus
/// gets it back.
export function Dialog({title, onClose, children}: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const close = (event: Event) => {
    event.preventDefault();
    onClose();
  };
  return (
    <dialog ref={ref} class="dialog" aria-labelledby={id} onCancel={close}>
      <header class="dialog-head">
        <h2 id={id}>{title}</h2>
        <IconButton icon="close" label={words.value.app.close} onClick={onClose} />
      </header>
      {children}
    </dialog>
  );
}
