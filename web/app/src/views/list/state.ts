import {signal} from '@preact/signals';
import type {Task} from '../../api/types';
import {changeTasks} from '../../model/actions';
import {faultOfTitle, limits} from '../../model/limits';
import {findTask} from '../../model/tasks';
import {keepUnfinished} from '../../model/unfinished';
import {whenGone} from '../../model/whose';
import {words} from '../../words';

/// What the list is in the middle of.

const narrowPx = 700;

/// The task whose title is edited in place.
export const editing = signal<string | null>(null);

export type Asked = {kind: 'due' | 'tags'; tasks: readonly Task[]};

/// What a dialog asks for; null: none is open.
export const asked = signal<Asked | null>(null);

/// Counted up to have the task at the cursor take the focus.
export const focusRequests = signal(0);

/// There is no room for the views beside the list: they lie over it.
export const isNarrow = signal(globalThis.innerWidth < narrowPx);
export const isSideOpen = signal(false);

export function focusCursor(): void {
  focusRequests.value++;
}

/// Follows how wide the list is until the function that comes back is called.
export function followWidth(view: HTMLElement): () => void {
  const observer = new ResizeObserver(() => { isNarrow.value = view.clientWidth < narrowPx; });
  observer.observe(view);
  return () => observer.disconnect();
}

/// The views, with the focus in them.
export function openSide(): void {
  isSideOpen.value = true;
  setTimeout(() => document.querySelector<HTMLElement>('#side button')?.focus());
}

export function closeSide(): void {
  if (!isSideOpen.value) return;
  isSideOpen.value = false;
  document.getElementById('side-button')?.focus();
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

/// Leaves the field. An empty title is as if it had not been edited; one that is too long can be
/// gone on with in the task's panel.
export function saveTitle(id: string, title: string): void {
  editing.value = null;
  const text = title.trim();
  const task = findTask(id);
  if (!task || text === task.title) return;
  if (faultOfTitle(text) === null) {
    changeTasks([id], {title: text});
  } else {
    const fault = words.value.task.titleLong(limits.title);
    keepUnfinished(id, 'title', {text, from: task.title}, fault);
  }
}

whenGone(() => {
  editing.value = null;
  asked.value = null;
});
