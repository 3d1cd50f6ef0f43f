import {useState} from 'preact/hooks';
import {Problem} from '../../api/client';
import {explain} from '../../model/actions';
import {fieldErrors} from '../../model/field_errors';
import {complain, say} from '../../model/notices';
import {changePassword, deleteAccount, signOut, user} from '../../model/session';
import {waitingCount} from '../../offline/queue';
import {Confirm} from '../../parts/confirm';
import {Dialog} from '../../parts/dialog';
import {Field} from '../../parts/field';
import {words} from '../../words';
import {Section} from './section';

interface DialogProps {
  onClose: () => void;
}

function PasswordDialog({onClose}: DialogProps) {
  const {settings: said, signIn: signInSaid, app} = words.value;
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const ofFields = fieldErrors(error);
  const isWrong = error instanceof Problem && error.status === 403;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    setIsBusy(true);
    setError(null);
    try {
      await changePassword(String(data.get('now')), String(data.get('then')));
      say(said.passwordDone);
      onClose();
    } catch (problem) {
      setError(problem);
      setIsBusy(false);
    }
  };
  return (
    <Dialog title={said.password} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        {/* Password managers keep the password under it. */}
        <input
          class="hidden"
          name="username"
          autocomplete="username"
          value={user.value?.email ?? ''}
          aria-hidden="true"
          tabIndex={-1}
          readOnly
        />
        <Field
          name="now"
          type="password"
          label={said.passwordNow}
          error={isWrong ? explain(error) : ofFields.get('current_password')}
          autocomplete="current-password"
          required
        />
        <Field
          name="then"
          type="password"
          label={said.passwordNew}
          hint={signInSaid.passwordHint}
          error={ofFields.get('new_password')}
          autocomplete="new-password"
          minLength={8}
          maxLength={128}
          required
        />
        <p class="failure" role="alert">
          {error !== null && !isWrong && ofFields.size === 0 && explain(error)}
        </p>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>{app.cancel}</button>
          <button type="submit" class="button button-first" disabled={isBusy}>{app.save}</button>
        </div>
      </form>
    </Dialog>
  );
}

function DeleteDialog({onClose}: DialogProps) {
  const {settings: said} = words.value;
  const [typed, setTyped] = useState('');
  const email = user.value?.email ?? '';
  return (
    <Confirm
      title={said.delete}
      text={said.deleteSure}
      action={said.delete}
      isAllowed={email !== '' && typed.trim().toLowerCase() === email.toLowerCase()}
      onConfirm={deleteAccount}
      onClose={onClose}
    >
      <Field
        name="email"
        label={said.deleteEmail(email)}
        autocomplete="off"
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
    </Confirm>
  );
}

export function Account() {
  const {settings: said} = words.value;
  const [open, setOpen] = useState<'password' | 'signOut' | 'delete' | null>(null);
  const close = () => setOpen(null);
  const leave = () => {
    if (waitingCount.value > 0) {
      setOpen('signOut');
    } else {
      signOut().catch((error: unknown) => { complain(explain(error)); });
    }
  };
  return (
    <Section title={said.account}>
      <div class="settings-row">
        <div class="settings-text">
          <p class="settings-name">{user.value?.name}</p>
          <p class="hint">{user.value?.email}</p>
        </div>
        <button type="button" class="button" onClick={leave}>{said.signOut}</button>
      </div>
      <div class="settings-buttons">
        <button type="button" class="button" onClick={() => setOpen('password')}>
          {said.password}
        </button>
        <button type="button" class="button button-bad" onClick={() => setOpen('delete')}>
          {said.delete}
        </button>
      </div>
      {open === 'password' && <PasswordDialog onClose={close} />}
      {open === 'delete' && <DeleteDialog onClose={close} />}
      {open === 'signOut' && (
        <Confirm
          title={said.signOut}
          text={said.signOutSure(waitingCount.value)}
          action={said.signOut}
          onConfirm={signOut}
          onClose={close}
        />
      )}
    </Section>
  );
}
