import type {Change, ChangeSet, Origin, TaskState} from '../api/types';
import type {Words} from '../words/en';
import {writeDue} from './instants';

/// What has been changed, in words.

export interface Language {
  words: Words;
  locale: string;
}

const fields = ['title', 'status', 'priority', 'dueDate', 'tags', 'description'] as const;
type Field = typeof fields[number];

const mostCharacters = 80;

function cut(text: string): string {
  const characters = [...text.replace(/\s+/g, ' ')];
  return characters.length <= mostCharacters
    ? characters.join('') : `${characters.slice(0, mostCharacters - 1).join('')}…`;
}

function writeValue(state: TaskState, field: Field, {words, locale}: Language): string {
  const {none} = words.change;
  switch (field) {
    case 'title': return cut(state.title ?? none);
    case 'description': return state.description ? cut(state.description) : none;
    case 'status': return state.status ? words.status[state.status] : none;
    case 'priority': return state.priority ? words.priority[state.priority] : none;
    case 'dueDate': return state.dueDate ? writeDue(state.dueDate, locale) : none;
    case 'tags': return '';
  }
}

/// "+home −work": what has come and what has gone; the order alone is told as such.
function writeTags(before: readonly string[], after: readonly string[], words: Words): string {
  const come = after.filter((tag) => !before.includes(tag)).map((tag) => `+${tag}`);
  const gone = before.filter((tag) => !after.includes(tag)).map((tag) => `−${tag}`);
  return [...come, ...gone].join(' ') || words.change.order;
}

/// A line for each field: "Priority: Medium → High".
function describeFields(change: Change, language: Language): string[] {
  const {words} = language;
  const before = change.before ?? {};
  const after = change.after ?? {};
  return fields.filter((field) => field in after).map((field) => {
    const text = field === 'tags'
      ? writeTags(before.tags ?? [], after.tags ?? [], words)
      : `${writeValue(before, field, language)} → ${writeValue(after, field, language)}`;
    return words.change.field(words.field[field], text);
  });
}

/// What a task's history says of it.
export function describeChange(change: Change, language: Language): string[] {
  if (change.kind === 'update') {
    const lines = describeFields(change, language);
    return lines.length > 0 ? lines : [language.words.change.update];
  }
  return [language.words.change[change.kind]];
}

/// What the task was called after the change, else before it.
function titleIn(change: Change): string | undefined {
  return change.after?.title ?? change.before?.title;
}

/// The same where many tasks are told of. `titleOf` finds what a task is called now.
export function describeInLog(
    change: Change, titleOf: (id: string) => string | undefined, language: Language): string {
  const {words} = language;
  const isRenamed = change.kind === 'update' && change.before?.title !== undefined;
  const name = isRenamed
    ? change.before?.title : titleIn(change) ?? titleOf(change.taskId);
  const title = name === undefined ? words.change.number(change.taskNumber) : cut(name);
  return words.change.ofTask(title, describeChange(change, language).join(' · '));
}

export function describeOrigin(origin: Origin, words: Words): string {
  const {by} = words.change;
  if (origin.isService) return by.service;
  if (origin.via === 'assistant') return by.assistant;
  if (origin.via === 'mcp') return by.agent;
  if (origin.via === 'import' || origin.via === 'command') return by.operator;
  return origin.tokenId === undefined || origin.tokenId === null ? by.you : by.token;
}

/// What is gone for good does not come back.
export function canTakeBack({kind}: Change): boolean {
  return kind !== 'purge';
}

/// The ids of the sets that do not hold any more. What took a set back can be taken back itself.
export function takenBack(sets: readonly ChangeSet[]): ReadonlySet<number> {
  const result = new Set<number>();
  // A set comes after the one that it takes back: the last one holds.
  for (const {id, first} of [...sets].sort((a, b) => b.id - a.id)) {
    if (first.undoes !== null && !result.has(id)) result.add(first.undoes);
  }
  return result;
}

/// Newest first, each once: what `news` says of a set holds.
export function mergeSets(
    known: readonly ChangeSet[], news: readonly ChangeSet[]): readonly ChangeSet[] {
  const all = new Map([...known, ...news].map((set) => [set.id, set]));
  return [...all.values()].sort((a, b) => b.id - a.id);
}
