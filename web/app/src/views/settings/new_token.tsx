import {useState} from 'preact/hooks';
import {makeToken} from '../../api/account';
import type {Scope, Token} from '../../api/types';
import {explain} from '../../model/actions';
import {fieldErrors} from '../../model/field_errors';
import {Dialog} from '../../parts/dialog';
import {Field} from '../../parts/field';
import {words} from '../../words';

const scopes: readonly Scope[] = ['read', 'write', 'delete'];
/// Of a token that is made without a thought.
const usual = {scopes: new Set<Scope>(['read', 'write']), mostDays: 3650};

interface Props {
  onMade: (token: Token) => void;
  onClose: () => void;
}

function Scopes({error}: {error: string}) {
  const {tokens: said} = words.value;
  return (
    <fieldset class="scopes">
      <legend>{said.scopes}</legend>
      {scopes.map((scope) => (
        <label key={scope} class="check">
          <input
            type="checkbox"
            name="scope"
            value={scope}
            defaultChecked={usual.scopes.has(scope)}
          />
          {said.scope[scope]}
        </label>
      ))}
      {error && <p class="hint failure" role="alert">{error}</p>}
    </fieldset>
  );
}

export function NewToken({onMade, onClose}: Props) {
  const {tokens: said, app} = words.value;
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [isScopeless, setIsScopeless] = useState(false);
  const ofFields = fieldErrors(error);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const chosen = scopes.filter((scope) => data.getAll('scope').includes(scope));
    setError(null);
    setIsScopeless(chosen.length === 0);
    if (chosen.length === 0) return;
    setIsBusy(true);
    const days = String(data.get('days'));
    try {
      onMade(await makeToken(
          String(data.get('name')).trim(), chosen, days === '' ? null : Number(days)));
    } catch (problem) {
      setError(problem);
      setIsBusy(false);
    }
  };
  return (
    <Dialog title={said.make} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <Field
          name="name"
          label={said.name}
          hint={said.nameHint}
          error={ofFields.get('name')}
          autocomplete="off"
          maxLength={100}
          required
        />
        <Scopes error={isScopeless ? said.scopesNone : ofFields.get('scopes') ?? ''} />
        <Field
          name="days"
          type="number"
          label={said.days}
          hint={said.daysHint}
          error={ofFields.get('expires_in_days')}
          min={1}
          max={usual.mostDays}
        />
        <p class="failure" role="alert">
          {error !== null && ofFields.size === 0 && explain(error)}
        </p>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>{app.cancel}</button>
          <button type="submit" class="button button-first" disabled={isBusy}>{said.make}</button>
        </div>
      </form>
    </Dialog>
  );
}
