import type {RefObject} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import type {TrashedTask} from '../api/types';
import {explain} from '../model/actions';
import {complain, say} from '../model/notices';
import {
  forgetTrash, hasMoreTrash, purgeAllTrashed, purgeTrashed, readMoreTrash, readTrash,
  restoreTrashed, trash,
} from '../model/trash';
import {Confirm} from '../parts/confirm';
import {Icon} from '../parts/icon';
import {IconButton} from '../parts/icon_button';
import {Place} from '../parts/place';
import {RelativeTime} from '../parts/relative_time';
import {useChanges} from '../parts/use_changes';
import {words} from '../words';
import './trash.css';

interface RowProps {
  trashed: TrashedTask;
  onRestore: () => void;
  onPurge: () => void;
}

function Row({trashed: {task, deletedAt, expiresAt}, onRestore, onPurge}: RowProps) {
  const {trash: said} = words.value;
  return (
    <li class="trash-row">
      <div class="trash-text">
        <p class="trash-title">{task.title}</p>
        <p class="hint">
          {said.deleted} <RelativeTime at={deletedAt} /> · {said.expires}{' '}
          <RelativeTime at={expiresAt} />
        </p>
      </div>
      <button
        type="button"
        class="button trash-restore"
        aria-label={said.restoreThis(task.title)}
        title={said.restore}
        onClick={onRestore}
      >
        <Icon name="undo" /><span class="trash-label">{said.restore}</span>
      </button>
      <IconButton icon="trash" label={said.purgeThis(task.title)} onClick={onPurge} />
    </li>
  );
}

/// What is asked before it is done: of one, or of all.
type Question = {trashed: TrashedTask; index: number} | 'all' | null;

interface AskedProps {
  question: Question;
  onPurge: (trashed: TrashedTask, index: number) => Promise<void>;
  onPurgeAll: () => Promise<void>;
  onClose: () => void;
}

function Asked({question, onPurge, onPurgeAll, onClose}: AskedProps) {
  const {trash: said} = words.value;
  if (question === null) return null;
  if (question === 'all') {
    return (
      <Confirm
        title={said.empty}
        text={said.emptySure}
        action={said.empty}
        onConfirm={onPurgeAll}
        onClose={onClose}
      />
    );
  }
  return (
    <Confirm
      title={said.purge}
      text={said.purgeSure(question.trashed.task.title)}
      action={said.purge}
      onConfirm={() => onPurge(question.trashed, question.index)}
      onClose={onClose}
    />
  );
}

/// Where the row that had the focus is gone, the one in its place gets it, once nothing is asked.
function useFocusRow(
    view: RefObject<HTMLElement | null>, isAsked: boolean): (index: number) => void {
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => {
    if (at === null || isAsked) return;
    const rows = view.current?.querySelectorAll<HTMLElement>('.trash-restore') ?? [];
    (rows[Math.min(at, rows.length - 1)] ?? document.getElementById('main'))?.focus();
    setAt(null);
  }, [at, isAsked]);
  return setAt;
}

export function TrashView() {
  const {trash: said, app} = words.value;
  const [failure, setFailure] = useState('');
  const [question, setQuestion] = useState<Question>(null);
  const view = useRef<HTMLDivElement>(null);
  const focusRow = useFocusRow(view, question !== null);

  const read = (work: () => Promise<void>) => {
    work().then(() => setFailure(''), (error: unknown) => setFailure(explain(error)));
  };
  useChanges(() => read(readTrash));
  useEffect(() => forgetTrash, []);

  const restore = async ({task}: TrashedTask, index: number) => {
    try {
      await restoreTrashed(task.id);
      say(said.restored(task.title));
      focusRow(index);
    } catch (error) {
      complain(explain(error));
    }
  };
  const purge = async ({task}: TrashedTask, index: number) => {
    await purgeTrashed(task.id);
    say(said.purged);
    focusRow(index);
  };
  const purgeAll = async () => {
    await purgeAllTrashed();
    say(said.emptied);
    focusRow(0);
  };

  const rows = trash.value;
  const emptyButton = rows !== null && rows.length > 0 && (
    <button type="button" class="button button-bad" onClick={() => setQuestion('all')}>
      {said.empty}
    </button>
  );
  return (
    <Place title={app.trash} hint={said.hint} actions={emptyButton}>
      <div ref={view}>
        {failure && <p class="failure" role="alert">{failure}</p>}
        {rows === null && !failure && <p role="status">{app.loading}</p>}
        {rows?.length === 0 && <p class="place-empty"><Icon name="trash" />{said.none}</p>}
        <ul class="place-list">
          {rows?.map((trashed, i) => (
            <Row
              key={trashed.task.id}
              trashed={trashed}
              onRestore={() => void restore(trashed, i)}
              onPurge={() => setQuestion({trashed, index: i})}
            />
          ))}
        </ul>
      </div>
      {hasMoreTrash.value && (
        <button type="button" class="button place-more" onClick={() => read(readMoreTrash)}>
          {said.more}
        </button>
      )}
      <Asked
        question={question}
        onPurge={purge}
        onPurgeAll={purgeAll}
        onClose={() => setQuestion(null)}
      />
    </Place>
  );
}
