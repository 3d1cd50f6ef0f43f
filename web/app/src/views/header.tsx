import {useEffect} from 'preact/hooks';
import {undoLast} from '../model/actions';
import {handle, listenToKeys} from '../model/keys';
import {isAssistantOpen} from '../model/panel';
import {linkTo, route, type Place} from '../model/route';
import {connection} from '../model/sync';
import {isHeldUp, waitingCount} from '../offline/queue';
import {Icon, type IconName} from '../parts/icon';
import {words} from '../words';
import {isHelpOpen, KeysHelp} from './keys_help';

function Connection() {
  const {app} = words.value;
  const count = waitingCount.value;
  const isLate = isHeldUp.value || connection.value !== 'live';
  const text = count > 0 && isLate ? app.unsent(count) : '';
  return (
    <p class={`connection connection-${connection.value}`} role="status">
      <span class="connection-dot" />
      <span class="connection-text">{app[connection.value]}{text && ` · ${text}`}</span>
    </p>
  );
}

function PlaceLink({place, icon, label}: {place: Place; icon: IconName; label: string}) {
  const isHere = route.value.place === place;
  return (
    <a class="nav-link" href={linkTo(place)} aria-current={isHere ? 'page' : undefined}>
      <Icon name={icon} /><span class="nav-label">{label}</span>
    </a>
  );
}

/// What keys do in every place.
const handlers = {
  undo: () => void undoLast(),
  assistant: () => { isAssistantOpen.value = !isAssistantOpen.value; },
  help: () => { isHelpOpen.value = true; },
};

export function Header() {
  const {app} = words.value;
  useEffect(listenToKeys, []);
  useEffect(() => handle(handlers), []);
  return (
    <>
      <header class="app-head">
        <a class="brand" href={linkTo('tasks')}>todod</a>
        <Connection />
        <nav class="nav" aria-label={app.menu}>
          <PlaceLink place="trash" icon="trash" label={app.trash} />
          <PlaceLink place="log" icon="history" label={app.log} />
          <PlaceLink place="settings" icon="settings" label={app.settings} />
          <button
            type="button"
            class="nav-link"
            aria-expanded={isAssistantOpen.value}
            onClick={() => { isAssistantOpen.value = !isAssistantOpen.value; }}
          >
            <Icon name="chat" /><span class="nav-label">{app.assistant}</span>
          </button>
        </nav>
      </header>
      <KeysHelp />
    </>
  );
}
