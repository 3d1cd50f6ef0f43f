import {clearFilter, filter, isFiltered} from '../../model/list';
import {words} from '../../words';
import {line} from './quick_add';
import {focusElement} from './state';

/// What is said where there is no task to show.
export function Empty({isNew}: {isNew: boolean}) {
  const {list} = words.value;
  if (isFiltered(filter.value)) {
    return (
      <div class="list-empty">
        <p role="status">{list.nothingFound}</p>
        <button type="button" class="button" onClick={clearFilter}>{list.clearFilter}</button>
      </div>
    );
  }
  if (!isNew) return <p class="list-empty" role="status">{list.empty[filter.value.view]}</p>;
  const tryIt = () => {
    line.value = list.example;
    document.getElementById('quick-add')?.focus();
  };
  return (
    <div class="list-empty">
      <h2>{list.welcome}</h2>
      <p>{list.welcomeHint}</p>
      <p><code>{list.example}</code></p>
      <p class="list-empty-actions">
        <button type="button" class="button button-first" onClick={tryIt}>{list.tryExample}</button>
        <button type="button" class="button" onClick={() => focusElement('quick-add')}>
          {list.write}
        </button>
      </p>
    </div>
  );
}
