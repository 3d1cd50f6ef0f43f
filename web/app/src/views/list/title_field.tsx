import {useLayoutEffect, useRef} from 'preact/hooks';
import type {Task} from '../../api/types';
import {lengthOf, limits} from '../../model/limits';
import {useSaving} from '../../parts/use_saving';
import {words} from '../../words';
import {editing, focusCursor, saveTitle} from './state';

/// The title of a task, edited where it is: Enter and leaving save, Escape does not.
export function TitleField({task}: {task: Task}) {
  const {list} = words.value;
  const ref = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => ref.current?.select(), []);
  const save = () => {
    if (editing.peek() === task.id && ref.current) saveTitle(task.id, ref.current.value);
  };
  useSaving(save);
  const say = (input: HTMLInputElement) => {
    const length = lengthOf(input.value.trim());
    const isTooLong = length > limits.title;
    input.setCustomValidity(isTooLong ? list.titleTooLong(length, limits.title) :
      length === 0 ? list.noTitle : '');
    return input.reportValidity();
  };
  const hear = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === 'Enter' && ref.current && say(ref.current)) {
      event.preventDefault();
      saveTitle(task.id, ref.current.value);
      focusCursor();
    }
    if (event.key === 'Escape') {
      event.preventDefault();
      editing.value = null;
      focusCursor();
    }
  };
  return (
    <input
      ref={ref}
      class="row-field"
      defaultValue={task.title}
      aria-label={list.editTitle}
      autocomplete="off"
      enterkeyhint="done"
      onKeyDown={hear}
      onInput={(event) => say(event.currentTarget)}
      onBlur={save}
    />
  );
}
