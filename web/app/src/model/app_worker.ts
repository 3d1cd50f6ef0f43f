import {words} from '../words';
import {dismiss, say} from './notices';

/// Trusted Types, which TypeScript does not know and not every browser has.
interface Policies {
  createPolicy(name: string, rules: {createScriptURL(url: string): string}): {
    createScriptURL(url: string): string;
  };
}

/// The only script that is ever loaded by a name from a program, as the page's policy demands.
export function trustScript(url: string): string {
  if (url !== '/sw.js') throw new TypeError(`${url} is no script of this page`);
  return url;
}

const lookAgainMs = 60 * 60 * 1000;

let isAsked = false;
let offered = 0;

function offer(run: () => void): void {
  const {update} = words.value;
  dismiss(offered);
  offered = say(update.ready, {label: update.reload, run});
}

/// The page itself is never taken away: the new version is there from the next start on.
function offerNew(worker: ServiceWorker): void {
  offer(() => {
    isAsked = true;
    worker.postMessage('take-over');
  });
}

function watch(registration: ServiceWorkerRegistration): void {
  const {serviceWorker} = navigator;
  // Where there was none, it is no news.
  let isNews = serviceWorker.controller !== null;
  if (isNews && registration.waiting) offerNew(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const {installing} = registration;
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed' && isNews) offerNew(installing);
    });
  });
  serviceWorker.addEventListener('controllerchange', () => {
    const reload = () => location.reload();
    if (isAsked) reload();
    else if (isNews) offer(reload);
    isNews = true;
  });
  // A page that stays open for days is never gone to.
  setInterval(() => void registration.update().catch(() => {}), lookAgainMs);
}

/// Where the browser allows it, which it does in secure contexts alone.
export async function registerWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const {trustedTypes} = globalThis as {trustedTypes?: Policies};
  const rules = {createScriptURL: trustScript};
  const policy = trustedTypes?.createPolicy('app', rules) ?? rules;
  const url = policy.createScriptURL('/sw.js');
  watch(await navigator.serviceWorker.register(url, {updateViaCache: 'none'}));
}
