import type {ComponentChildren} from 'preact';
import {useState} from 'preact/hooks';
import {explain} from '../model/actions';
import {words} from '../words';
import {Dialog} from './dialog';

interface Props {
  title: string;
  /// What would come of it.
  text: string;
  /// What the button that does it says.
  action: string;
  isAllowed?: boolean;
  /// Done before it closes; what it throws is said.
  onConfirm: () => Promise<void> | void;
  onClose: () => void;
  children?: ComponentChildren;
}

/// Asks before what cannot be taken back.
export function Confirm(props: Props) {
  const {title, text, action, isAllowed = true, onConfirm, onClose, children} = props;
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const submit = async (event: Event) => {
    event.preventDefault();
    setIsBusy(true);
    setFailure('');
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setFailure(explain(error));
      setIsBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <p>{text}</p>
        {children}
        <p class="failure" role="alert">{failure}</p>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>{words.value.app.cancel}</button>
          <button type="submit" class="button button-bad" disabled={isBusy || !isAllowed}>
            {action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
