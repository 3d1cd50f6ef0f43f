/// Written by the build (vite.config.ts).
declare const __PRECACHE__: readonly string[];
declare const __VERSION__: string;
declare const self: ServiceWorkerGlobalScope;

const NAME = `page-${__VERSION__}`;

/// `/` is the page only to who accepts HTML.
function request_of(path: string): Request {
  return new Request(path, {headers: {Accept: path === '/' ? 'text/html' : '*/*'}});
}

async function install(): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll(__PRECACHE__.map(request_of));
}

self.addEventListener('install', (event) => event.waitUntil(install()));
