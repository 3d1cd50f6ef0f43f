import {describe, expect, it} from 'vitest';
import {
  faultOfDescription, faultOfTags, faultOfTitle, lengthOf, newTags,
} from '../../src/model/limits';

describe('the limits of a task', () => {
  it('count code points', () => {
    expect(lengthOf('a😀é')).toBe(3);
    expect(faultOfTitle('😀'.repeat(200))).toBeNull();
    expect(faultOfTitle('😀'.repeat(201))).toBe('tooLong');
    expect(faultOfDescription('😀'.repeat(1000))).toBeNull();
    expect(faultOfDescription('😀'.repeat(1001))).toBe('tooLong');
  });

  it('want a title that is more than spaces', () => {
    expect(faultOfTitle(' \t ')).toBe('empty');
    expect(faultOfTitle(` ${'a'.repeat(200)} `)).toBeNull();
  });

  it('are those of each tag and of how many there are', () => {
    expect(faultOfTags(['a'.repeat(50)], [])).toBeNull();
    expect(faultOfTags(['a'.repeat(51)], [])).toBe('tooLong');
    const present = Array.from({length: 31}, (_, i) => `t${i}`);
    expect(faultOfTags(['a'], present)).toBeNull();
    expect(faultOfTags(['a', 'b'], present)).toBe('tooMany');
  });
});

describe('the tags that were typed', () => {
  it('are parted by commas, each once, without those that are there', () => {
    expect(newTags(' home, work ,, home,garden', ['work'])).toEqual(['home', 'garden']);
  });
});
