import {useState} from 'preact/hooks';
import {apiKeys, deleteApiKey, validateApiKey} from '../../api/account';
import {Problem} from '../../api/client';
import {providers, type ApiKey, type Provider} from '../../api/types';
import {explain} from '../../model/actions';
import {complain, say} from '../../model/notices';
import {Confirm} from '../../parts/confirm';
import {useReading} from '../../parts/use_reading';
import {words} from '../../words';
import {NewApiKey} from './new_api_key';
import {Section} from './section';

function stateOf(key: ApiKey | undefined): string {
  const {apiKeys: said} = words.value;
  if (!key) return said.unset;
  const valid = key.valid === null ? said.unknown : key.valid ? said.valid : said.invalid;
  return `${key.maskedKey} · ${valid}`;
}

interface RowProps {
  provider: Provider;
  apiKey: ApiKey | undefined;
  onSet: () => void;
  onValidate: () => void;
  onDelete: () => void;
}

function Row({provider, apiKey, onSet, onValidate, onDelete}: RowProps) {
  const {apiKeys: said, app} = words.value;
  const name = said.provider[provider];
  const set = apiKey ? said.replace : said.set;
  return (
    <li class="settings-row">
      <div class="settings-text">
        <p class="settings-name">{name}</p>
        <p class="hint">{stateOf(apiKey)}</p>
      </div>
      <div class="settings-buttons">
        <button type="button" class="button" aria-label={said.of(set, name)} onClick={onSet}>
          {set}
        </button>
        {apiKey && (
          <>
            <button
              type="button"
              class="button"
              aria-label={said.of(said.validate, name)}
              onClick={onValidate}
            >
              {said.validate}
            </button>
            <button
              type="button"
              class="button button-bad"
              aria-label={said.of(app.remove, name)}
              onClick={onDelete}
            >
              {app.remove}
            </button>
          </>
        )}
      </div>
    </li>
  );
}

type Open = {kind: 'set' | 'delete'; provider: Provider} | null;

/// The keys as todod has them, and what it says where it keeps none.
function useApiKeys() {
  const [all, setAll] = useState<readonly ApiKey[] | null>(null);
  const [failure, setFailure] = useState('');
  const read = async () => {
    try {
      setAll(await apiKeys());
      setFailure('');
    } catch (error) {
      const isOff = error instanceof Problem && error.status === 503;
      setFailure(isOff ? words.value.apiKeys.off : explain(error));
    }
  };
  useReading(() => { void read(); });
  return {all, failure, read};
}

export function ApiKeys() {
  const {apiKeys: said, app} = words.value;
  const {all, failure, read} = useApiKeys();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const saved = () => {
    say(said.saved);
    close();
    void read();
  };
  const validate = async (provider: Provider) => {
    try {
      const {valid} = await validateApiKey(provider);
      (valid ? say : complain)(valid ? said.valid : said.invalid);
    } catch (error) {
      complain(explain(error));
    }
    await read();
  };
  const remove = async (provider: Provider) => {
    await deleteApiKey(provider);
    say(said.deleted);
    await read();
  };
  return (
    <Section title={said.title} hint={said.hint}>
      {failure && <p role="status">{failure}</p>}
      {all === null && !failure && <p role="status">{app.loading}</p>}
      <ul class="settings-list">
        {all !== null && providers.map((provider) => (
          <Row
            key={provider}
            provider={provider}
            apiKey={all.find((key) => key.provider === provider)}
            onSet={() => setOpen({kind: 'set', provider})}
            onValidate={() => void validate(provider)}
            onDelete={() => setOpen({kind: 'delete', provider})}
          />
        ))}
      </ul>
      {open?.kind === 'set' && (
        <NewApiKey provider={open.provider} onSaved={saved} onClose={close} />
      )}
      {open?.kind === 'delete' && (
        <Confirm
          title={said.deleteThis(said.provider[open.provider])}
          text={said.deleteSure(said.provider[open.provider])}
          action={app.remove}
          onConfirm={() => remove(open.provider)}
          onClose={close}
        />
      )}
    </Section>
  );
}
