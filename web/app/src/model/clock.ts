import {signal} from '@preact/signals';

/// Now, in Unix milliseconds, for what says how long ago something was. Stands still while nobody
/// looks.
export const now = signal(Date.now());

const everyMs = 30_000;

function tick(): void {
  if (!globalThis.document?.hidden) now.value = Date.now();
}

if (globalThis.document) {
  setInterval(tick, everyMs);
  document.addEventListener('visibilitychange', tick);
}
