// The page at / as it is served: its files, how long they are fresh, and what it may do. What it
// does is told by the tests of the page.
import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {get} from 'node:http';
import {after, before, describe, test} from 'node:test';
import {gunzipSync, gzipSync} from 'node:zlib';

import {chromium} from 'playwright-core';

import {Client} from './support/client.mjs';
import {is_repetition} from './support/database.mjs';
import {start} from './support/server.mjs';

const BROWSER = process.env.CHROMIUM ?? '/usr/bin/chromium';
const LIMIT_MS = 20_000;
const HTML = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
/// Of all JavaScript that is needed before anything is shown, as it is sent.
const FIRST_LOAD_BYTES = 60_000;

const TYPES = {
  js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml',
  png: 'image/png', woff2: 'font/woff2', webmanifest: 'application/manifest+json',
};

const skip = is_repetition;

let server;
let nobody;

before(async () => {
  server = await start();
  nobody = await Client.of(server);
});
after(() => server.stop());

/// The page itself or a file of it: {status, headers, bytes}.
function fetch_file(path, headers = {}, method = 'GET') {
  return new Promise((done, fail) => {
    const options = {method, headers: {Accept: path === '/' ? HTML : '*/*', ...headers}};
    get(server.url + path, options, async (answer) => {
      const chunks = [];
      for await (const chunk of answer) chunks.push(chunk);
      done({status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(chunks)});
    }).on('error', fail);
  });
}

async function text_of(path) {
  const {status, bytes} = await fetch_file(path);
  assert.equal(status, 200, path);
  return bytes.toString();
}

/// The paths that the page's HTML loads.
async function named_by_page() {
  const html = await text_of('/');
  const loads = /<(?:script|link)\b[^>]*\b(?:src|href)="([^"]+)"/g;
  return [...html.matchAll(loads)].map(([, url]) => url);
}

