import {signal} from '@preact/signals';
import type {Task} from '../../api/types';
import {changeTasks} from '../../model/actions';
import {limits, lengthOf} from '../../model/quick_add';
import {findTask} from '../../model/tasks';

/// What the list is in the middle of.

/// The task whose title is edited in place.
export const editing = signal<string | null>(null);

export type Asked = {kind: 'due' | 'tags'; tasks: readonly Task[]};

/// What a dialog asks for; null: none is open.
export const asked = signal<Asked | null>(null);

/// Counted up to have the task at the cursor take the focus.
export const focusRequests = signal(0);

/// On a phone the views lie over the list.
export const isSideOpen = signal(false);

export function focusCursor(): void {
  focusRequests.value++;
}

export function focusElement(id: string): void {
  const element = document.getElementById(id);
  element?.focus();
  if (element instanceof HTMLInputElement) element.select();
}

export function closeAsked(): void {
  asked.value = null;
  // What had the focus before may be gone.
  setTimeout(() => {
    if (document.activeElement === document.body) focusCursor();
  });
}

/// Leaves the field; a title that cannot be is as if it had not been edited.
export function saveTitle(id: string, title: string): void {
  editing.value = null;
  const text = title.trim();
  const task = findTask(id);
  if (!task || text === '' || text === task.title || lengthOf(text) > limits.title) return;
  changeTasks([id], {title: text});
}
