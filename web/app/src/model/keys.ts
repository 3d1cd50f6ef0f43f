import {signal} from '@preact/signals';
import {keep, kept} from './preferences';

/// What the keyboard does, wherever the focus is but in a field.

export const commands = [
  'down', 'up', 'first', 'last', 'pageDown', 'pageUp', 'open', 'complete', 'edit', 'select',
  'selectDown', 'selectUp', 'selectAll', 'remove', 'low', 'medium', 'high', 'urgent', 'raise',
  'lower', 'due', 'tags', 'add', 'search', 'undo', 'assistant', 'escape', 'help',
] as const;
export type Command = typeof commands[number];

/// Keys as keyOf() writes them, the first one is the one to know.
export const shortcuts: Readonly<Record<Command, readonly string[]>> = {
  down: ['ArrowDown', 'j'],
  up: ['ArrowUp', 'k'],
  first: ['Home'],
  last: ['End'],
  pageDown: ['PageDown'],
  pageUp: ['PageUp'],
  open: ['Enter'],
  complete: ['Space', 'c'],
  edit: ['F2', 'e'],
  select: ['x'],
  selectDown: ['Shift+ArrowDown'],
  selectUp: ['Shift+ArrowUp'],
  selectAll: ['Ctrl+a'],
  remove: ['Delete', '#'],
  low: ['1'],
  medium: ['2'],
  high: ['3'],
  urgent: ['4'],
  raise: ['Alt+ArrowUp'],
  lower: ['Alt+ArrowDown'],
  due: ['d'],
  tags: ['t'],
  add: ['n', 'q'],
  search: ['/'],
  undo: ['u'],
  assistant: ['a'],
  escape: ['Escape'],
  help: ['?'],
};

const byKey = new Map(commands.flatMap(
    (command) => shortcuts[command].map((key): [string, Command] => [key, command])));

/// Whether single characters do something (WCAG 2.1.4 wants that they need not).
export const areShortcutsOn = signal(kept('shortcuts') !== 'off');

export function turnShortcuts(isOn: boolean): void {
  keep('shortcuts', isOn ? 'on' : 'off');
  areShortcutsOn.value = isOn;
}

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/// "Ctrl+a", "Shift+ArrowDown", "#": what a sign needs to be typed does not count (Ctrl and Alt at
/// once are AltGr).
export function keyOf({key, ctrlKey, metaKey, altKey, shiftKey}: Pressed): string {
  const isCharacter = [...key].length === 1;
  const name = key === ' ' ? 'Space' : isCharacter && !shiftKey ? key.toLowerCase() : key;
  const isSign = isCharacter && key !== ' ' && key.toLowerCase() === key.toUpperCase();
  if (isSign && ctrlKey && altKey) return name;
  return `${ctrlKey || metaKey ? 'Ctrl+' : ''}${altKey ? 'Alt+' : ''}${
    shiftKey && !isSign ? 'Shift+' : ''}${name}`;
}

/// Nothing where the key does nothing.
export function commandOf(event: Pressed, isOn = areShortcutsOn.value): Command | null {
  const key = keyOf(event);
  return isOn || [...key].length > 1 ? byKey.get(key) ?? null : null;
}

/// What is left to a button or a link that has the focus: their keys mean something else there.
const ofControls: ReadonlySet<Command> = new Set([
  'down', 'up', 'first', 'last', 'pageDown', 'pageUp', 'open', 'complete', 'selectDown', 'selectUp',
  'selectAll', 'remove', 'raise', 'lower',
]);

export type Handlers = Partial<Record<Command, () => void>>;

let handlers: readonly Handlers[] = [];

/// What commands do from now on, until the function that comes back is called.
export function handle(its: Handlers): () => void {
  handlers = [...handlers, its];
  return () => { handlers = handlers.filter((other) => other !== its); };
}

const fields = 'input, textarea, select, [contenteditable]:not([contenteditable="false"])';

/// Whether what has the focus takes keys that name no character.
function isControl(target: Element): boolean {
  return target.closest('[role=grid]') === null &&
    target.closest('a, button, summary, [tabindex="0"], [role]') !== null;
}

function hear(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || !(event.target instanceof Element)) return;
  if (event.target.closest(`dialog, ${fields}`) || document.querySelector('dialog[open]')) return;
  const command = commandOf(event);
  if (command === null) return;
  const isCharacter = [...keyOf(event)].length === 1;
  if (!isCharacter && ofControls.has(command) && isControl(event.target)) return;
  const run = [...handlers].reverse().find((its) => its[command])?.[command];
  if (!run) return;
  event.preventDefault();
  run();
}

export function listenToKeys(): () => void {
  document.addEventListener('keydown', hear);
  return () => document.removeEventListener('keydown', hear);
}
