import {priorities, type Status, type Task} from '../../api/types';
import {changeTasks, completeTasks, deleteTasks} from '../../model/actions';
import {closeTask, linkTo} from '../../model/route';
import {isLoaded} from '../../model/sync';
import {findTask} from '../../model/tasks';
import {Icon} from '../../parts/icon';
import {RelativeTime} from '../../parts/relative_time';
import {SidePanel} from '../../parts/side_panel';
import {words} from '../../words';
import {Choice} from './choice';
import {DueField} from './due_field';
import {History} from './history';
import {TagsField} from './tags_field';
import {DescriptionField, TitleField} from './text_fields';
import './task_panel.css';

const statuses: readonly Status[] = ['TODO', 'IN_PROGRESS', 'COMPLETED'];

function Times({task}: {task: Task}) {
  const {task: said} = words.value;
  const times: [string, string | null][] = [
    [said.created, task.createdAt], [said.updated, task.updatedAt],
    [said.completed, task.completedAt],
  ];
  return (
    <dl class="task-times">
      {times.map(([name, at]) => at !== null && (
        <div key={name}><dt>{name}</dt><dd><RelativeTime at={at} /></dd></div>
      ))}
    </dl>
  );
}

function chooseStatus(id: string, status: Status): void {
  if (status === 'COMPLETED') {
    completeTasks([id], true);
  } else {
    changeTasks([id], {status});
  }
}

function Fields({task}: {task: Task}) {
  const {field, status, priority, task: said} = words.value;
  const {id} = task;
  return (
    <div class="task">
      <TitleField task={task} />
      <Choice
        label={field.status}
        options={statuses}
        names={status}
        value={task.status}
        onChoose={(value) => chooseStatus(id, value)}
      />
      <Choice
        label={field.priority}
        options={priorities}
        names={priority}
        value={task.priority}
        onChoose={(value) => changeTasks([id], {priority: value})}
      />
      <DueField task={task} />
      <TagsField task={task} />
      <DescriptionField task={task} />
      <Times task={task} />
      <button
        type="button"
        class="button button-bad task-delete"
        onClick={() => {
          deleteTasks([id]);
          closeTask();
        }}
      >
        <Icon name="trash" />{said.delete}
      </button>
      <History task={task} />
    </div>
  );
}

function Missing() {
  const {task: said, app} = words.value;
  if (!isLoaded.value) return <p class="task-missing" role="status">{app.loading}</p>;
  return (
    <div class="task-missing" role="status">
      <p>{said.missing}</p>
      <a href={linkTo('trash')}>{said.toTrash}</a>
    </div>
  );
}

/// The task that is open beside the list.
export function TaskPanel({id}: {id: string}) {
  const task = findTask(id);
  const {task: said} = words.value;
  return (
    <SidePanel title={task ? said.heading(task.number || null) : said.title} onClose={closeTask}>
      {task ? <Fields task={task} /> : <Missing />}
    </SidePanel>
  );
}
