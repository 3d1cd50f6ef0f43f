import type {Lexicon, Unit} from './syntax';

/// The dates and times that quick add understands where a row of words begins.

export interface Word {
  /// Without case and diacritics.
  word: string;
}

/// What so many words say.
export interface Found<Value> {
  value: Value;
  length: number;
}

export interface DateValue {
  /// Local midnight of the day, or the instant itself.
  day: Date;
  isInstant: boolean;
}

export interface TimeValue {
  hours: number;
  minutes: number;
}

type Words = readonly Word[];

const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})?$/;
const dayNumber = /^(\d{1,2})(?:\.|st|nd|rd|th)?$/;
const hourMinute = /^(\d{1,2})(?::(\d{2}))?(am|pm|a\.m\.|p\.m\.)?$/;

function dayAfter(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
}

function found(day: Date, length: number): Found<DateValue> {
  return {value: {day, isInstant: false}, length};
}

/// Nothing for the 31st of February.
function dateIn(year: number, month: number, day: number): Date | null {
  const date = new Date(year, month, day);
  return date.getMonth() === month && date.getDate() === day ? date : null;
}

/// Without a year it is the next one, which for the 29th of February can be eight years away.
function dateOf(now: Date, year: string | undefined, month: number, day: number): Date | null {
  if (year !== undefined) return dateIn(Number(year.length === 2 ? `20${year}` : year), month, day);
  for (let years = 0; years <= 8; years++) {
    const date = dateIn(now.getFullYear() + years, month, day);
    if (date && date >= dayAfter(now, 0)) return date;
  }
  return null;
}

function readNumbers([first]: Words, now: Date): Found<DateValue> | null {
  const text = first?.word ?? '';
  const [, isoYear, isoMonth, isoDay] = iso.exec(text) ?? [];
  const [, dotDay, dotMonth, dotYear] = dotted.exec(text) ?? [];
  const date = isoYear === undefined ?
      dotDay !== undefined && dateOf(now, dotYear, Number(dotMonth) - 1, Number(dotDay)) :
      dateOf(now, isoYear, Number(isoMonth) - 1, Number(isoDay));
  return date ? found(date, 1) : null;
}

/// "Dec 1", "1 Dec", "1. Dezember 2027".
function readMonth(words: Words, {month}: Lexicon, now: Date): Found<DateValue> | null {
  const [first, second, third] = words.map(({word}) => word);
  if (first === undefined || second === undefined) return null;
  const isMonthFirst = month.has(first.replace(/\.$/, ''));
  const [name, number] = isMonthFirst ? [first, second] : [second, first];
  const index = month.get(name.replace(/\.$/, ''));
  const day = dayNumber.exec(number)?.[1];
  if (index === undefined || day === undefined) return null;
  const year = /^\d{4}$/.exec(third ?? '')?.[0];
  const date = dateOf(now, year, index, Number(day));
  return date && found(date, year === undefined ? 2 : 3);
}

function inUnits(now: Date, count: number, unit: Unit): DateValue {
  switch (unit) {
    case 'minute': return {day: new Date(now.getTime() + count * 60_000), isInstant: true};
    case 'hour': return {day: new Date(now.getTime() + count * 3_600_000), isInstant: true};
    case 'day': return {day: dayAfter(now, count), isInstant: false};
    case 'week': return {day: dayAfter(now, 7 * count), isInstant: false};
    case 'month': {
      const month = now.getMonth() + count;
      const last = new Date(now.getFullYear(), month + 1, 0).getDate();
      const day = new Date(now.getFullYear(), month, Math.min(now.getDate(), last));
      return {day, isInstant: false};
    }
  }
}

/// "in 3 days".
function readIn(words: Words, lexicon: Lexicon, now: Date): Found<DateValue> | null {
  const [first, second, third] = words.map(({word}) => word);
  if (first === undefined || second === undefined || third === undefined) return null;
  const count = lexicon.one.has(second) ? 1 : /^\d{1,3}$/.test(second) ? Number(second) : 0;
  const unit = lexicon.unit.get(third);
  if (!lexicon.in.has(first) || count === 0 || unit === undefined) return null;
  return {value: inUnits(now, count, unit), length: 3};
}

function nextWeekday(now: Date, weekday: number): Date {
  return dayAfter(now, (weekday - now.getDay() + 6) % 7 + 1);
}

function nextMonday(now: Date): Date {
  return nextWeekday(now, 1);
}

