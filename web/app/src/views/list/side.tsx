import {useState} from 'preact/hooks';
import {counts, filter, show} from '../../model/list';
import {areShortcutsOn} from '../../model/keys';
import {views, type View} from '../../model/shown';
import {tags} from '../../model/tasks';
import {Icon, type IconName} from '../../parts/icon';
import {IconButton} from '../../parts/icon_button';
import {words} from '../../words';
import {isHelpOpen} from '../keys_help';
import {closeSide, isSideOpen} from './state';

const icons: Record<View, IconName> = {
  open: 'list', today: 'calendar', upcoming: 'alarm', completed: 'check', all: 'filter',
};

/// So many tags are there before the others are asked for.
const firstTags = 40;

interface Props {
  icon: IconName;
  text: string;
  count: number;
  isOn: boolean;
  onClick: () => void;
}

function Choice({icon, text, count, isOn, onClick}: Props) {
  const choose = () => {
    onClick();
    closeSide();
  };
  return (
    <li>
      <button type="button" class="side-choice" aria-pressed={isOn} onClick={choose}>
        <Icon name={icon} />
        <span class="side-text">{text}</span>
        <span class="side-count">{count}</span>
      </button>
    </li>
  );
}

function Tags() {
  const {list} = words.value;
  const [isWhole, setIsWhole] = useState(false);
  const all = [...tags.value];
  if (all.length === 0) return null;
  const now = filter.value.tag;
  return (
    <>
      <h2 class="side-title">{list.tags}</h2>
      <ul>
        {all.slice(0, isWhole ? all.length : firstTags).map(([tag, count]) => (
          <Choice key={tag} icon="tag" text={tag} count={count} isOn={tag === now}
            onClick={() => show({tag: tag === now ? null : tag})} />
        ))}
      </ul>
      {!isWhole && all.length > firstTags && (
        <button type="button" class="link-button" onClick={() => setIsWhole(true)}>
          {list.allTags(all.length)}
        </button>
      )}
    </>
  );
}

/// The views and the tags: beside the list, and on a phone over it.
export function Side() {
  const {list, app} = words.value;
  const leave = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !isSideOpen.value) return;
    event.preventDefault();
    closeSide();
  };
  return (
    <nav
      id="side"
      class={isSideOpen.value ? 'list-side list-side-open' : 'list-side'}
      aria-label={app.views}
      onKeyDown={leave}
    >
      <div class="side-close">
        <IconButton icon="close" label={app.close} onClick={closeSide} />
      </div>
      <ul>
        {views.map((view) => (
          <Choice key={view} icon={icons[view]} text={list.views[view]} count={counts.value[view]}
            isOn={filter.value.view === view} onClick={() => show({view})} />
        ))}
      </ul>
      <Tags />
      <button type="button" class="side-choice side-keys" onClick={() => {
        isHelpOpen.value = true;
      }}>
        <Icon name="help" />
        <span class="side-text">{words.value.keys.title}</span>
        {areShortcutsOn.value && <kbd>?</kbd>}
      </button>
    </nav>
  );
}
