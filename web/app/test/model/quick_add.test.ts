import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';

import {understand, type Draft} from '../../src/model/quick_add';
import {lexiconOf} from '../../src/model/syntax';
import {de} from '../../src/words/de';
import {en} from '../../src/words/en';

const english = lexiconOf([en.syntax]);
const german = lexiconOf([en.syntax, de.syntax]);

beforeEach(() => { vi.stubEnv('TZ', 'Europe/Berlin'); });
afterEach(() => { vi.unstubAllEnvs(); });

/// A Wednesday.
function now(): Date {
  return new Date(2026, 10, 25, 14, 30);
}

function draft(line: string, lexicon = english): Draft {
  return understand(line, lexicon, now());
}

/// In Berlin's winter.
function at(day: string, time: string): string {
  return new Date(`${day}T${time}:00+01:00`).toISOString();
}

test('a line says everything of a task', () => {
  expect(draft('Pay rent tomorrow 9am !high #home #money')).toMatchObject({
    title: 'Pay rent', priority: 'HIGH', tags: ['home', 'money'], fault: null,
    dueDate: at('2026-11-26', '09:00'),
    parts: [
      {kind: 'due', value: at('2026-11-26', '09:00'), words: ['tomorrow', '9am']},
      {kind: 'priority', value: 'HIGH', words: ['!high']},
      {kind: 'tag', value: 'home', words: ['#home']},
      {kind: 'tag', value: 'money', words: ['#money']},
    ],
  });
});

test('what is no syntax is the title, as it was written', () => {
  for (const title of [
    'Buy milk', 'Fix issue #12 and #13', 'Wow!', 'C# and F#', 'Say hi! to 5 people', '! # @',
    'Call 555', 'Wed Anna and Tom', 'Sun cream for all', 'In the end', 'Next one', 'Version 1.2',
    'Maybe', 'March with the band', '31.2. is no day', '2026-02-30 neither', '25:00 too', '13 pm',
    '<b>bold</b> & "quoted"', 'Größe prüfen', '🎉 party',
  ]) {
    expect(draft(title), title).toMatchObject({title, dueDate: null, tags: [], priority: null});
  }
});

describe('a day', () => {
  test.each([
    ['today', '2026-11-25'],
    ['Tomorrow', '2026-11-26'],
    ['friday', '2026-11-27'],
    ['on Friday', '2026-11-27'],
    ['by fri', '2026-11-27'],
    ['fri', '2026-11-27'],
    ['wednesday', '2026-12-02'],
    ['monday', '2026-11-30'],
    ['next monday', '2026-11-30'],
    ['next friday', '2026-12-04'],
    ['in 3 days', '2026-11-28'],
    ['in a week', '2026-12-02'],
    ['in 2 weeks', '2026-12-09'],
    ['in 3 months', '2027-02-25'],
    ['next week', '2026-11-30'],
    ['next month', '2026-12-01'],
    ['29 feb', '2028-02-29'],
    ['2026-12-01', '2026-12-01'],
    ['2025-1-2', '2025-01-02'],
    ['Dec 1', '2026-12-01'],
    ['1 Dec', '2026-12-01'],
    ['on December 1st', '2026-12-01'],
    ['Nov 24', '2027-11-24'],
    ['Nov 25', '2026-11-25'],
    ['1 Dec 2028', '2028-12-01'],
    ['Dec 1, 2028', '2028-12-01'],
    ['1.12.', '2026-12-01'],
    ['1.12.27', '2027-12-01'],
    ['01.12.2027', '2027-12-01'],
  ])('%s', (words, day) => {
    expect(draft(`Do it ${words}`)).toMatchObject({title: 'Do it', dueDate: day});
  });

  test.each([
    ['heute', '2026-11-25'],
    ['morgen', '2026-11-26'],
    ['Übermorgen', '2026-11-27'],
    ['uebermorgen', '2026-11-27'],
    ['am Freitag', '2026-11-27'],
    ['bis fr', '2026-11-27'],
    ['nächste Woche', '2026-11-30'],
    ['nächsten Freitag', '2026-12-04'],
    ['in 3 Tagen', '2026-11-28'],
    ['in einer Woche', '2026-12-02'],
    ['1. Dezember', '2026-12-01'],
    ['am 1. März 2027', '2027-03-01'],
    ['1.12.', '2026-12-01'],
    ['tomorrow', '2026-11-26'],
  ])('in German: %s', (words, day) => {
    expect(draft(`Mach es ${words}`, german)).toMatchObject({title: 'Mach es', dueDate: day});
  });

  test('of a month that has no such day is its last', () => {
    const end = understand('Do it in 1 month', english, new Date(2027, 0, 31, 12));
    expect(end.dueDate).toBe('2027-02-28');
  });

  test('counts where it is written last', () => {
    expect(draft('Read the Monday report friday')).toMatchObject({
      title: 'Read the Monday report', dueDate: '2026-11-27',
    });
  });

  test('may stand before and among the other words', () => {
    expect(draft('tomorrow #home call !2 Anna')).toMatchObject({
      title: 'call Anna', dueDate: '2026-11-26', priority: 'MEDIUM', tags: ['home'],
    });
  });
});

