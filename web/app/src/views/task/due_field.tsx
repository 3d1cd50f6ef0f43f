import type {RefObject} from 'preact';
import {useId, useRef, useState} from 'preact/hooks';
import type {Task} from '../../api/types';
import {changeTasks} from '../../model/actions';
import {joinDue, splitDue, type DueParts} from '../../model/instants';
import {IconButton} from '../../parts/icon_button';
import {useSaving} from '../../parts/use_saving';
import {words} from '../../words';

/// The date and the time are one field: it is left once neither has the focus.
function useDue(task: Task, date: RefObject<HTMLInputElement | null>) {
  const {task: said} = words.value;
  const [typed, setTyped] = useState<DueParts | null>(null);
  const [isBad, setIsBad] = useState(false);
  const parts = typed ?? splitDue(task.dueDate);
  const isDateless = parts.date === '' && parts.time !== '';

  const put = (dueDate: string | null) => {
    if (dueDate !== task.dueDate) changeTasks([task.id], {dueDate});
    setTyped(null);
    setIsBad(false);
  };
  const save = () => {
    const isPartial = date.current?.validity.badInput === true;
    setIsBad(isPartial);
    if (typed !== null && !isPartial && !isDateless) put(joinDue(typed));
  };
  useSaving(save);
  const error = isBad ? said.dateBad : typed !== null && isDateless ? said.dateMissing : '';
  return {parts, error, isSet: task.dueDate !== null || typed !== null, type: setTyped, save, put};
}

export function DueField({task}: {task: Task}) {
  const id = useId();
  const {field, task: said} = words.value;
  const date = useRef<HTMLInputElement>(null);
  const {parts, error, isSet, type, save, put} = useDue(task, date);
  return (
    <div
      class="field"
      role="group"
      aria-labelledby={`${id}-name`}
      onFocusOut={(event) => {
        const to = event.relatedTarget;
        if (!(to instanceof Node && event.currentTarget.contains(to))) save();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && event.target instanceof HTMLInputElement) save();
      }}
    >
      <span id={`${id}-name`}>{field.dueDate}</span>
      <div class="due">
        <input
          ref={date}
          type="date"
          max="9999-12-31"
          aria-label={said.date}
          aria-invalid={error !== '' || undefined}
          aria-describedby={`${id}-error`}
          value={parts.date}
          onInput={(event) => type({...parts, date: event.currentTarget.value})}
        />
        <input
          type="time"
          aria-label={said.time}
          value={parts.time}
          onInput={(event) => type({...parts, time: event.currentTarget.value})}
        />
        {isSet && (
          <IconButton
            icon="close"
            label={said.clearDue}
            onClick={() => {
              date.current?.focus();
              put(null);
            }}
          />
        )}
      </div>
      <div id={`${id}-error`}>
        {error && <p class="hint failure" role="alert">{error}</p>}
      </div>
    </div>
  );
}
