import {useState} from 'preact/hooks';
import {revokeToken, tokens as readTokens} from '../../api/account';
import type {Token} from '../../api/types';
import {explain} from '../../model/actions';
import {now} from '../../model/clock';
import {say} from '../../model/notices';
import {Confirm} from '../../parts/confirm';
import {CopyField} from '../../parts/copy_field';
import {Dialog} from '../../parts/dialog';
import {RelativeTime} from '../../parts/relative_time';
import {useReading} from '../../parts/use_reading';
import {words} from '../../words';
import {NewToken} from './new_token';
import {Section} from './section';

function Times({token: {expires_at: ends, last_used_at: used}}: {token: Token}) {
  const {tokens: said} = words.value;
  const isOver = ends !== null && Date.parse(ends) < now.value;
  return (
    <>
      {ends === null
        ? said.endless : <>{isOver ? said.ended : said.ends} <RelativeTime at={ends} /></>}
      {' · '}
      {used === null ? said.unused : <>{said.used} <RelativeTime at={used} /></>}
    </>
  );
}

function Row({token, onRevoke}: {token: Token; onRevoke: () => void}) {
  const {tokens: said} = words.value;
  return (
    <li class="settings-row">
      <div class="settings-text">
        <p class="settings-name">{token.name}</p>
        <p class="hint">{token.scopes.map((scope) => said.scope[scope]).join(', ')}</p>
        <p class="hint"><Times token={token} /></p>
      </div>
      <button
        type="button"
        class="button button-bad"
        aria-label={said.revokeThis(token.name)}
        onClick={onRevoke}
      >
        {said.revoke}
      </button>
    </li>
  );
}

/// The one time that the token itself is seen.
function Made({token, onClose}: {token: Token; onClose: () => void}) {
  const {tokens: said} = words.value;
  return (
    <Dialog title={said.made} onClose={onClose}>
      <div class="form">
        <p class="warning">{said.madeHint}</p>
        <CopyField label={token.name} value={token.token ?? ''} />
      </div>
    </Dialog>
  );
}

type Open = {kind: 'make'} | {kind: 'made' | 'revoke'; token: Token} | null;

export function Tokens() {
  const {tokens: said, app} = words.value;
  const [all, setAll] = useState<readonly Token[] | null>(null);
  const [failure, setFailure] = useState('');
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const read = () => readTokens().then((tokens) => {
    setAll(tokens);
    setFailure('');
  }, (error: unknown) => setFailure(explain(error)));
  useReading(() => { void read(); });

  const made = (token: Token) => {
    setOpen({kind: 'made', token});
    void read();
  };
  const revoke = async ({id}: Token) => {
    await revokeToken(id);
    say(said.revoked);
    await read();
  };
  return (
    <Section title={said.title} hint={said.hint}>
      {failure && <p class="failure" role="alert">{failure}</p>}
      {all === null && !failure && <p role="status">{app.loading}</p>}
      {all?.length === 0 && <p class="hint">{said.none}</p>}
      <ul class="settings-list">
        {all?.map((token) => (
          <Row key={token.id} token={token} onRevoke={() => setOpen({kind: 'revoke', token})} />
        ))}
      </ul>
      <button type="button" class="button" onClick={() => setOpen({kind: 'make'})}>
        {said.make}
      </button>
      {open?.kind === 'make' && <NewToken onMade={made} onClose={close} />}
      {open?.kind === 'made' && <Made token={open.token} onClose={close} />}
      {open?.kind === 'revoke' && (
        <Confirm
          title={said.revoke}
          text={said.revokeSure(open.token.name)}
          action={said.revoke}
          onConfirm={() => revoke(open.token)}
          onClose={close}
        />
      )}
    </Section>
  );
}