describe('a time', () => {
  test.each([
    ['tomorrow 9am', '2026-11-26', '09:00'],
    ['9am tomorrow', '2026-11-26', '09:00'],
    ['tomorrow 9 am', '2026-11-26', '09:00'],
    ['tomorrow at 5', '2026-11-26', '17:00'],
    ['tomorrow at 9', '2026-11-26', '09:00'],
    ['tomorrow at 17', '2026-11-26', '17:00'],
    ['tomorrow 12am', '2026-11-26', '00:00'],
    ['tomorrow 12:15pm', '2026-11-26', '12:15'],
    ['tomorrow noon', '2026-11-26', '12:00'],
    ['Dec 1 at 17:30', '2026-12-01', '17:30'],
    ['fri 8:05', '2026-11-27', '08:05'],
    ['17:30', '2026-11-25', '17:30'],
    ['at 5', '2026-11-25', '17:00'],
    ['9am', '2026-11-26', '09:00'],
    ['today 9am', '2026-11-25', '09:00'],
    ['in 3 hours', '2026-11-25', '17:30'],
    ['in 45 minutes', '2026-11-25', '15:15'],
  ])('%s', (words, day, time) => {
    expect(draft(`Do it ${words}`)).toMatchObject({title: 'Do it', dueDate: at(day, time)});
  });

  test.each([
    ['morgen um 9', '2026-11-26', '09:00'],
    ['morgen um 5', '2026-11-26', '05:00'],
    ['morgen 17 Uhr', '2026-11-26', '17:00'],
    ['am 1.12. um 17:30 Uhr', '2026-12-01', '17:30'],
    ['in 2 Stunden', '2026-11-25', '16:30'],
  ])('in German: %s', (words, day, time) => {
    expect(draft(`Mach es ${words}`, german)).toMatchObject({
      title: 'Mach es', dueDate: at(day, time),
    });
  });

  test.each([
    ['America/New_York', '2026-11-27T14:00:00.000Z'],
    ['Asia/Kolkata', '2026-11-27T03:30:00.000Z'],
    ['Pacific/Auckland', '2026-11-26T20:00:00.000Z'],
    ['UTC', '2026-11-27T09:00:00.000Z'],
  ])('is one of %s', (name, dueDate) => {
    vi.stubEnv('TZ', name);
    expect(draft('Do it friday 9am').dueDate).toBe(dueDate);
    expect(draft('Do it friday').dueDate).toBe('2026-11-27');
  });

  test('is the same hour on the day that the clock is changed', () => {
    const before = new Date(2027, 2, 27, 12);
    expect(understand('Do it tomorrow 9am', english, before).dueDate)
      .toBe('2027-03-28T07:00:00.000Z');
  });
});

describe('a priority', () => {
  test.each([
    ['!low', 'LOW'], ['!Medium', 'MEDIUM'], ['!HIGH', 'HIGH'], ['!urgent', 'URGENT'],
    ['!1', 'LOW'], ['!2', 'MEDIUM'], ['!3', 'HIGH'], ['!4', 'URGENT'],
  ])('%s', (words, priority) => expect(draft(`Do it ${words}`)).toMatchObject({
    title: 'Do it', priority,
  }));

  test.each([
    ['!niedrig', 'LOW'], ['!mittel', 'MEDIUM'], ['!hoch', 'HIGH'], ['!dringend', 'URGENT'],
  ])('in German: %s', (words, priority) => {
    expect(draft(`Mach es ${words}`, german).priority).toBe(priority);
  });

  test('is the last one', () => expect(draft('a !low !high').priority).toBe('HIGH'));

  test('of another name is none', () => {
    expect(draft('a !5 !hoch')).toMatchObject({title: 'a !5 !hoch', priority: null});
  });
});

describe('tags', () => {
  test('are there once', () => expect(draft('a #b #c #b').tags).toEqual(['b', 'c']));
  test('end before a comma', () => expect(draft('a #b, #c.').tags).toEqual(['b', 'c']));
  test('of any letters', () => expect(draft('a #größe #家').tags).toEqual(['größe', '家']));
});

describe('words that are kept', () => {
  const keep = (line: string, ...kept: string[]) =>
    understand(line, english, now(), new Set(kept));

  test('stay in the title', () => {
    expect(keep('Tell Anna tomorrow 9am #hi', 'tomorrow', '9am', '#hi')).toMatchObject({
      title: 'Tell Anna tomorrow 9am #hi', dueDate: null, tags: [], parts: [],
    });
  });

  test('leave the rest what it is', () => {
    expect(keep('Meet friday tomorrow', 'tomorrow')).toMatchObject({
      title: 'Meet tomorrow', dueDate: '2026-11-27',
    });
  });
});

describe('limits', () => {
  test('of a title are counted in characters', () => {
    expect(draft('🎉'.repeat(200)).fault).toBeNull();
    expect(draft('🎉'.repeat(201)).fault).toBe('titleTooLong');
  });

  test('of a tag', () => {
    expect(draft(`a #${'ä'.repeat(50)}`).fault).toBeNull();
    expect(draft(`a #${'ä'.repeat(51)}`).fault).toBe('tagTooLong');
  });

  test('of how many tags', () => {
    const tags = (count: number) => Array.from({length: count}, (_, i) => `#t${i}`).join(' ');
    expect(draft(`a ${tags(32)}`).fault).toBeNull();
    expect(draft(`a ${tags(33)}`).fault).toBe('tooManyTags');
  });
});
