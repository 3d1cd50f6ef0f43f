import {priorities, type Priority} from '../../api/types';
import {clearFilter, counts, filter, isFiltered, rows, show, sort, sortBy} from '../../model/list';
import {clearSelection, isSelecting, selected} from '../../model/selection';
import {sorts, type Sort} from '../../model/shown';
import {Icon} from '../../parts/icon';
import {IconButton} from '../../parts/icon_button';
import {words} from '../../words';
import {closeSide, focusCursor, isSideOpen, openSide} from './state';

function Search() {
  const {list} = words.value;
  const leave = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'Escape') show({text: ''});
    if (event.key !== 'Escape' && event.key !== 'ArrowDown' && event.key !== 'Enter') return;
    event.preventDefault();
    if (rows.value.length > 0) focusCursor();
  };
  return (
    <div class="search" role="search">
      <Icon name="search" />
      <input
        id="search"
        type="search"
        value={filter.value.text}
        onInput={(event) => show({text: event.currentTarget.value})}
        onKeyDown={leave}
        placeholder={list.search}
        aria-label={list.search}
        autocomplete="off"
      />
    </div>
  );
}

function PriorityFilter() {
  const {list, priority} = words.value;
  return (
    <select
      aria-label={list.filterPriority}
      value={filter.value.priority ?? ''}
      onChange={(event) =>
        show({priority: priorities.find((name) => name === event.currentTarget.value) ?? null})}
    >
      <option value="">{list.anyPriority}</option>
      {[...priorities].reverse().map((name: Priority) => (
        <option key={name} value={name}>{priority[name]}</option>
      ))}
    </select>
  );
}

function SortChoice() {
  const {list} = words.value;
  return (
    <select
      aria-label={list.sort}
      value={sort.value}
      onChange={(event) => sortBy(event.currentTarget.value as Sort)}
    >
      {sorts.map((name) => <option key={name} value={name}>{list.sorts[name]}</option>)}
    </select>
  );
}

function SelectButton() {
  const isOn = isSelecting.value || selected.value.size > 0;
  const turn = () => {
    if (isOn) {
      clearSelection();
    } else {
      isSelecting.value = true;
    }
  };
  return (
    <button type="button" class="button" aria-pressed={isOn} onClick={turn}>
      {words.value.list.select}
    </button>
  );
}

function Title() {
  const {list} = words.value;
  const {view, tag} = filter.value;
  const count = rows.value.reduce((sum, {kind}) => sum + (kind === 'task' ? 1 : 0), 0);
  return (
    <div class="list-head">
      <IconButton id="side-button" icon="menu" label={words.value.app.views}
        aria-expanded={isSideOpen.value} aria-controls="side"
        onClick={() => isSideOpen.value ? closeSide() : openSide()} />
      <h1 id="list-title">{list.views[view]}{tag !== null && ` · #${tag}`}</h1>
      <p class="list-count" role="status">{list.count(count, counts.value[view])}</p>
      {isFiltered(filter.value) && (
        <button type="button" class="link-button" onClick={clearFilter}>{list.clearFilter}</button>
      )}
    </div>
  );
}

export function Toolbar() {
  return (
    <div class="toolbar">
      <Title />
      <div class="tools">
        <Search />
        <PriorityFilter />
        <SortChoice />
        <SelectButton />
      </div>
    </div>
  );
}
