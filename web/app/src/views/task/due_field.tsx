import {useEffect, useId, useRef, useState} from 'preact/hooks';
import type {Task} from '../../api/types';
import {changeTasks} from '../../model/actions';
import {joinDue, splitDue, type DueParts} from '../../model/instants';
import {IconButton} from '../../parts/icon_button';
import {words} from '../../words';

/// The date and the time are one field: it is left once neither has the focus.
export function DueField({task}: {task: Task}) {
  const id = useId();
  const {field, task: said} = words.value;
  const [typed, setTyped] = useState<DueParts | null>(null);
  const [isBad, setIsBad] = useState(false);
  const date = useRef<HTMLInputElement>(null);
  const parts = typed ?? splitDue(task.dueDate);
  const isDateless = parts.date === '' && parts.time !== '';
  const error = isBad ? said.dateBad : typed !== null && isDateless ? said.dateMissing : '';

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
  const latest = useRef(save);
  latest.current = save;
  useEffect(() => () => latest.current(), []);

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
          onInput={(event) => setTyped({...parts, date: event.currentTarget.value})}
        />
        <input
          type="time"
          aria-label={said.time}
          value={parts.time}
          onInput={(event) => setTyped({...parts, time: event.currentTarget.value})}
        />
        {(task.dueDate !== null || typed !== null) && (
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
