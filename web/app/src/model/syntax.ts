import type {Priority} from '../api/types';
import {fold} from './fold';

/// The words of a language that quick add understands. Case and diacritics do not matter.
export interface Syntax {
  today: string[];
  tomorrow: string[];
  dayAfter: string[];
  noon: string[];
  /// From Sunday on.
  weekdays: string[][];
  /// From Sunday on: understood after a word of `on` or `next`, and where a title ends.
  shortWeekdays: string[][];
  /// From January on.
  months: string[][];
  /// "in" of "in 3 days".
  in: string[];
  /// "next" of "next week".
  next: string[];
  /// What a day may follow.
  on: string[];
  /// What a time may follow; a bare hour has to.
  at: string[];
  /// "o'clock", after an hour.
  oClock: string[];
  /// What is 1 before a unit.
  one: string[];
  units: Record<Unit, string[]>;
  priorities: Record<Priority, string[]>;
  /// Whether "at 5" is in the afternoon.
  isTwelveHours: boolean;
}

export type Unit = 'minute' | 'hour' | 'day' | 'week' | 'month';

/// A syntax made ready to look words up in.
export interface Lexicon {
  word: ReadonlyMap<string, 'today' | 'tomorrow' | 'dayAfter' | 'noon'>;
  weekday: ReadonlyMap<string, number>;
  shortWeekday: ReadonlyMap<string, number>;
  month: ReadonlyMap<string, number>;
  unit: ReadonlyMap<string, Unit>;
  priority: ReadonlyMap<string, Priority>;
  in: ReadonlySet<string>;
  next: ReadonlySet<string>;
  on: ReadonlySet<string>;
  at: ReadonlySet<string>;
  oClock: ReadonlySet<string>;
  one: ReadonlySet<string>;
  isTwelveHours: boolean;
}

function set(...words: string[][]): Set<string> {
  return new Set(words.flat().map(fold));
}

function named<Value>(...lists: [Value, string[]][][]): Map<string, Value> {
  return new Map(lists.flat().flatMap(
      ([value, words]) => words.map((word): [string, Value] => [fold(word), value])));
}

function numbered(lists: string[][]): [number, string[]][] {
  return lists.map((words, i) => [i, words]);
}

function entries<Key extends string>(lists: Record<Key, string[]>): [Key, string[]][] {
  return Object.entries(lists) as [Key, string[]][];
}

/// All that the languages understand; where two differ, the last one says.
export function lexiconOf(languages: readonly Syntax[]): Lexicon {
  const all = <Part>(part: (syntax: Syntax) => Part): Part[] => languages.map(part);
  return {
    word: named(...all(({today, tomorrow, dayAfter, noon}) =>
      entries({today, tomorrow, dayAfter, noon}))),
    weekday: named(...all(({weekdays}) => numbered(weekdays))),
    shortWeekday: named(...all(({shortWeekdays}) => numbered(shortWeekdays))),
    month: named(...all(({months}) => numbered(months))),
    unit: named(...all(({units}) => entries(units))),
    priority: named(...all(({priorities}) => entries(priorities))),
    in: set(...all((syntax) => syntax.in)),
    next: set(...all(({next}) => next)),
    on: set(...all(({on}) => on)),
    at: set(...all(({at}) => at)),
    oClock: set(...all(({oClock}) => oClock)),
    one: set(...all(({one}) => one)),
    isTwelveHours: languages.at(-1)?.isTwelveHours ?? false,
  };
}
