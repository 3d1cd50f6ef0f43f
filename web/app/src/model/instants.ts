import {writeDay} from './due';

/// Times as people write them. Whole days ("2026-12-01") are the same day everywhere; instants are
/// shown in the zone that the browser is in.

const wholeDay = /^\d{4}-\d\d-\d\d$/;

function pad(number: number): string {
  return String(number).padStart(2, '0');
}

/// What the two native inputs take.
export interface DueParts {
  date: string;
  /// Empty: the whole day.
  time: string;
}

export function splitDue(due: string | null): DueParts {
  if (due === null) return {date: '', time: ''};
  if (wholeDay.test(due)) return {date: due, time: ''};
  const at = new Date(due);
  return {
    date: writeDay(at),
    time: `${pad(at.getHours())}:${pad(at.getMinutes())}`,
  };
}

/// Without a date there is nothing due, whatever the time.
export function joinDue({date, time}: DueParts): string | null {
  if (date === '') return null;
  return time === '' ? date : new Date(`${date}T${time}`).toISOString();
}

export function writeDue(due: string, locale: string): string {
  if (wholeDay.test(due)) {
    return new Intl.DateTimeFormat(locale, {dateStyle: 'medium', timeZone: 'UTC'})
        .format(new Date(due));
  }
  return writeInstant(due, locale);
}

export function writeInstant(at: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {dateStyle: 'medium', timeStyle: 'short'})
      .format(new Date(at));
}

interface Unit {
  name: Intl.RelativeTimeFormatUnit;
  /// In seconds.
  length: number;
  /// From how far away on it is used: 59½ minutes are an hour, 40 days are better told in days.
  from: number;
}

const units: readonly Unit[] = [
  {name: 'year', length: 365 * 86_400, from: 350 * 86_400},
  {name: 'month', length: 30 * 86_400, from: 60 * 86_400},
  {name: 'day', length: 86_400, from: 23.5 * 3600},
  {name: 'hour', length: 3600, from: 59.5 * 60},
  {name: 'minute', length: 60, from: 59.5},
];

/// "2 hours ago", "in 30 days". What is less than a minute away is now.
export function writeRelative(at: string, now: number, locale: string): string {
  const seconds = (Date.parse(at) - now) / 1000;
  const unit = units.find(({from}) => Math.abs(seconds) >= from);
  if (!unit) return new Intl.RelativeTimeFormat(locale, {numeric: 'auto'}).format(0, 'second');
  return new Intl.RelativeTimeFormat(locale).format(Math.round(seconds / unit.length), unit.name);
}
