/// Times as people write them. Whole days ("2026-12-01") are the same day everywhere; instants are
/// shown in the zone that the browser is in.

const wholeDay = /^\d{4}-\d\d-\d\d$/;

function pad(number: number, length = 2): string {
  return String(number).padStart(length, '0');
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
    date: `${pad(at.getFullYear(), 4)}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`,
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

const units: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400], ['month', 30 * 86_400], ['day', 86_400], ['hour', 3600], ['minute', 60],
];

/// "2 hours ago", "in 30 days". What is less than a minute away is now.
export function writeRelative(at: string, now: number, locale: string): string {
  const seconds = Math.round((Date.parse(at) - now) / 1000);
  const format = new Intl.RelativeTimeFormat(locale, {numeric: 'auto'});
  for (const [i, [unit, length]] of units.entries()) {
    // 59½ minutes are an hour, not 60 minutes.
    const smaller = units[i + 1]?.[1] ?? 1;
    if (Math.abs(seconds) >= length - smaller / 2) {
      return format.format(Math.round(seconds / length), unit);
    }
  }
  return format.format(0, 'second');
}
