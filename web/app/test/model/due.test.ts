import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';

import {calendarAt, dueWords, fullDue, groupOf, readDue} from '../../src/model/due';
import {de} from '../../src/words/de';
import {en} from '../../src/words/en';

beforeEach(() => { vi.stubEnv('TZ', 'Europe/Berlin'); });
afterEach(() => { vi.unstubAllEnvs(); });

/// A Wednesday afternoon.
const calendar = () => calendarAt(new Date(2026, 10, 25, 14, 30));

describe('a due date', () => {
  test.each([
    ['2026-11-24', 'overdue'], ['2026-11-25', 'today'], ['2026-11-26', 'tomorrow'],
    ['2026-11-27', 'week'], ['2026-11-29', 'week'], ['2026-11-30', 'later'],
    ['2026-11-25T13:29:59Z', 'overdue'], ['2026-11-25T13:30:00Z', 'today'],
    ['2026-11-25T23:00:00Z', 'tomorrow'], [null, 'none'], ['nonsense', 'none'],
  ])('%s is in the group %s', (text, group) => {
    expect(groupOf(readDue(text), calendar())).toBe(group);
  });

  test.each([
    ['2026-11-22', 'Overdue 3 days', '3 Tage überfällig'],
    ['2026-11-24', 'Overdue 1 day', '1 Tag überfällig'],
    ['2026-11-23T22:30:00Z', 'Overdue 2 days', '2 Tage überfällig'],
    ['2026-11-25T08:00:00Z', 'Overdue 09:00', 'Überfällig 09:00'],
    ['2026-11-25', 'Today', 'Heute'],
    ['2026-11-26T08:00:00Z', 'Tomorrow 09:00', 'Morgen 09:00'],
    ['2026-11-27', 'Friday', 'Freitag'],
    ['2026-12-01T16:30:00Z', 'Tuesday 17:30', 'Dienstag 17:30'],
    ['2026-12-02', 'Dec 2', '2. Dez.'],
    ['2027-12-02', 'Dec 2, 2027', '2. Dez. 2027'],
  ])('%s is said in few words: %s, %s', (text, english, german) => {
    const due = readDue(text);
    expect(due && dueWords(due, calendar(), en, 'en')).toBe(english);
    expect(due && dueWords(due, calendar(), de, 'de')).toBe(german);
  });

  test('is said whole', () => {
    const [day, instant] = [readDue('2026-12-01'), readDue('2026-12-01T16:30:00Z')];
    expect(day && fullDue(day, 'en')).toBe('Tuesday, December 1, 2026');
    expect(instant && fullDue(instant, 'de')).toBe('Dienstag, 1. Dezember 2026 um 17:30');
  });

  test('over the change of the clock is as many days ago', () => {
    const later = calendarAt(new Date(2027, 2, 29, 12));
    const due = readDue('2027-03-26');
    expect(due && dueWords(due, later, en, 'en')).toBe('Overdue 3 days');
  });
});
