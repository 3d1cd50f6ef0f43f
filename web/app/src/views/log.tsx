import {useEffect, useId, useState} from 'preact/hooks';
import {changeset} from '../api/changes';
import type {Change, ChangeSet} from '../api/types';
import {explain, takeBackSet} from '../model/actions';
import {changeLog, forgetLog, hasMoreLog, readLog, readMoreLog} from '../model/change_log';
import {canTakeBack, describeInLog, describeOrigin, takenBack} from '../model/describe_change';
import {complain} from '../model/notices';
import {findTask} from '../model/tasks';
import {Icon} from '../parts/icon';
import {Place} from '../parts/place';
import {RelativeTime} from '../parts/relative_time';
import {useChanges} from '../parts/use_changes';
import {words} from '../words';
import {locale} from '../words/locale';
import './log.css';

function describe(change: Change): string {
  return describeInLog(
      change, (id) => findTask(id)?.title, {words: words.value, locale: locale()});
}

/// What a set did, or what it took back where that is known.
function describeSet({first}: ChangeSet, original: ChangeSet | undefined): string {
  if (first.undoes === null) return describe(first);
  return words.value.change.tookBack(describe(original?.first ?? first));
}

interface TakeBackProps {
  id: number;
  text: string;
  isTakenBack: boolean;
}

/// Once it is done, it stays as what says so: it may have the focus.
function TakeBack({id, text, isTakenBack}: TakeBackProps) {
  const {change: said} = words.value;
  return (
    <button
      type="button"
      class={isTakenBack ? 'link-button log-done' : 'link-button'}
      aria-disabled={isTakenBack}
      aria-label={isTakenBack ? said.isTakenBackThis(text) : said.takeBackThis(text)}
      onClick={() => {
        if (!isTakenBack) void takeBackSet(id);
      }}
    >
      {isTakenBack ? said.isTakenBack : said.takeBack}
    </button>
  );
}

interface RowProps {
  set: ChangeSet;
  /// What it has taken back.
  original: ChangeSet | undefined;
  isTakenBack: boolean;
}

function Row({set, original, isTakenBack}: RowProps) {
  const {log: said} = words.value;
  const [all, setAll] = useState<readonly Change[] | null>(null);
  const id = useId();
  const text = describeSet(set, original);
  const toggle = () => {
    if (all !== null) {
      setAll(null);
    } else {
      changeset(set.id).then(({changes}) => setAll(changes),
          (error: unknown) => { complain(explain(error)); });
    }
  };
  return (
    <li class="log-row">
      <div class="log-text">
        <p class={isTakenBack ? 'log-undone' : undefined}>
          {text}{set.count > 1 && `, ${said.others(set.count - 1)}`}
        </p>
        <p class="hint">
          {said.by(describeOrigin(set.first.origin, words.value))} · <RelativeTime at={set.at} />
        </p>
        {set.count > 1 && (
          <button
            type="button"
            class="link-button log-toggle"
            aria-expanded={all !== null}
            aria-controls={id}
            onClick={toggle}
          >
            {all === null ? said.show(set.count) : said.hide}
          </button>
        )}
        <ul id={id} class="log-all">
          {all?.map((change) => <li key={change.seq}>{describe(change)}</li>)}
        </ul>
      </div>
      {canTakeBack(set.first) && (
        <TakeBack text={text} id={set.id} isTakenBack={isTakenBack} />
      )}
    </li>
  );
}

/// Everything that was done, newest first.
export function LogView() {
  const {log: said, app, trash: trashSaid} = words.value;
  const [failure, setFailure] = useState('');
  const sets = changeLog.value;

  const read = (work: () => Promise<void>) => {
    work().then(() => setFailure(''), (error: unknown) => setFailure(explain(error)));
  };
  useChanges(() => read(readLog));
  useEffect(() => forgetLog, []);

  const undone = takenBack(sets ?? []);
  const byId = new Map(sets?.map((set) => [set.id, set]));
  return (
    <Place title={app.log} hint={said.hint}>
      {failure && <p class="failure" role="alert">{failure}</p>}
      {sets === null && !failure && <p role="status">{app.loading}</p>}
      {sets?.length === 0 && <p class="place-empty"><Icon name="history" />{said.none}</p>}
      <ol class="place-list">
        {sets?.map((set) => (
          <Row
            key={set.id}
            set={set}
            original={byId.get(set.first.undoes ?? 0)}
            isTakenBack={undone.has(set.id)}
          />
        ))}
      </ol>
      {hasMoreLog.value && (
        <button type="button" class="button place-more" onClick={() => read(readMoreLog)}>
          {trashSaid.more}
        </button>
      )}
    </Place>
  );
}
