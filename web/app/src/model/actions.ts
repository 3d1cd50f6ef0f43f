import {Problem, Unreachable} from '../api/client';
import {undo, UndoConflict} from '../api/changes';
import type {TaskFields} from '../api/types';
import {add, withdraw} from '../offline/queue';
import type {Outcome} from '../offline/send';
import {words} from '../words';
import type {Action, Write} from './action';
import {makeId} from './ids';
import {complain, dismiss, say} from './notices';
import {user} from './session';
import {takeChange} from './tasks';
import {whenOther} from './whose';

/// What the user does with tasks. It is seen at once, told to todod when that can be reached, and
/// can be taken back.

interface Deed {
  action: Action;
  outcome: Promise<Outcome | null>;
  notice: number;
  /// Of its change sets, those that could not be taken back when that was tried.
  left?: readonly number[];
}

const most = 100;
/// What takes longer than that is said to take longer.
const patienceMs = 500;

/// What this window has done, the last one last.
let deeds: Deed[] = [];

/// In words what went wrong.
export function explain(error: unknown): string {
  if (error instanceof Unreachable) return words.value.errors.unreachable;
  if (error instanceof Problem) return error.message;
  return words.value.errors.unexpected;
}

function tellRefusals(outcome: Outcome | null): void {
  const [first, ...others] = outcome?.refusals ?? [];
  if (first) complain(words.value.errors.refused(first.detail, others.length));
}

function act(writes: Write[], text: string): Promise<Outcome | null> {
  const userId = user.value?.id;
  if (userId === undefined || writes.length === 0) return Promise.resolve(null);
  const action: Action = {key: makeId(), userId, at: Date.now(), writes};
  const outcome = add(action);
  const deed: Deed = {action, outcome, notice: 0};
  deed.notice = say(text, {label: words.value.undo.label, run: () => void takeBack(deed)});
  deeds = [...deeds, deed].slice(-most);
  void outcome.then(tellRefusals);
  return outcome;
}

/// Its id.
export function addTask(fields: Partial<TaskFields> & {title: string}): string {
  const id = makeId();
  void act([{kind: 'create', id, fields}], words.value.done.added(fields.title));
  return id;
}

export function changeTasks(
    ids: Iterable<string>, fields: Partial<TaskFields>, text?: string): void {
  const writes: Write[] = [...ids].map((id) => ({kind: 'update', id, fields}));
  void act(writes, text ?? words.value.done.changed(writes.length));
}

/// Changes each in its own way.
export function changeEach(fields: ReadonlyMap<string, Partial<TaskFields>>): void {
  const writes: Write[] =
      [...fields].map(([id, its]) => ({kind: 'update', id, fields: its}));
  void act(writes, words.value.done.changed(writes.length));
}

export function completeTasks(ids: Iterable<string>, completed: boolean): void {
  const all = [...ids];
  const {done} = words.value;
  changeTasks(all, {status: completed ? 'COMPLETED' : 'TODO'},
      completed ? done.completed(all.length) : done.reopened(all.length));
}

export function deleteTasks(ids: Iterable<string>): void {
  const writes: Write[] = [...ids].map((id) => ({kind: 'delete', id}));
  void act(writes, words.value.done.deleted(writes.length));
}

/// Takes a change set back, and says what stands in its way. Throws where todod may well do it
/// later.
async function takeBackNow(id: number, partial: boolean): Promise<void> {
  const {undo: said} = words.value;
  const who = user.value?.id;
  try {
    const undone = await undo(id, partial);
    if (user.value?.id !== who) return;
    undone.changes.forEach(takeChange);
    say(said.done(undone.changes.length));
  } catch (error) {
    if (error instanceof UndoConflict) {
      complain(said.conflict(error.conflicts.map(({detail}) => detail)),
          {label: said.rest, run: () => void takeBackSet(id, true)});
    } else if (error instanceof Problem && !error.isPassing) {
      complain(explain(error));
    } else {
      throw error;
    }
  }
}

export async function takeBackSet(id: number, partial = false): Promise<void> {
  try {
    await takeBackNow(id, partial);
  } catch (error) {
    complain(explain(error));
  }
}

/// The last set first. Those that are left where todod does not take more can be tried again.
async function takeBackSets(deed: Deed, sets: readonly number[]): Promise<void> {
  const left = [...sets];
  try {
    for (let id = left.at(-1); id !== undefined; id = left.at(-1)) {
      await takeBackNow(id, false);
      left.pop();
    }
  } catch (error) {
    deed.left = left;
    deeds = [...deeds, deed];
    deed.notice = complain(
        explain(error), {label: words.value.undo.label, run: () => void takeBack(deed)});
  }
}

async function takeBack(deed: Deed): Promise<void> {
  deeds = deeds.filter((other) => other !== deed);
  dismiss(deed.notice);
  const {undo: said} = words.value;
  if (await withdraw(deed.action)) {
    say(said.done(deed.action.writes.length));
    return;
  }
  const later = setTimeout(() => say(said.later), patienceMs);
  const outcome = await deed.outcome;
  clearTimeout(later);
  const sets = deed.left ?? outcome?.changesets ?? [];
  if (sets.length > 0) {
    await takeBackSets(deed, sets);
  } else if (!outcome || outcome.refusals.length < deed.action.writes.length) {
    complain(said.unknown);
  }
}

/// Takes back what this window has done last.
export async function undoLast(): Promise<void> {
  const last = deeds.at(-1);
  if (last) {
    await takeBack(last);
  } else {
    say(words.value.undo.nothing);
  }
}

whenOther(() => { deeds = []; });
