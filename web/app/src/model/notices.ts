import {signal} from '@preact/signals';
import {whenGone} from './whose';

/// What is said in passing, at the foot of the page, and read out by a screen reader: what went
/// wrong, and of what went well the last alone.

export interface Notice {
  id: number;
  text: string;
  isError: boolean;
  /// What can be done about it.
  action: {label: string; run: () => void} | null;
}

const shownMs = 8000;
const most = 3;

let last = 0;

export const notices = signal<readonly Notice[]>([]);

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

function add(text: string, isError: boolean, action: Notice['action']): number {
  const id = ++last;
  const others = notices.value.filter((notice) => isError || notice.isError);
  notices.value = [...others, {id, text, isError, action}].slice(-most);
  setTimeout(() => dismiss(id), action || isError ? 2 * shownMs : shownMs);
  return id;
}

export function say(text: string, action: Notice['action'] = null): number {
  return add(text, false, action);
}

export function complain(text: string, action: Notice['action'] = null): number {
  return add(text, true, action);
}

whenGone(() => { notices.value = []; });
