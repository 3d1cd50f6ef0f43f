import {useId} from 'preact/hooks';
import type {Task} from '../../api/types';
import {changeTasks} from '../../model/actions';
import {
  faultOfDescription, faultOfTitle, lengthOf, limits,
} from '../../model/limits';
import {words} from '../../words';
import {useDraft, type Draft} from './draft';

/// From how many characters left on it is said how many.
const fewLeft = 100;

function Notes({id, draft}: {id: string; draft: Draft}) {
  return (
    <div id={id}>
      {draft.elsewhere !== null && (
        <p class="hint" role="status">{words.value.task.elsewhere(draft.elsewhere)}</p>
      )}
      {draft.error && <p class="hint failure" role="alert">{draft.error}</p>}
    </div>
  );
}

export function TitleField({task}: {task: Task}) {
  const id = useId();
  const {field, task: said} = words.value;
  const draft = useDraft({
    taskId: task.id,
    field: 'title',
    value: task.title,
    check: (text) => {
      const fault = faultOfTitle(text);
      if (fault === null) return '';
      return fault === 'empty' ? said.titleEmpty : said.titleLong(limits.title);
    },
    save: (title) => changeTasks([task.id], {title}),
  });
  return (
    <div class="field">
      <label for={id}>{field.title}</label>
      <textarea
        id={id}
        class="task-title"
        rows={1}
        value={draft.text}
        aria-invalid={draft.error !== '' || undefined}
        aria-describedby={`${id}-notes`}
        onInput={(event) => draft.type(event.currentTarget.value.replace(/[\r\n]+/g, ' '))}
        onBlur={draft.save}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.isComposing) return;
          event.preventDefault();
          draft.save();
        }}
      />
      <Notes id={`${id}-notes`} draft={draft} />
    </div>
  );
}

export function DescriptionField({task}: {task: Task}) {
  const id = useId();
  const {field, task: said} = words.value;
  const draft = useDraft({
    taskId: task.id,
    field: 'description',
    value: task.description ?? '',
    check: (text) =>
      faultOfDescription(text) === null ? '' : said.descriptionLong(limits.description),
    save: (text) => changeTasks([task.id], {description: text === '' ? null : text}),
  });
  const left = limits.description - lengthOf(draft.text);
  return (
    <div class="field">
      <label for={id}>{field.description}</label>
      <textarea
        id={id}
        class="task-description"
        rows={4}
        value={draft.text}
        aria-invalid={draft.error !== '' || undefined}
        aria-describedby={`${id}-notes ${id}-left`}
        onInput={(event) => draft.type(event.currentTarget.value)}
        onBlur={draft.save}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) draft.save();
        }}
      />
      <p id={`${id}-left`} class="hint task-left">{left <= fewLeft && said.left(left)}</p>
      <Notes id={`${id}-notes`} draft={draft} />
    </div>
  );
}
