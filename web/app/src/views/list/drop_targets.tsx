import {priorities} from '../../api/types';
import {words} from '../../words';
import {drag, target} from './drag';
import {priorityMark} from './task_row';

/// What is dragged, beside the pointer.
function Ghost() {
  const now = drag.value;
  if (!now) return null;
  const {list, priority} = words.value;
  const [first] = now.tasks;
  const what = now.tasks.length === 1 && first ? first.title : list.selected(now.tasks.length);
  return (
    <p class="ghost" aria-hidden="true" style={{'--x': `${now.x}px`, '--y': `${now.y}px`}}>
      <span class="ghost-title">{what}</span>
      {now.target !== null && <strong>→ {priority[now.target]}</strong>}
    </p>
  );
}

/// Every priority is there to be dropped on, be it out of view or without a task.
function Targets() {
  return (
    <div class="targets" aria-hidden="true">
      {[...priorities].reverse().map((name) => (
        <span key={name} class={target.value === name ? 'target target-on' : 'target'}
          data-group={name}>
          {priorityMark(name)}{words.value.priority[name]}
        </span>
      ))}
    </div>
  );
}

export function DropTargets() {
  return drag.value ? <><Targets /><Ghost /></> : null;
}
