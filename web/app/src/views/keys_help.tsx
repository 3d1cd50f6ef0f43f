import {signal} from '@preact/signals';
import {areShortcutsOn, commands, shortcuts} from '../model/keys';
import {Dialog} from '../parts/dialog';
import {words} from '../words';
import './keys_help.css';

export const isHelpOpen = signal(false);

/// A key as it is written on keyboards.
function keyName(key: string): string {
  const {names} = words.value.keys;
  return key.split('+').map((part) => names[part as keyof typeof names] ?? part).join(' + ');
}

/// All that the keyboard does.
export function KeysHelp() {
  const {keys: said} = words.value;
  if (!isHelpOpen.value) return null;
  const isShown = (key: string) => areShortcutsOn.value || [...key].length > 1;
  return (
    <Dialog title={said.title} onClose={() => { isHelpOpen.value = false; }}>
      {!areShortcutsOn.value && <p class="hint">{said.areOff}</p>}
      <dl class="keys">
        {commands.filter((command) => shortcuts[command].some(isShown)).map((command) => (
          <div key={command} class="keys-line">
            <dt>{said.commands[command]}</dt>
            <dd>
              {shortcuts[command].filter(isShown).map((key) => <kbd key={key}>{keyName(key)}</kbd>)}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
