import type {Priority} from '../api/types';
import {priorities} from '../api/types';
import {writeDay} from './due';
import {fold} from './fold';
import {lengthOf, limits} from './limits';
import {readDate, readTime, type Found} from './quick_date';
import type {Lexicon} from './syntax';

/// What a line says of a new task: "Pay rent tomorrow 9am !high #home". What is no syntax is its
/// title.

/// What was understood, and from which words of the line.
export interface Part {
  kind: 'due' | 'priority' | 'tag';
  /// A due date, a priority or a tag.
  value: string;
  words: string[];
}

export type Fault = 'titleTooLong' | 'tagTooLong' | 'tooManyTags';

export interface Draft {
  title: string;
  priority: Priority | null;
  tags: string[];
  dueDate: string | null;
  parts: Part[];
  /// What a limit is broken by.
  fault: Fault | null;
}

export interface Token {
  text: string;
  /// Without case, diacritics and a comma behind it.
  word: string;
  /// False: it was understood, and is no part of the title.
  isTitle: boolean;
}

const endings = /[,;.!?]+$/;

function tokenise(line: string): Token[] {
  return line.split(/\s+/u).filter((text) => text !== '').map((text) => ({
    text, word: fold(text).replace(/[,;]+$/, ''), isTitle: true,
  }));
}

function take(tokens: Token[], start: number, length: number): string[] {
  const taken = tokens.slice(start, start + length);
  for (const token of taken) token.isTitle = false;
  return taken.map(({text}) => text);
}

function priorityIn(token: Token, {priority}: Lexicon): Priority | null {
  const name = /^!(.+)$/.exec(token.word)?.[1];
  if (name === undefined) return null;
  return priority.get(name) ?? (/^[1-4]$/.test(name) ? priorities[Number(name) - 1] : null) ?? null;
}

/// "#12" is no tag but the number of something.
function tagIn({text}: Token): string | null {
  const tag = /^#([^#]+)$/.exec(text)?.[1]?.replace(endings, '') ?? '';
  return tag === '' || /^\d+$/.test(tag) ? null : tag;
}

function readMarks(tokens: Token[], kept: ReadonlySet<string>, lexicon: Lexicon): Part[] {
  const parts: Part[] = [];
  for (const [i, token] of tokens.entries()) {
    if (kept.has(token.text)) continue;
    const priority = priorityIn(token, lexicon);
    const tag = tagIn(token);
    const add = (kind: Part['kind'], value: string) =>
      parts.push({kind, value, words: take(tokens, i, 1)});
    if (priority !== null) add('priority', priority);
    if (tag !== null) add('tag', tag);
  }
  return parts;
}

/// The last one in the line counts: a title may well begin with a day ("Monday's report friday").
function findLast<Value>(
    tokens: Token[], read: (start: number) => Found<Value> | null): Found<Value> & {start: number} |
    null {
  let result: Found<Value> & {start: number} | null = null;
  for (let start = 0; start < tokens.length; start++) {
    const found = read(start);
    if (!found) continue;
    result = {...found, start};
    start += found.length - 1;
  }
  return result;
}

function readDueDate(
    tokens: Token[], kept: ReadonlySet<string>, lexicon: Lexicon, now: Date): Part | null {
  const free = (start: number): Token[] => {
    const end = tokens.findIndex(
        ({isTitle, text}, i) => i >= start && (!isTitle || kept.has(text)));
    return tokens.slice(start, end === -1 ? tokens.length : end);
  };
  const date = findLast(tokens, (start) => readDate(free(start), lexicon, now));
  const words = date ? take(tokens, date.start, date.length) : [];
  if (date?.value.isInstant) {
    return {kind: 'due', value: date.value.day.toISOString(), words};
  }
  const time = findLast(tokens, (start) => readTime(free(start), lexicon));
  if (time) words.push(...take(tokens, time.start, time.length));
  if (!date && !time) return null;
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const day = new Date(date?.value.day ?? today);
  if (!time) return {kind: 'due', value: writeDay(day), words};
  day.setHours(time.value.hours, time.value.minutes);
  // A time alone is the next one.
  if (!date && day <= now) day.setDate(day.getDate() + 1);
  return {kind: 'due', value: day.toISOString(), words};
}

function faultOf(title: string, tags: string[]): Fault | null {
  if (lengthOf(title) > limits.title) return 'titleTooLong';
  if (tags.some((tag) => lengthOf(tag) > limits.tag)) return 'tagTooLong';
  return tags.length > limits.tags ? 'tooManyTags' : null;
}

/// `kept` are words that stay in the title whatever they may mean.
export function understand(
    line: string, lexicon: Lexicon, now: Date, kept: ReadonlySet<string> = new Set()): Draft {
  const tokens = tokenise(line);
  const marks = readMarks(tokens, kept, lexicon);
  const due = readDueDate(tokens, kept, lexicon, now);
  const title = tokens.filter(({isTitle}) => isTitle).map(({text}) => text).join(' ');
  const tags = [...new Set(marks.filter(({kind}) => kind === 'tag').map(({value}) => value))];
  const priority = marks.filter(({kind}) => kind === 'priority').at(-1) ?? null;
  return {
    title,
    priority: priority && priority.value as Priority,
    tags,
    dueDate: due?.value ?? null,
    parts: [
      ...due ? [due] : [],
      ...priority ? [priority] : [],
      ...marks.filter((part, i) => part.kind === 'tag' &&
        marks.findIndex(({kind, value}) => kind === 'tag' && value === part.value) === i),
    ],
    fault: faultOf(title, tags),
  };
}
