import {useState} from 'preact/hooks';
import type {Task} from '../../api/types';
import {changeTasks} from '../../model/actions';
import {writeDay} from '../../model/due';
import {joinDue, splitDue} from '../../model/instants';
import {calendar} from '../../model/list';
import {Dialog} from '../../parts/dialog';
import {words} from '../../words';
import {closeAsked} from './state';

/// When the tasks are due: a day, with a time or without.
export function DueDialog({tasks}: {tasks: readonly Task[]}) {
  const {list, app, due: {groups}} = words.value;
  const isOne = new Set(tasks.map(({dueDate}) => dueDate)).size === 1;
  const [fields, setFields] = useState(splitDue(isOne ? tasks[0]?.dueDate ?? null : null));
  const save = (dueDate: string | null) => {
    changeTasks(tasks.map(({id}) => id), {dueDate});
    closeAsked();
  };
  const days = [
    [groups.today, calendar.value.today], [groups.tomorrow, calendar.value.tomorrow],
    [list.nextWeek, calendar.value.nextWeek],
  ] as const;
  return (
    <Dialog title={list.dueOf(tasks.length)} onClose={closeAsked}>
      <form class="form" onSubmit={(event) => {
        event.preventDefault();
        save(joinDue(fields));
      }}>
        <p class="choices">
          {days.map(([name, day]) => (
            <button key={name} type="button" class="button"
              onClick={() => save(writeDay(new Date(day)))}>
              {name}
            </button>
          ))}
          <button type="button" class="button" onClick={() => save(null)}>{groups.none}</button>
        </p>
        <label class="field">
          {list.day}
          <input type="date" required autofocus value={fields.date} max="9999-12-31"
            onInput={(event) => setFields({...fields, date: event.currentTarget.value})} />
        </label>
        <label class="field">
          {list.time}
          <input type="time" value={fields.time}
            onInput={(event) => setFields({...fields, time: event.currentTarget.value})} />
        </label>
        <p class="choices choices-end">
          <button type="button" class="button" onClick={closeAsked}>{app.cancel}</button>
          <button type="submit" class="button button-first">{app.save}</button>
        </p>
      </form>
    </Dialog>
  );
}
