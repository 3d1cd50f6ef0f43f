import {priorities} from '../../api/types';
import {chosen, clearSelection, isSelecting, selectAll} from '../../model/selection';
import {Icon, type IconName} from '../../parts/icon';
import {IconButton} from '../../parts/icon_button';
import {words} from '../../words';
import {ask, completeTargets, prioritise, removeTargets} from './commands';
import {focusCursor} from './state';

interface DeedProps {
  icon: IconName;
  label: string;
  onClick: () => void;
}

function Deed({icon, label, onClick}: DeedProps) {
  return (
    <button type="button" class="button" disabled={chosen.value.length === 0} onClick={onClick}
      aria-label={label} title={label}>
      <Icon name={icon} /><span class="bar-label">{label}</span>
    </button>
  );
}

/// The bar may go with what was selected: the list has the focus then.
function then(deed: () => void): () => void {
  return () => {
    deed();
    setTimeout(() => {
      if (document.activeElement === document.body) focusCursor();
    });
  };
}

function PriorityChoice() {
  const {list, priority} = words.value;
  return (
    <select
      class="button"
      aria-label={list.setPriority}
      disabled={chosen.value.length === 0}
      value=""
      onChange={(event) => {
        const name = priorities.find((each) => each === event.currentTarget.value);
        event.currentTarget.value = '';
        if (name) prioritise(chosen.value, name);
      }}
    >
      <option value="" disabled hidden>{list.priority}</option>
      {[...priorities].reverse().map((name) => (
        <option key={name} value={name}>{priority[name]}</option>
      ))}
    </select>
  );
}

/// What can be done with all that is selected.
export function SelectBar() {
  const {list} = words.value;
  const tasks = chosen.value;
  if (tasks.length === 0 && !isSelecting.value) return null;
  const isReopening = tasks.length > 0 && tasks.every(({status}) => status === 'COMPLETED');
  const leave = then(() => {
    clearSelection();
    focusCursor();
  });
  return (
    <section class="select-bar" aria-label={list.selection}>
      <p class="bar-count" role="status">{list.selected(tasks.length)}</p>
      <Deed icon="check" label={isReopening ? list.reopenAll : list.completeAll}
        onClick={then(() => completeTargets(tasks))} />
      <PriorityChoice />
      <Deed icon="calendar" label={list.due} onClick={() => ask('due')} />
      <Deed icon="tag" label={list.tags} onClick={() => ask('tags')} />
      <Deed icon="trash" label={list.remove} onClick={then(removeTargets)} />
      <button type="button" class="link-button" onClick={selectAll}>{list.selectAll}</button>
      <IconButton icon="close" label={list.endSelection} onClick={leave} />
    </section>
  );
}
