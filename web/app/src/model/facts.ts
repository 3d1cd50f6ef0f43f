import {priorities, type Task} from '../api/types';
import {readDue, type Due} from './due';
import {fold} from './fold';

/// What of a task is searched and sorted by, made once for each task (a changed one is another
/// object).
export interface Facts {
  /// The title as it is compared.
  title: string;
  /// All that is searched; a tag has its "#".
  text: string;
  due: Due | null;
  isDone: boolean;
  /// From 0, the lowest, on.
  priority: number;
  /// Unix milliseconds.
  createdAt: number;
  updatedAt: number;
  /// First what is due first, last what is done.
  byDue: number;
  /// First what matters most, and then as `byDue`.
  byPriority: number;
  task: Task;
}

/// What is never due, and how far behind it is what is done: beyond all dates, and small enough for
/// their sums to be exact.
const never = 9e14;
const done = 1e15;
const lessPriority = 2e15;

const known = new WeakMap<Task, Facts>();

function make(task: Task): Facts {
  const due = readDue(task.dueDate);
  const title = fold(task.title);
  const tags = task.tags.map((tag) => `#${fold(tag)}`).join('\n');
  const isDone = task.status === 'COMPLETED';
  const priority = priorities.indexOf(task.priority);
  const byDue = (due?.at ?? never) + (isDone ? done : 0);
  return {
    title,
    text: `${title}\n${fold(task.description ?? '')}\n${tags}`,
    due,
    isDone,
    priority,
    createdAt: Date.parse(task.createdAt),
    updatedAt: Date.parse(task.updatedAt),
    byDue,
    byPriority: byDue + (priorities.length - 1 - priority) * lessPriority,
    task,
  };
}

export function factsOf(task: Task): Facts {
  let facts = known.get(task);
  if (!facts) {
    facts = make(task);
    known.set(task, facts);
  }
  return facts;
}