/// Those of the list that the build has written into the worker.
async function named_by_worker() {
  const script = await text_of('/sw.js');
  const lists = [...script.matchAll(/\[(?:["'`]\/[^"'`]*["'`],?)+\]/g)].map(([list]) => list);
  assert.equal(lists.length, 1, 'one list of files in /sw.js');
  return JSON.parse(lists[0].replace(/['`]/g, '"'));
}

async function named_by_manifest() {
  const {icons} = JSON.parse(await text_of('/manifest.webmanifest'));
  return icons.map(({src}) => src);
}

/// The scripts that `path` cannot run without: itself, and what it imports before it runs.
async function scripts_behind(path, known = new Set()) {
  if (known.has(path)) return known;
  known.add(path);
  const code = await text_of(path);
  for (const [, url] of code.matchAll(/\b(?:from|import)\s*["'](\.[^"']+)["']/g)) {
    await scripts_behind(new URL(url, `http://x${path}`).pathname, known);
  }
  return known;
}

describe('the files', {skip}, () => {
  test('are there, with their types', async () => {
    const paths = new Set([...await named_by_page(), ...await named_by_worker(),
                           ...await named_by_manifest(), '/sw.js']);
    assert.ok(paths.size > 4);
    for (const path of paths) {
      const {status, headers} = await fetch_file(path);
      assert.equal(status, 200, path);
      const type = path === '/' ? 'text/html; charset=utf-8' : TYPES[path.split('.').at(-1)];
      assert.equal(headers['content-type'], type, path);
      assert.equal(headers['x-content-type-options'], 'nosniff');
    }
  });

  test('that the page names are all kept by the worker', async () => {
    const kept = await named_by_worker();
    for (const path of [...await named_by_page(), '/']) assert.ok(kept.includes(path), path);
    assert.equal(new Set(kept).size, kept.length);
    assert.ok(!kept.includes('/sw.js'), 'a worker that keeps itself is never replaced');
  });

  test('are all of this origin', async () => {
    for (const path of [...await named_by_page(), ...await named_by_manifest()]) {
      assert.match(path, /^\/(?!\/)/);
    }
    for (const path of await named_by_page()) {
      if (!path.endsWith('.css')) continue;
      assert.doesNotMatch(await text_of(path), /url\(\s*["']?(https?:)?\/\/|@import/, path);
    }
  });

  test('are fresh for ever where their names change with them, else asked for again', async () => {
    for (const path of [...await named_by_worker(), '/sw.js']) {
      const expected = path.startsWith('/assets/') ?
        'public, max-age=31536000, immutable' : 'no-cache';
      assert.equal((await fetch_file(path)).headers['cache-control'], expected, path);
      if (expected !== 'no-cache') assert.match(path, /-[\w-]{8}\.\w+$/);
    }
  });

  test('are not sent again to who has them', async () => {
    for (const path of [...await named_by_worker(), '/sw.js']) {
      const {headers} = await fetch_file(path);
      assert.match(headers.etag, /^(W\/)?"[\w-]+"$/);
      const again = await fetch_file(path, {'If-None-Match': headers.etag});
      assert.deepEqual([again.status, again.bytes.length], [304, 0], path);
      for (const name of ['etag', 'cache-control', 'vary']) {
        assert.equal(again.headers[name], headers[name], `${path} ${name}`);
      }
    }
  });

  test('are packed for who takes it, and HEAD says the same', async () => {
    for (const path of [...await named_by_worker(), '/sw.js']) {
      const plain = await fetch_file(path);
      const packed = await fetch_file(path, {'Accept-Encoding': 'gzip, br'});
      if (packed.headers['content-encoding'] === 'gzip') {
        assert.ok(gunzipSync(packed.bytes).equals(plain.bytes), path);
        assert.match(plain.headers.vary, /Accept-Encoding/, path);
      } else {
        assert.ok(packed.bytes.equals(plain.bytes), path);
        assert.ok(gzipSync(plain.bytes).length > plain.bytes.length * 0.9, `${path} is not packed`);
      }
      const head = await fetch_file(path, {}, 'HEAD');
      assert.equal(head.bytes.length, 0);
      assert.equal(head.headers['content-length'], String(plain.bytes.length), path);
      assert.equal(head.headers.etag, plain.headers.etag);
    }
  });

  test('that are none are 404', async () => {
    for (const path of ['/assets/nothing-12345678.js', '/assets/', '/assets', '/index.html',
      '/src/main.tsx', '/sw.js/', '/sw.js.map']) {
      const {status, headers} = await fetch_file(path, {Accept: HTML});
      assert.deepEqual([status, headers['content-type']], [404, 'application/problem+json'], path);
    }
  });

  test('need little JavaScript at first', async (t) => {
    const scripts = new Set();
    for (const path of await named_by_page()) {
      if (path.endsWith('.js')) await scripts_behind(path, scripts);
    }
    assert.ok(scripts.size > 0);
    let total = 0;
    for (const path of scripts) {
      total += (await fetch_file(path, {'Accept-Encoding': 'gzip'})).bytes.length;
    }
    t.diagnostic(`${total} bytes in ${scripts.size} scripts`);
    assert.ok(total < FIRST_LOAD_BYTES, `${total} bytes`);
  });
});

describe('the root', {skip}, () => {
  test('is the page to who accepts HTML, and JSON to others', async () => {
    for (const method of ['GET', 'HEAD']) {
      const page = await fetch_file('/', {}, method);
      assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
      assert.match(page.headers.vary, /(^|, )Accept(,|$)/);
      const json = await fetch_file('/', {Accept: '*/*'}, method);
      assert.equal(json.headers['content-type'], 'application/json');
      assert.match(json.headers.vary, /(^|, )Accept(,|$)/);
    }
    assert.deepEqual((await nobody.expect(200, 'GET', '/')).body,
                     {status: 'ok', message: 'Todo API is running'});
  });

  test('has nothing inline that its policy would stop', async () => {
    const html = await text_of('/');
    assert.doesNotMatch(html, /<script\b(?![^>]*\bsrc=)/i);
    assert.doesNotMatch(html, /<style\b|\sstyle=|\son\w+=|javascript:/i);
  });
});

describe('the policy', {skip}, () => {
  test('of the page is strict', async () => {
    const {headers} = await fetch_file('/');
    assert.deepEqual(headers['content-security-policy'].split('; '), [
      "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
      "font-src 'self'", "connect-src 'self'", "manifest-src 'self'", "worker-src 'self'",
      "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
      "require-trusted-types-for 'script'", 'trusted-types app',
    ]);
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
    for (const feature of ['camera', 'microphone', 'geolocation']) {
      assert.ok(headers['permissions-policy'].split(', ').includes(`${feature}=()`), feature);
    }
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.equal(headers['referrer-policy'], 'no-referrer');
  });

  test('of its worker lets it ask todod, and nothing else', async () => {
    const {headers} = await fetch_file('/sw.js');
    assert.equal(headers['content-security-policy'],
                 "default-src 'none'; connect-src 'self'; frame-ancestors 'none'");
  });

  test('of the documentation is its own', async () => {
    const policy = (await fetch_file('/docs')).headers['content-security-policy'];
    assert.match(policy, /style-src 'self' 'unsafe-inline'/);
    assert.doesNotMatch(policy, /trusted-types/);
  });
});

const without_browser = !existsSync(BROWSER) && `${BROWSER} is not there`;

describe('in a browser', {skip: skip || without_browser}, () => {
  let browser;

  before(async () => {
    browser = await chromium.launch({
      executablePath: BROWSER, args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
  });
  after(() => browser?.close());

  /// Shows the page to `body`, with the URLs that it has asked for so far. In the page, `stopped`
  /// is what its policy has.
  async function with_page(body) {
    const context = await browser.newContext();
    const asked = [];
    context.on('request', (request) => asked.push(new URL(request.url())));
    try {
      const page = await context.newPage();
      page.setDefaultTimeout(LIMIT_MS);
      await page.addInitScript(() => {
        window.stopped = [];
        document.addEventListener('securitypolicyviolation', (event) =>
          window.stopped.push(`${event.violatedDirective} ${event.blockedURI}`));
      });
      const answer = await page.goto(server.url);
      assert.equal(answer.status(), 200);
      await body(page, asked);
    } finally {
      await context.close();
    }
  }

  test('it is shown, its worker runs, and nothing asks another server', async () => {
    await with_page(async (page, asked) => {
      await page.waitForFunction(() => document.body.innerText.trim() !== '');
      const worker = await page.evaluate(async () =>
        (await navigator.serviceWorker.ready).active.scriptURL);
      assert.equal(worker, `${server.url}/sw.js`);
      assert.deepEqual(await page.evaluate('stopped'), []);
      assert.ok(asked.length > 2);
      for (const url of asked) {
        assert.ok(url.protocol === 'data:' || url.origin === server.url, url.href);
      }
    });
  });

  test('no text becomes a script or markup', async () => {
    await with_page(async (page) => {
      const failed = await page.evaluate(async () => {
        const attempts = {
          markup: () => { document.createElement('div').innerHTML = '<b>x</b>'; },
          script: () => { document.createElement('script').src = '/sw.js'; },
          inline: () => { document.createElement('script').text = '1'; },
          worker: () => new Worker('/sw.js'),
          policy: () => trustedTypes.createPolicy('other', {}),
          handler: () => document.body.setAttribute('onclick', '1'),
          service_worker: () => navigator.serviceWorker.register('/sw.js'),
        };
        const names = [];
        for (const [name, attempt] of Object.entries(attempts)) {
          try {
            await attempt();
          } catch {
            names.push(name);
          }
        }
        return names;
      });
      assert.deepEqual(failed, ['markup', 'script', 'inline', 'worker', 'policy', 'handler',
                                'service_worker']);
      await page.waitForFunction((count) => window.stopped.length === count, failed.length);
    });
  });
});
