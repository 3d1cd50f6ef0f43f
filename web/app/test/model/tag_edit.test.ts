import {describe, expect, test} from 'vitest';

import type {Task} from '../../src/api/types';
import {editTags, readTags, tagFault, tagsOf} from '../../src/model/tag_edit';

function task(id: string, ...tags: string[]): Task {
  return {
    id, number: 1, version: 1, title: id, description: null, status: 'TODO', priority: 'LOW', tags,
    dueDate: null, createdAt: '', updatedAt: '', completedAt: null,
  };
}

const edit = (added: string[], removed: string[], ...tasks: Task[]) =>
  Object.fromEntries(editTags(tasks, {added: new Set(added), removed: new Set(removed)}));

test('tags that all tasks have are told from those that some have', () => {
  expect([...tagsOf([task('1', 'b', 'a'), task('2', 'a')])]).toEqual([['a', true], ['b', false]]);
});

test('tags are read with or without their sign', () => {
  expect(readTags(' home, #money ,, two words')).toEqual(['home', 'money', 'two words']);
});

describe('an edit', () => {
  test('adds and removes, and leaves the rest', () => {
    expect(edit(['c'], ['a'], task('1', 'a', 'b'))).toEqual({1: {tags: ['b', 'c']}});
  });

  test('writes no task that has it already', () => {
    expect(edit(['a'], ['x'], task('1', 'a'), task('2'))).toEqual({2: {tags: ['a']}});
  });

  test('keeps to the limits', () => {
    const many = Array.from({length: 33}, (_, i) => `t${i}`);
    const fault = (...tags: string[]) =>
      tagFault(editTags([task('1')], {added: new Set(tags), removed: new Set()}));
    expect(fault('a')).toBeNull();
    expect(fault('a'.repeat(51))).toBe('tooLong');
    expect(fault(...many)).toBe('tooMany');
  });
});