/// "next week" is from its Monday on, "next friday" the one of that week.
function readNext(words: Words, lexicon: Lexicon, now: Date): Found<DateValue> | null {
  const [first, second] = words.map(({word}) => word);
  if (first === undefined || second === undefined || !lexicon.next.has(first)) return null;
  const unit = lexicon.unit.get(second);
  if (unit === 'week') return found(nextMonday(now), 2);
  if (unit === 'month') return found(new Date(now.getFullYear(), now.getMonth() + 1, 1), 2);
  const weekday = lexicon.weekday.get(second) ?? lexicon.shortWeekday.get(second);
  if (weekday === undefined) return null;
  return found(dayAfter(nextMonday(now), (weekday + 6) % 7), 2);
}

function readName([first]: Words, lexicon: Lexicon, now: Date): Found<DateValue> | null {
  const weekday = lexicon.weekday.get(first?.word ?? '');
  if (weekday !== undefined) return found(nextWeekday(now, weekday), 1);
  switch (lexicon.word.get(first?.word ?? '')) {
    case 'today': return found(dayAfter(now, 0), 1);
    case 'tomorrow': return found(dayAfter(now, 1), 1);
    case 'dayAfter': return found(dayAfter(now, 2), 1);
    default: return null;
  }
}

function readShortName(words: Words, lexicon: Lexicon, now: Date): Found<DateValue> | null {
  const weekday = lexicon.shortWeekday.get((words[0]?.word ?? '').replace(/\.$/, ''));
  return weekday === undefined ? null : found(nextWeekday(now, weekday), 1);
}

function readBare(words: Words, lexicon: Lexicon, now: Date): Found<DateValue> | null {
  return readNumbers(words, now) ?? readMonth(words, lexicon, now) ??
      readIn(words, lexicon, now) ?? readNext(words, lexicon, now) ??
      readName(words, lexicon, now);
}

/// The date that the words begin with. Short names of weekdays are words as well ("sun", "wed"):
/// they are days after "on" and where a title ends alone.
export function readDate(words: Words, lexicon: Lexicon, now: Date): Found<DateValue> | null {
  const [first, ...rest] = words;
  if (first && lexicon.on.has(first.word)) {
    const day = readBare(rest, lexicon, now) ?? readShortName(rest, lexicon, now);
    if (day) return {...day, length: day.length + 1};
  }
  const day = readBare(words, lexicon, now);
  if (day) return day;
  const isEnd = rest.length === 0 || readTime(rest, lexicon)?.length === rest.length;
  return isEnd ? readShortName(words, lexicon, now) : null;
}

function hoursOf(hours: number, suffix: string | undefined): number | null {
  if (suffix === undefined) return hours < 24 ? hours : null;
  if (hours < 1 || hours > 12) return null;
  return hours % 12 + (suffix.startsWith('p') ? 12 : 0);
}

/// "9am", "9 am", "17:30", "17 Uhr"; a bare hour after "at" alone.
function readClock(words: Words, isAfterAt: boolean, lexicon: Lexicon): Found<TimeValue> | null {
  const [first, second] = words.map(({word}) => word);
  const [whole, hour, minute, suffix] = hourMinute.exec(first ?? '') ?? [];
  if (whole === undefined) return null;
  const apart = suffix === undefined ? /^(am|pm)$/.exec(second ?? '')?.[0] : undefined;
  const hours = hoursOf(Number(hour), suffix ?? apart);
  const minutes = Number(minute ?? 0);
  if (hours === null || minutes > 59) return null;
  const isOClock = lexicon.oClock.has(second ?? '');
  const isBare = minute === undefined && suffix === undefined && apart === undefined && !isOClock;
  if (isBare && !isAfterAt) return null;
  const isAfternoon = isBare && lexicon.isTwelveHours && hours >= 1 && hours <= 7;
  return {
    value: {hours: isAfternoon ? hours + 12 : hours, minutes},
    length: apart !== undefined || isOClock ? 2 : 1,
  };
}

/// The time that the words begin with.
export function readTime(words: Words, lexicon: Lexicon): Found<TimeValue> | null {
  const isAfterAt = lexicon.at.has(words[0]?.word ?? '');
  const rest = isAfterAt ? words.slice(1) : words;
  const isNoon = lexicon.word.get(rest[0]?.word ?? '') === 'noon';
  const time = isNoon ? {value: {hours: 12, minutes: 0}, length: 1} :
      readClock(rest, isAfterAt, lexicon);
  return time && {...time, length: time.length + (isAfterAt ? 1 : 0)};
}
