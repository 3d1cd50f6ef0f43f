import {words} from '../words';
import {complain} from './notices';
import {go} from './route';
import {findTask} from './tasks';
import {whenGone} from './whose';

/// What was typed into a field of a task and could not be saved as it was when the field went: it
/// is there again where the field is, until the page goes.

export type Field = 'title' | 'description' | 'tags';

export interface Typed {
  text: string;
  /// What the task said when the typing began.
  from: string;
}

const kept = new Map<string, Typed>();

const keyOf = (taskId: string, field: Field) => `${taskId}/${field}`;

/// Says what is wrong with it, too. What is empty, or of a task that has gone, is not kept.
export function keepUnfinished(taskId: string, field: Field, typed: Typed, fault: string): void {
  if (typed.text.trim() === '' || !findTask(taskId)) return;
  const {task: said} = words.value;
  kept.set(keyOf(taskId, field), typed);
  complain(said.unfinished(fault), {label: said.goOn, run: () => go('tasks', taskId)});
}

/// What was kept, which then is no longer; null: nothing.
export function takeUnfinished(taskId: string, field: Field): Typed | null {
  const key = keyOf(taskId, field);
  const typed = kept.get(key);
  kept.delete(key);
  return typed ?? null;
}

whenGone(() => kept.clear());
