import {effect, untracked} from '@preact/signals';
import {user} from './session';

/// What the page remembers of who is signed in, and is nobody else's.

/// Calls `forget` once they are signed in no longer.
export function whenGone(forget: () => void): void {
  let owner = user.value?.id;
  effect(() => {
    const id = user.value?.id;
    if (owner !== undefined && id !== owner) untracked(forget);
    owner = id;
  });
}

/// Calls `forget` once somebody else is signed in: who comes back finds what they have left.
export function whenOther(forget: () => void): void {
  let owner = user.value?.id;
  effect(() => {
    const id = user.value?.id;
    if (id === undefined) return;
    if (owner !== undefined && id !== owner) untracked(forget);
    owner = id;
  });
}
