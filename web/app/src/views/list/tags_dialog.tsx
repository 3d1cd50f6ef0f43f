import {useLayoutEffect, useRef, useState} from 'preact/hooks';
import type {Task} from '../../api/types';
import {changeEach} from '../../model/actions';
import {limits} from '../../model/limits';
import {editTags, readTags, tagFault, tagsOf} from '../../model/tag_edit';
import {asTheyAre, tags as knownTags} from '../../model/tasks';
import {Dialog} from '../../parts/dialog';
import {words} from '../../words';
import {closeAsked} from './state';

interface Props {
  tag: string;
  /// Undefined: some tasks have it, and stay as they are.
  isOn: boolean | undefined;
  onChange: (isOn: boolean) => void;
}

function TagChoice({tag, isOn, onChange}: Props) {
  const ref = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (ref.current) ref.current.indeterminate = isOn === undefined;
  });
  return (
    <label class="tag-choice">
      <input ref={ref} type="checkbox" checked={isOn ?? false}
        onChange={(event) => onChange(event.currentTarget.checked)} />
      {tag}
    </label>
  );
}

/// The tags of the tasks: those that some or all have, and new ones.
export function TagsDialog({tasks: before}: {tasks: readonly Task[]}) {
  // Somebody else may change them while they are looked at.
  const tasks = asTheyAre(before);
  const {list, app} = words.value;
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [text, setText] = useState('');
  const named = (isOn: boolean) =>
    [...chosen].filter(([, its]) => its === isOn).map(([tag]) => tag);
  const edited = editTags(
      tasks, {added: new Set([...named(true), ...readTags(text)]), removed: new Set(named(false))});
  const fault = tagFault(edited);
  const most = Math.max(...[...edited.values()].map(({tags = []}) => tags.length));
  const save = (event: Event) => {
    event.preventDefault();
    if (fault !== null) return;
    changeEach(edited);
    closeAsked();
  };
  return (
    <Dialog title={list.tagsOf(tasks.length)} onClose={closeAsked}>
      <form class="form" onSubmit={save}>
        <label class="field">
          {list.addTags}
          <input list="known-tags" autofocus value={text} autocomplete="off"
            onInput={(event) => setText(event.currentTarget.value)} />
          <span class="hint">{list.addTagsHint}</span>
        </label>
        <datalist id="known-tags">
          {[...knownTags.value.keys()].slice(0, 200).map((tag) => <option key={tag} value={tag} />)}
        </datalist>
        <div class="tag-choices">
          {[...tagsOf(tasks)].map(([tag, isAll]) => (
            <TagChoice key={tag} tag={tag} isOn={chosen.get(tag) ?? (isAll || undefined)}
              onChange={(isOn) => setChosen(new Map(chosen).set(tag, isOn))} />
          ))}
        </div>
        <p class="failure" role="alert">
          {fault === 'tooLong' && list.tagTooLong(limits.tag)}
          {fault === 'tooMany' && list.tooManyTags(most, limits.tags)}
        </p>
        <p class="choices choices-end">
          <button type="button" class="button" onClick={closeAsked}>{app.cancel}</button>
          <button type="submit" class="button button-first">{app.save}</button>
        </p>
      </form>
    </Dialog>
  );
}
