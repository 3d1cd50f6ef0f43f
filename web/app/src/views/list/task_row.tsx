import type {Priority, Task} from '../../api/types';
import {dueWords, fullDue, isOverdue} from '../../model/due';
import {factsOf} from '../../model/facts';
import {calendar, sort} from '../../model/list';
import {linkTo} from '../../model/route';
import {isSelecting} from '../../model/selection';
import {Icon} from '../../parts/icon';
import {words} from '../../words';
import {locale} from '../../words/locale';
import {TitleField} from './title_field';

interface Props {
  place: number;
  task: Task;
  isCursor: boolean;
  isSelected: boolean;
  isEdited: boolean;
  isOpen: boolean;
}

const shownTags = 3;

// What a row is put together from are plain functions: a thousand components are made while the
// list scrolls.

/// More bars, more important: not told by colour alone.
export function priorityMark(priority: Priority) {
  const name = words.value.priority[priority];
  return <span class={`mark mark-${priority}`} role="img" aria-label={name} title={name} />;
}

function dueOf(task: Task) {
  const {due, isDone} = factsOf(task);
  if (!due) return null;
  const isLate = !isDone && isOverdue(due, calendar.value);
  const whole = fullDue(due, locale());
  return (
    <time class={isLate ? 'row-due row-late' : 'row-due'} dateTime={task.dueDate ?? ''}
      title={whole}>
      {isDone ? whole : dueWords(due, calendar.value, words.value, locale())}
    </time>
  );
}

function tagsOf({tags}: Task) {
  const more = tags.length - shownTags;
  return (
    <>
      {tags.slice(0, shownTags).map((tag) => <span key={tag} class="row-tag">#{tag}</span>)}
      {more > 0 && <span class="row-tag" title={tags.join(', ')}>+{more}</span>}
    </>
  );
}

function checkOf(task: Task, isSelected: boolean) {
  const {list} = words.value;
  const isDone = task.status === 'COMPLETED';
  const isOn = isSelecting.value ? isSelected : isDone;
  const label = isSelecting.value ? list.selectTask(task.title) : list.complete(task.title);
  return (
    <button type="button" class="row-check" role="checkbox" tabIndex={-1} aria-checked={isOn}
      aria-label={label} data-do="check">
      <span class="row-box">{isOn && <Icon name="check" />}</span>
    </button>
  );
}

export function TaskRow({place, task, isCursor, isSelected, isEdited, isOpen}: Props) {
  const {list} = words.value;
  const isDone = task.status === 'COMPLETED';
  return (
    <div
      role="row"
      class={`row row-task${isDone ? ' row-done' : ''}${isOpen ? ' row-open' : ''}`}
      tabIndex={isCursor ? 0 : -1}
      aria-rowindex={place + 1}
      aria-selected={isSelected}
      data-id={task.id}
      data-group={task.priority}
      style={{'--place': String(place)}}
    >
      <span role="gridcell" class="row-drag" data-do="drag" title={list.drag}
        hidden={sort.value !== 'priority'}>
      </span>
      <span role="gridcell">{checkOf(task, isSelected)}</span>
      <span role="gridcell" class="row-main">
        {isEdited ? <TitleField task={task} /> : (
          <a class="row-title" href={linkTo('tasks', task.id)} tabIndex={-1} draggable={false}
            data-do="open">
            {task.title}
          </a>
        )}
      </span>
      <span role="gridcell" class="row-more">
        {tagsOf(task)}
        {dueOf(task)}
        {priorityMark(task.priority)}
      </span>
    </div>
  );
}
