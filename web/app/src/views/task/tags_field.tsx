import {useId, useRef, useState} from 'preact/hooks';
import type {Task} from '../../api/types';
import {changeTasks} from '../../model/actions';
import {faultOfTags, limits, newTags} from '../../model/limits';
import {tags} from '../../model/tasks';
import {keepUnfinished, takeUnfinished} from '../../model/unfinished';
import {Icon} from '../../parts/icon';
import {useSaving} from '../../parts/use_saving';
import {words} from '../../words';

export function TagsField({task}: {task: Task}) {
  const id = useId();
  const {field, task: said} = words.value;
  const [typed, setTyped] = useState(() => takeUnfinished(task.id, 'tags')?.text ?? '');
  const input = useRef<HTMLInputElement>(null);
  const added = newTags(typed, task.tags);
  const fault = faultOfTags(added, task.tags);
  const tooMuch = fault === 'tooLong' ? said.tagLong(limits.tag) : said.tagsMany(limits.tags);
  const error = fault === null ? '' : tooMuch;

  const put = (next: readonly string[]) => changeTasks([task.id], {tags: next});
  const save = () => {
    if (fault !== null) return;
    if (added.length > 0) put([...task.tags, ...added]);
    setTyped('');
  };
  useSaving(save, () => {
    if (fault !== null) keepUnfinished(task.id, 'tags', {text: typed, from: ''}, error);
  });

  return (
    <div class="field">
      <label for={id}>{field.tags}</label>
      {task.tags.length > 0 && (
        <ul class="task-tags">
          {task.tags.map((tag) => (
            <li key={tag} class="task-tag">
              <span>{tag}</span>
              <button
                type="button"
                aria-label={said.removeTag(tag)}
                title={said.removeTag(tag)}
                onClick={() => {
                  put(task.tags.filter((other) => other !== tag));
                  input.current?.focus();
                }}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <input
        ref={input}
        id={id}
        list={`${id}-all`}
        autocomplete="off"
        placeholder={said.addTag}
        value={typed}
        aria-invalid={error !== '' || undefined}
        aria-describedby={`${id}-error`}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if ((event.key !== 'Enter' && event.key !== ',') || event.isComposing) return;
          event.preventDefault();
          save();
        }}
      />
      <datalist id={`${id}-all`}>
        {[...tags.value.keys()].filter((tag) => !task.tags.includes(tag))
            .map((tag) => <option key={tag} value={tag} />)}
      </datalist>
      <div id={`${id}-error`}>
        {error && <p class="hint failure" role="alert">{error}</p>}
      </div>
    </div>
  );
}
