import {priorities} from '../../api/types';
import type {Group} from '../../model/shown';
import {words} from '../../words';

interface Props {
  place: number;
  group: Group;
  count: number;
}

function nameOf(group: Group): string {
  const priority = priorities.find((name) => name === group);
  if (priority) return words.value.priority[priority];
  return words.value.due.groups[group as Exclude<Group, typeof priorities[number]>];
}

export function GroupRow({place, group, count}: Props) {
  return (
    <div role="row" class="row row-group" data-group={group} aria-rowindex={place + 1}
      style={{'--place': String(place)}}>
      <span role="gridcell" class="group-name">
        {nameOf(group)} <span class="group-count">{count}</span>
      </span>
    </div>
  );
}
