import {describe, expect, it} from 'vitest';
import {joinDue, splitDue, writeDue, writeRelative} from '../../src/model/instants';

const now = Date.parse('2026-11-22T12:00:00Z');
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();

describe('when something is due', () => {
  it('is a whole day where no time is given, in every zone', () => {
    expect(splitDue('2026-12-01')).toEqual({date: '2026-12-01', time: ''});
    expect(joinDue({date: '2026-12-01', time: ''})).toBe('2026-12-01');
    expect(writeDue('2026-12-01', 'en-GB')).toBe('1 Dec 2026');
  });

  it('comes back from the inputs as it went into them', () => {
    const due = '2026-12-01T17:30:00.000Z';
    expect(joinDue(splitDue(due))).toBe(due);
  });

  it('is nothing without a date', () => {
    expect(splitDue(null)).toEqual({date: '', time: ''});
    expect(joinDue({date: '', time: '10:00'})).toBeNull();
  });
});

describe('how long ago something was', () => {
  it('is told in the largest unit that fits', () => {
    const texts = [3, 100, 3600, 86_400, 40 * 86_400, 80 * 86_400, 800 * 86_400]
        .map((seconds) => writeRelative(ago(seconds), now, 'en-GB'));
    expect(texts).toEqual([
      'now', '2 minutes ago', '1 hour ago', '1 day ago', '40 days ago', '3 months ago',
      '2 years ago',
    ]);
  });

  it('is told of what is to come as well', () => {
    expect(writeRelative(ago(-30 * 86_400 + 5), now, 'de')).toBe('in 30 Tagen');
    expect(writeRelative(ago(-20 * 86_400 + 5), now, 'en-GB')).toBe('in 20 days');
  });

  it('is never as many of a unit as make the next one', () => {
    expect(writeRelative(ago(59.7 * 60), now, 'en-GB')).toBe('1 hour ago');
    expect(writeRelative(ago(59.8), now, 'en-GB')).toBe('1 minute ago');
  });
});
