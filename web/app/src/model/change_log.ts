import {signal} from '@preact/signals';
import {changesets} from '../api/changes';
import type {ChangeSet} from '../api/types';
import {mergeSets} from './describe_change';

/// The log of changes, newest first, as far as it has been looked at; null: not looked at yet.
export const changeLog = signal<readonly ChangeSet[] | null>(null);
/// Whether there is more.
export const hasMoreLog = signal(false);

const page = 50;

/// Counts how often it was forgotten: what was asked before is another's.
let forgotten = 0;

/// Takes over what is new. Where that does not reach what is known, the log begins anew: nothing
/// between them may be missing.
export async function readLog(): Promise<void> {
  const mine = forgotten;
  const news = await changesets();
  if (mine !== forgotten) return;
  const known = changeLog.value;
  const isFull = news.length === page;
  const isGap = isFull && (news.at(-1)?.id ?? 0) > (known?.[0]?.id ?? 0);
  if (known === null || isGap) hasMoreLog.value = isFull;
  changeLog.value = mergeSets(isGap ? [] : known ?? [], news);
}

export async function readMoreLog(): Promise<void> {
  const mine = forgotten;
  const more = await changesets(changeLog.value?.at(-1)?.id ?? 0);
  if (mine !== forgotten) return;
  hasMoreLog.value = more.length === page;
  changeLog.value = mergeSets(changeLog.value ?? [], more);
}

/// For another user, none of it is known.
export function forgetLog(): void {
  forgotten++;
  changeLog.value = null;
  hasMoreLog.value = false;
}
