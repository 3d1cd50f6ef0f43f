import {useEffect, useState} from 'preact/hooks';
import {history} from '../../api/changes';
import {Unreachable} from '../../api/client';
import type {Change, Task} from '../../api/types';
import {explain, takeBackSet} from '../../model/actions';
import {canTakeBack, describeChange, describeOrigin} from '../../model/describe_change';
import {connection} from '../../model/sync';
import {RelativeTime} from '../../parts/relative_time';
import {words} from '../../words';
import {locale} from '../../words/locale';

function Entry({change}: {change: Change}) {
  const {change: said, log} = words.value;
  const lines = describeChange(change, {words: words.value, locale: locale()});
  return (
    <li class="history-entry">
      <div>
        {lines.map((line, i) => (
          <p key={line}>{i === 0 && change.undoes !== null ? said.tookBack(line) : line}</p>
        ))}
        <p class="hint">
          {log.by(describeOrigin(change.origin, words.value))} · <RelativeTime at={change.at} />
        </p>
      </div>
      {canTakeBack(change) && (
        <button
          type="button"
          class="link-button"
          aria-label={said.takeBackThis(lines.join(', '))}
          onClick={() => void takeBackSet(change.changesetId)}
        >
          {said.takeBack}
        </button>
      )}
    </li>
  );
}

/// What the task has been through, read anew whenever todod has changed it.
export function History({task: {id, version}}: {task: Task}) {
  const {task: said, app} = words.value;
  const [changes, setChanges] = useState<readonly Change[] | null>(null);
  const [failure, setFailure] = useState('');
  const isLive = connection.value === 'live';
  useEffect(() => {
    if (version === 0) return undefined;
    let isLate = false;
    history(id).then((news) => {
      if (isLate) return;
      setChanges(news);
      setFailure('');
    }, (error: unknown) => {
      if (isLate) return;
      setFailure(error instanceof Unreachable ? said.historyOffline : explain(error));
    });
    return () => { isLate = true; };
  }, [id, version, isLive]);

  const text = version === 0 ? said.historyNone : failure || (changes === null ? app.loading : '');
  return (
    <section class="history" aria-labelledby="history-title">
      <h3 id="history-title">{said.history}</h3>
      {text && <p class="hint" role="status">{text}</p>}
      <ol>{changes?.map((change) => <Entry key={change.seq} change={change} />)}</ol>
    </section>
  );
}
