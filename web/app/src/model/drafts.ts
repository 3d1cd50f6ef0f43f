/// What is being typed and is saved by itself: not later than the page is left or the session ends.

const open = new Set<() => void>();

/// Calls `save` then, until the function that comes back is called.
export function whenLeft(save: () => void): () => void {
  open.add(save);
  return () => { open.delete(save); };
}

/// While it still can be.
export function saveDrafts(): void {
  for (const save of [...open]) save();
}

globalThis.document?.addEventListener('visibilitychange', () => {
  if (document.hidden) saveDrafts();
});
