import {signal} from '@preact/signals';
import {keep, kept} from './preferences';

/// Whether single keys do something: whoever speaks to their computer may not want that.
export const areShortcutsOn = signal(kept('shortcuts') !== 'off');

export function chooseShortcuts(isOn: boolean): void {
  keep('shortcuts', isOn ? 'on' : 'off');
  areShortcutsOn.value = isOn;
}
