import {useState} from 'preact/hooks';
import {setApiKey} from '../../api/account';
import type {Provider} from '../../api/types';
import {explain} from '../../model/actions';
import {fieldErrors} from '../../model/field_errors';
import {Dialog} from '../../parts/dialog';
import {Field} from '../../parts/field';
import {words} from '../../words';

interface Props {
  provider: Provider;
  onSaved: () => void;
  onClose: () => void;
}

export function NewApiKey({provider, onSaved, onClose}: Props) {
  const {apiKeys: said, app} = words.value;
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const ofFields = fieldErrors(error);
  // The API's names and those in what it refuses may be written either way.
  const errorOf = (camel: string, snake: string) => ofFields.get(camel) ?? ofFields.get(snake);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(data.get(name) ?? '').trim();
    const more = provider === 'custom' ? {baseUrl: text('baseUrl'), model: text('model')} : {};
    setIsBusy(true);
    setError(null);
    try {
      await setApiKey(provider, {apiKey: text('key'), ...more});
      onSaved();
    } catch (problem) {
      setError(problem);
      setIsBusy(false);
    }
  };
  return (
    <Dialog title={said.setThis(said.provider[provider])} onClose={onClose}>
      <form class="form" onSubmit={submit}>
        <Field
          name="key"
          type="password"
          label={said.key}
          error={errorOf('apiKey', 'api_key')}
          autocomplete="off"
          required
        />
        {provider === 'custom' && (
          <>
            <Field
              name="baseUrl"
              type="url"
              label={said.baseUrl}
              error={errorOf('baseUrl', 'base_url')}
              required
            />
            <Field name="model" label={said.model} error={ofFields.get('model')} required />
          </>
        )}
        <p class="failure" role="alert">
          {error !== null && ofFields.size === 0 && explain(error)}
        </p>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>{app.cancel}</button>
          <button type="submit" class="button button-first" disabled={isBusy}>{app.save}</button>
        </div>
      </form>
    </Dialog>
  );
}
