import {describe, expect, test} from 'vitest';

import {commandOf, commands, keyOf, shortcuts, type Command} from '../../src/model/keys';

type Held = Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>>;

function press(key: string, held: Held = {}) {
  return {key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held};
}

describe('a key', () => {
  test.each<[string, Held, Command | null]>([
    ['j', {}, 'down'], ['J', {}, 'down'], ['J', {shiftKey: true}, null], [' ', {}, 'complete'],
    ['ArrowDown', {shiftKey: true}, 'selectDown'], ['ArrowUp', {altKey: true}, 'raise'],
    ['a', {ctrlKey: true}, 'selectAll'], ['a', {metaKey: true}, 'selectAll'],
    ['a', {}, 'assistant'],
    ['#', {shiftKey: true}, 'remove'], ['#', {ctrlKey: true, altKey: true}, 'remove'],
    ['/', {shiftKey: true}, 'search'], ['?', {shiftKey: true}, 'help'],
    ['1', {altKey: true}, null], ['1', {ctrlKey: true}, null], ['c', {ctrlKey: true}, null],
    ['z', {}, null], ['Tab', {}, null],
  ])('%s with %o does: %s', (key, held, command) => {
    expect(commandOf(press(key, held), true)).toBe(command);
  });

  test('means one thing alone', () => {
    const keys = commands.flatMap((command) => [...shortcuts[command]]);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('without shortcuts', () => {
  test('single characters do nothing', () => {
    for (const key of ['j', '#', '1', '?', 'u']) expect(commandOf(press(key), false)).toBeNull();
  });

  test('all other keys do what they do', () => {
    expect(commandOf(press('ArrowDown'), false)).toBe('down');
    expect(commandOf(press(' '), false)).toBe('complete');
    expect(commandOf(press('a', {ctrlKey: true}), false)).toBe('selectAll');
  });

  test('everything of the list can be done but what has a button', () => {
    const without = commands.filter(
        (command) => shortcuts[command].every((key) => [...key].length === 1));
    expect(without).toEqual([
      'select', 'low', 'medium', 'high', 'urgent', 'due', 'tags', 'add', 'search', 'undo',
      'assistant', 'help',
    ]);
  });
});

test('keys are written as people say them', () => {
  expect(keyOf(press(' ', {shiftKey: true}))).toBe('Shift+Space');
  expect(keyOf(press('Delete'))).toBe('Delete');
});
