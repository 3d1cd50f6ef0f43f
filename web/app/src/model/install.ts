import {signal} from '@preact/signals';

/// The browser's offer to install the page; null: it makes none.

interface InstallPrompt extends Event {
  prompt: () => Promise<unknown>;
}

export const installOffer = signal<InstallPrompt | null>(null);

/// An offer is good for one try.
export async function install(): Promise<void> {
  const offer = installOffer.value;
  installOffer.value = null;
  await offer?.prompt();
}

globalThis.addEventListener?.('beforeinstallprompt', (event) => {
  event.preventDefault();
  installOffer.value = event as InstallPrompt;
});
globalThis.addEventListener?.('appinstalled', () => {
  installOffer.value = null;
});
