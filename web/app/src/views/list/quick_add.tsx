import {computed, signal} from '@preact/signals';
import type {Priority} from '../../api/types';
import {addTask} from '../../model/actions';
import {dueWords, fullDue, readDue} from '../../model/due';
import {calendar, rows} from '../../model/list';
import {lengthOf, limits} from '../../model/limits';
import {understand, type Draft, type Part} from '../../model/quick_add';
import {cursor} from '../../model/selection';
import {lexiconOf} from '../../model/syntax';
import {whenOther} from '../../model/whose';
import {Icon, type IconName} from '../../parts/icon';
import {IconButton} from '../../parts/icon_button';
import {words} from '../../words';
import {locale} from '../../words/locale';
import {en} from '../../words/en';
import {focusCursor} from './state';
import './quick_add.css';

/// What is written in the field: it stays there while the user looks at something else.
export const line = signal('');
/// The words of it that are to be the title's whatever they mean.
const kept = signal<ReadonlySet<string>>(new Set());
const isWithoutTitle = signal(false);

/// English is understood in every language.
const lexicon = computed(() => lexiconOf([en.syntax, words.value.syntax]));

function read(): Draft {
  return understand(line.value, lexicon.value, new Date(), kept.value);
}

/// Read anew as time goes by.
const draft = computed(() => {
  void calendar.value;
  return read();
});

const icons: Record<Part['kind'], IconName> = {due: 'calendar', priority: 'flag', tag: 'tag'};

function textOf({kind, value}: Part): string {
  const due = kind === 'due' ? readDue(value) : null;
  if (due) return dueWords(due, calendar.value, words.value, locale());
  return kind === 'priority' ? words.value.priority[value as Priority] : `#${value}`;
}

function titleOf({kind, value}: Part): string | undefined {
  const due = kind === 'due' ? readDue(value) : null;
  return due ? fullDue(due, locale()) : undefined;
}

function faultOf({fault, title, tags}: Draft): string {
  const {list} = words.value;
  switch (fault) {
    case 'titleTooLong': return list.titleTooLong(lengthOf(title), limits.title);
    case 'tagTooLong': return list.tagTooLong(limits.tag);
    case 'tooManyTags': return list.tooManyTags(tags.length, limits.tags);
    case null: return isWithoutTitle.value ? list.noTitle : '';
  }
}

function write(text: string): void {
  line.value = text;
  isWithoutTitle.value = false;
  if (text.trim() === '') kept.value = new Set();
}

whenOther(() => write(''));

function submit(event: Event): void {
  event.preventDefault();
  const {title, priority, tags, dueDate, fault} = read();
  if (fault !== null || line.value.trim() === '') return;
  if (title === '') {
    isWithoutTitle.value = true;
    return;
  }
  cursor.value = addTask({
    title,
    ...(priority === null ? {} : {priority}),
    ...(tags.length === 0 ? {} : {tags}),
    ...(dueDate === null ? {} : {dueDate}),
  });
  write('');
}

function Chip({part}: {part: Part}) {
  const keep = () => {
    kept.value = new Set([...kept.value, ...part.words]);
    document.getElementById('quick-add')?.focus();
  };
  return (
    <li class={`chip chip-${part.kind}`} title={titleOf(part)}>
      <Icon name={icons[part.kind]} />
      <span class="chip-text">{textOf(part)}</span>
      <IconButton icon="close" label={words.value.list.keepWords(part.words.join(' '))}
        onClick={keep} />
    </li>
  );
}

export function QuickAdd() {
  const {list} = words.value;
  const {parts} = draft.value;
  const fault = faultOf(draft.value);
  const leave = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.preventDefault();
    if (line.value !== '') {
      write('');
    } else if (rows.value.length > 0) {
      focusCursor();
    }
  };
  return (
    <form class="quick-add" onSubmit={submit}>
      <div class="quick-add-line">
        <Icon name="add" />
        <input
          id="quick-add"
          value={line.value}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={leave}
          placeholder={list.addHint}
          aria-label={list.add}
          aria-invalid={fault !== ''}
          aria-describedby="quick-add-fault"
          autocomplete="off"
          enterkeyhint="done"
        />
        <button type="submit" class="button button-first">{list.addButton}</button>
      </div>
      <p id="quick-add-fault" class="failure" role="alert">{fault}</p>
      {parts.length > 0 && (
        <ul class="chips" aria-label={list.understood}>
          {parts.map((part) => <Chip key={`${part.kind} ${part.value}`} part={part} />)}
        </ul>
      )}
      <p class="hidden" role="status">{parts.map(textOf).join(', ')}</p>
    </form>
  );
}
