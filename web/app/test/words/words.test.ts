import {describe, expect, test} from 'vitest';
import {de} from '../../src/words/de';
import {en} from '../../src/words/en';

/// Every text of a language that is there without being told anything.
function textsOf(part: unknown): string[] {
  if (typeof part === 'string') return [part];
  return typeof part === 'object' && part !== null ? Object.values(part).flatMap(textsOf) : [];
}

describe('what is counted', () => {
  test('is told as one where it is one', () => {
    expect(en.task.left(1)).toBe('1 character left');
    expect(en.task.left(-1)).toBe('1 character too many');
    expect(en.task.left(0)).toBe('0 characters left');
    expect(en.assistant.left(1)).toBe('1 character left');
    expect(en.assistant.tooLong(1)).toBe('1 character too many');
  });
});

describe('German', () => {
  test('says “Sie” throughout', () => {
    const {syntax, ...texts} = de;
    expect(syntax.today).toContain('heute');
    const familiar = /\b(du|dich|dir|dein\w*|sag|schreib|wähl|kopier)\b/i;
    expect(textsOf(texts).filter((text) => familiar.test(text))).toEqual([]);
  });
});
