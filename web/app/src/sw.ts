import {choosePath} from './sw/choose';

/// Keeps the page in the browser, so that it starts at once and without a connection. Each build
/// has a cache of its own, which is filled as a whole or not at all; a new one takes over when the
/// last window of the one before is closed, or when the user asks for it.

/// Written by the build (vite.config.ts).
declare const __PRECACHE__: readonly string[];
declare const __VERSION__: string;
declare const self: ServiceWorkerGlobalScope;

const prefix = 'page-';
const cacheName = prefix + __VERSION__;
const paths: ReadonlySet<string> = new Set(__PRECACHE__);

/// `/` is the page only to who accepts HTML.
function requestOf(path: string): Request {
  return new Request(path, {
    cache: 'no-cache', headers: {Accept: path === '/' ? 'text/html' : '*/*'},
  });
}

async function install(): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.addAll(__PRECACHE__.map(requestOf));
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(prefix) && name !== cacheName);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/// What the browser has thrown away is asked for.
async function answer(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  return await cache.match(path, {ignoreVary: true}) ?? fetch(request);
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', (event) => {
  const path = choosePath(event.request, self.location.origin, paths);
  if (path !== null) event.respondWith(answer(path, event.request));
});
self.addEventListener('message', ({data}) => {
  if (data === 'take-over') void self.skipWaiting();
});
