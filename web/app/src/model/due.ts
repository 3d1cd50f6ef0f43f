import type {Words} from '../words';

/// When a task is due, in the zone of the browser. A due date is an instant or a whole day.

export const dueGroups = ['overdue', 'today', 'tomorrow', 'week', 'later', 'none'] as const;
export type DueGroup = typeof dueGroups[number];

/// A due date as it is compared.
export interface Due {
  /// Unix milliseconds: the instant, or the last one of the day.
  at: number;
  isDay: boolean;
}

/// The days that due dates are told by, each from its local midnight on, as Unix milliseconds.
export interface Calendar {
  now: number;
  today: number;
  tomorrow: number;
  dayAfter: number;
  /// The Monday that comes.
  nextWeek: number;
}

const wholeDay = /^(\d{4})-(\d{2})-(\d{2})$/;
const dayMs = 24 * 60 * 60 * 1000;

function midnight(now: Date, days: number): number {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).getTime();
}

/// The day that a date is in.
export function calendarAt(now: Date): Calendar {
  return {
    now: now.getTime(),
    today: midnight(now, 0),
    tomorrow: midnight(now, 1),
    dayAfter: midnight(now, 2),
    nextWeek: midnight(now, 7 - (now.getDay() + 6) % 7),
  };
}

/// Nothing for what is no date.
export function readDue(text: string | null): Due | null {
  if (text === null) return null;
  const day = wholeDay.exec(text);
  const at = day ?
      new Date(Number(day[1]), Number(day[2]) - 1, Number(day[3]) + 1).getTime() - 1 :
      Date.parse(text);
  return Number.isNaN(at) ? null : {at, isDay: day !== null};
}

export function isOverdue({at}: Due, {now}: Calendar): boolean {
  return at < now;
}

export function groupOf(due: Due | null, calendar: Calendar): DueGroup {
  if (!due) return 'none';
  if (isOverdue(due, calendar)) return 'overdue';
  if (due.at < calendar.tomorrow) return 'today';
  if (due.at < calendar.dayAfter) return 'tomorrow';
  return due.at < calendar.nextWeek ? 'week' : 'later';
}

/// A local day as the API writes it.
export function writeDay(day: Date): string {
  const [year, month, date] = [day.getFullYear(), day.getMonth() + 1, day.getDate()];
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${
    String(date).padStart(2, '0')}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/// Formats are dear to make.
function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = locale + JSON.stringify(options);
  let made = formats.get(name);
  if (!made) {
    made = new Intl.DateTimeFormat(locale, options);
    formats.set(name, made);
  }
  return made;
}

const time: Intl.DateTimeFormatOptions = {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'};

/// How many days after today; days that are an hour longer or shorter count as one, too.
function daysUntil(at: number, {today}: Calendar): number {
  return Math.round((midnight(new Date(at), 0) - today) / dayMs);
}

function dayWords(at: number, calendar: Calendar, locale: string): string {
  const days = daysUntil(at, calendar);
  if (days >= 0 && days < 7) {
    return format(locale, {weekday: 'long'}).format(at);
  }
  const isThisYear = new Date(at).getFullYear() === new Date(calendar.now).getFullYear();
  return format(locale, {
    day: 'numeric', month: 'short', ...(isThisYear ? {} : {year: 'numeric'}),
  }).format(at);
}

/// In few words: "Tomorrow 09:00", "Overdue 3 days".
export function dueWords(
    due: Due, calendar: Calendar, {due: said}: Words, locale: string): string {
  if (isOverdue(due, calendar) && due.at < calendar.today) {
    return said.overdue(-daysUntil(due.at, calendar));
  }
  const hour = due.isDay ? '' : ` ${format(locale, time).format(due.at)}`;
  switch (groupOf(due, calendar)) {
    case 'overdue': return said.overdueToday + hour;
    case 'today': return said.groups.today + hour;
    case 'tomorrow': return said.groups.tomorrow + hour;
    default: return dayWords(due.at, calendar, locale) + hour;
  }
}

/// The whole date.
export function fullDue(due: Due, locale: string): string {
  return format(locale, {
    weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', ...(due.isDay ? {} : time),
  }).format(due.at);
}
