// HTTP as it is spoken around the API: methods, limits, headers, connections.
import assert from 'node:assert/strict';
import {request as http_request} from 'node:http';
import {connect} from 'node:net';
import {after, before, describe, test} from 'node:test';
import {gunzipSync} from 'node:zlib';

import {Client} from './support/client.mjs';
import {exchange, read_answers, request_of} from './support/socket.mjs';
import {start} from './support/server.mjs';

const MIB = 1024 * 1024;
const GZIP_FROM = 1000;
const ORIGIN = 'http://localhost:3000';
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

let server;
let nobody;
let ada;

before(async () => {
  server = await start();
  nobody = await Client.of(server);
  ada = nobody.as('ada');
});
after(() => server.stop());

const authorization = () => `Authorization: Bearer ${ada.token}`;

/// The answers to these bytes; the last of the requests must ask for an end.
async function answers_to(bytes, heads) {
  const {text, closed} = await exchange(server.port, bytes);
  assert.ok(closed, 'the connection was not closed');
  return read_answers(text, heads);
}

/// A GET, and what comes back as it is: {headers, bytes}.
function get_bytes(path, headers = {}) {
  return new Promise((done, failed) => {
    const request = http_request(new URL(path, server.url), {headers}, async (response) => {
      const parts = [];
      for await (const part of response) parts.push(part);
      done({headers: response.headers, bytes: Buffer.concat(parts)});
    });
    request.on('error', failed).end();
  });
}

describe('a method', () => {
  /// A path of the document with something in it.
  const fill = (template) => template.replace('{user_id}', 'ada').replace('{task_id}', '1');

  test('that a path does not know is 405, and Allow says which it knows', async () => {
    for (const [template, operations] of Object.entries(nobody.document.paths)) {
      const known = Object.keys(operations).map((name) => name.toUpperCase());
      const allowed = [...known, 'OPTIONS', ...(known.includes('GET') ? ['HEAD'] : [])];
      for (const method of METHODS.filter((name) => !known.includes(name))) {
        const answer = await ada.raw(method, fill(template));
        assert.equal(answer.status, 405, `${method} ${template}`);
        assert.deepEqual(answer.headers.get('allow').split(', ').sort(), allowed.sort());
      }
      const options = await nobody.raw('OPTIONS', fill(template));
      assert.equal(options.status, 204);
      assert.deepEqual(options.headers.get('allow').split(', ').sort(), allowed.sort());
    }
  });

  test('that nobody knows is refused', async () => {
    for (const method of ['BREW', 'PROPFIND', 'TRACE', 'CONNECT']) {
      const [{status}] = await answers_to(request_of(method, '/health', ['Connection: close']));
      assert.ok([405, 501, 400].includes(status), `${method}: ${status}`);
    }
    const [all] = await answers_to(request_of('OPTIONS', '*', ['Connection: close']));
    assert.equal(all.status, 204);
  });

  test('HEAD says what GET would, without a body', async () => {
    for (const path of ['/', '/health', '/ready', '/openapi.json', '/docs', '/redoc',
      '/api/tasks', '/api/ada/tasks', '/api/tasks/1', '/nothing']) {
      const get = await ada.raw('GET', path);
      const head = await ada.raw('HEAD', path);
      assert.deepEqual([head.status, head.text], [get.status, ''], path);
      // The client asks for an end after a HEAD.
      const told = ({headers}) => [...headers.keys()].filter((name) => name !== 'connection');
      assert.deepEqual(told(head).sort(), told(get).sort(), path);
      assert.equal(head.headers.get('content-type'), get.headers.get('content-type'));
    }
  });
});

describe('a path', () => {
  test('that leads nowhere is 404, with a problem', async () => {
    for (const path of ['/nothing', '/api', '/api/', '/api/tasks/', '/api/tasks/1/2',
      '/api/ada/tasks/1/complete/now', '/HEALTH', '/health/', '/api//tasks', '/.env', '/todod.db',
      '/docs/nothing.js', '/api/ada/tasks%2f1', '/x'.repeat(500)]) {
      const answer = await ada.raw('GET', path);
      assert.equal(answer.status, 404, path);
    }
    for (const target of ['/docs/../todod.db', '/docs/..%2ftodod.db', '//', '/./health']) {
      const [answer] = await answers_to(request_of('GET', target, ['Connection: close']));
      assert.equal(answer.status, 404, target);
    }
  });

  test('that is not text is 400', async () => {
    for (const target of ['/api/tasks/%', '/api/tasks/%zz', '/api/tasks/%ff', '/api/tasks/1%00',
      '/api/%c3/tasks', '/api/tasks?q=%ff', '/api/tasks?q=%00', '/api/tasks?%ff=1']) {
      const bytes = request_of('GET', target, [authorization(), 'Connection: close']);
      const [{status}] = await answers_to(bytes);
      assert.equal(status, 400, target);
    }
  });
});

describe('a request that is too large', () => {
  const large = (size) => `{"title": "${'x'.repeat(size - 13)}"}`;

  test('is 413 from the first byte over 1 MiB', async () => {
    assert.equal(large(MIB).length, MIB);
    assert.equal((await ada.call('POST', '/api/tasks', {text: large(MIB)})).status, 422);
    assert.equal((await ada.call('POST', '/api/tasks', {text: large(MIB + 1)})).status, 413);
  });

  test('is 413 before it is sent', async () => {
    const {text} = await exchange(server.port, request_of('POST', '/api/tasks', [
      authorization(), 'Content-Type: application/json', `Content-Length: ${MIB + 1}`]));
    assert.match(text, /^HTTP\/1\.1 413 /);
  });

  test('is 413 in chunks', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const {text} = await exchange(server.port, request_of('POST', '/api/tasks', [
      authorization(), 'Content-Type: application/json', 'Transfer-Encoding: chunked',
    ], chunk.repeat(17)));
    assert.match(text, /^HTTP\/1\.1 413 /);
  });

  test('is 431 or 414 where it is its head', async () => {
    const fields = (count, size) => Array.from({length: count}, (_, i) =>
      `X-Field-${i}: ${'x'.repeat(size)}`);
    const status_of = async (target, headers) => {
      const {text} = await exchange(server.port, request_of('GET', target, headers),
                                    (so_far) => so_far.includes('\r\n\r\n'));
      return Number(text.slice(9, 12));
    };
    assert.equal(await status_of('/health', fields(98, 10)), 200);
    assert.equal(await status_of('/health', fields(101, 10)), 431);
    assert.equal(await status_of('/health', fields(4, 3500)), 200);
    assert.equal(await status_of('/health', fields(1, 17_000)), 431);
    assert.equal(await status_of('/health', fields(20, 1000)), 431);
    assert.ok([414, 431].includes(await status_of(`/${'x'.repeat(20_000)}`, [])));
  });

  test('does not keep others waiting or the server from serving', async () => {
    const waiting = connect(server.port, '127.0.0.1');
    waiting.write(request_of('POST', '/api/tasks', [authorization(), 'Content-Length: 1000000']));
    await nobody.expect(200, 'GET', '/health');
    waiting.destroy();
  });
});

describe('gzip', () => {
  before(async () => {
    const body = {title: 'long', description: 'words and words '.repeat(60)};
    for (let i = 0; i < 3; i += 1) await ada.expect(201, 'POST', '/api/tasks', {body});
  });

  const list = (accept) => get_bytes('/api/tasks', {
    'Authorization': `Bearer ${ada.token}`, ...(accept ? {'Accept-Encoding': accept} : {}),
  });

  test('comes when it is asked for, from 1000 bytes', async () => {
    const plain = await list();
    assert.equal(plain.headers['content-encoding'], undefined);
    assert.ok(plain.bytes.length > GZIP_FROM);
    for (const accept of ['gzip', 'gzip, deflate, br', 'br;q=1.0, gzip;q=0.5', '*', 'GZIP']) {
      const packed = await list(accept);
      assert.equal(packed.headers['content-encoding'], 'gzip', accept);
      assert.deepEqual(gunzipSync(packed.bytes), plain.bytes);
      assert.equal(Number(packed.headers['content-length']), packed.bytes.length);
    }
    assert.match(plain.headers.vary, /Accept-Encoding/);
    const small = await get_bytes('/health', {'Accept-Encoding': 'gzip'});
    assert.equal(small.headers['content-encoding'], undefined);
  });

  test('does not come when it is not wanted', async () => {
    for (const accept of ['identity', 'br', 'gzip;q=0', 'gzip;q=0.0, *', 'x-gzip2', '*;q=0']) {
      assert.equal((await list(accept)).headers['content-encoding'], undefined, accept);
    }
  });

  test('holds for what never changes as well', async () => {
    for (const path of ['/openapi.json', '/docs', '/docs/swagger-ui-bundle.js']) {
      const plain = await get_bytes(path);
      const packed = await get_bytes(path, {'Accept-Encoding': 'gzip'});
      assert.equal(plain.headers['content-encoding'], undefined);
      assert.equal(packed.headers['content-encoding'], 'gzip');
      assert.ok(gunzipSync(packed.bytes).equals(plain.bytes), path);
      const again = await nobody.raw('GET', path, {
        headers: {'If-None-Match': plain.headers.etag},
      });
      assert.equal(again.status, 304, path);
    }
  });
});

describe('CORS', () => {
  const preflight = (Origin, path = '/api/tasks') => nobody.raw('OPTIONS', path, {
    headers: {
      Origin, 'Access-Control-Request-Method': 'PATCH',
      'Access-Control-Request-Headers': 'authorization,content-type,x-timezone',
    },
  });

  test('lets the origins of the list in, with credentials', async () => {
    for (const path of ['/api/tasks/1', '/api/ada/tasks/1']) {
      const {status, headers} = await preflight(ORIGIN, path);
      assert.ok([200, 204].includes(status));
      assert.equal(headers.get('access-control-allow-origin'), ORIGIN);
      assert.equal(headers.get('access-control-allow-credentials'), 'true');
      assert.ok(headers.get('access-control-allow-methods').split(', ').includes('PATCH'));
      const allowed = headers.get('access-control-allow-headers').toLowerCase().split(/, ?/);
      for (const name of ['authorization', 'content-type', 'if-match', 'x-timezone']) {
        assert.ok(allowed.includes(name), name);
      }
      assert.ok(Number(headers.get('access-control-max-age')) > 0);
    }
    const {headers} = await ada.expect(200, 'GET', '/api/tasks', {headers: {Origin: ORIGIN}});
    assert.equal(headers.get('access-control-allow-origin'), ORIGIN);
    assert.match(headers.get('vary'), /Origin/);
    assert.match(headers.get('access-control-expose-headers'), /X-Total-Count/);
  });

  test('tells nothing to any other origin', async () => {
    for (const origin of ['https://evil.example', 'null', `${ORIGIN}.evil.example`,
      'http://localhost:30000', 'https://localhost:3000', 'http://LOCALHOST:3000/']) {
      const {headers} = await preflight(origin);
      assert.equal(headers.get('access-control-allow-origin'), null, origin);
      const answer = await ada.expect(200, 'GET', '/api/tasks', {headers: {Origin: origin}});
      assert.equal(answer.headers.get('access-control-allow-origin'), null, origin);
    }
  });

  test('covers refusals too, so that a front end can read them', async () => {
    for (const path of ['/api/tasks', '/nothing', '/api/tasks/%ff']) {
      const {headers, status} = await nobody.raw('GET', path, {headers: {Origin: ORIGIN}});
      assert.ok(status >= 400);
      assert.equal(headers.get('access-control-allow-origin'), ORIGIN, path);
    }
  });

  test('takes its list from CORS_ORIGINS', async () => {
    const other = await start({env: {CORS_ORIGINS: '["https://a.example", "https://b.example"]'}});
    try {
      const client = await Client.of(other);
      for (const [Origin, expected] of [['https://b.example', 'https://b.example'],
        [ORIGIN, null]]) {
        const {headers} = await client.raw('GET', '/health', {headers: {Origin}});
        assert.equal(headers.get('access-control-allow-origin'), expected);
      }
    } finally {
      await other.stop();
    }
  });
});

describe('headers', () => {
  test('carry the request id of the caller, or a new one', async () => {
    const id_of = async (id) => (await nobody.expect(200, 'GET', '/health', {
      headers: id === undefined ? {} : {'X-Request-ID': id},
    })).headers.get('x-request-id');
    for (const id of ['a', 'trace-1234', 'x'.repeat(128), '!"#$%&()*+,/:;<=>?@[]^_`{|}~']) {
      assert.equal(await id_of(id), id);
    }
    for (const id of ['', 'x'.repeat(129), 'two words', 'tab\there']) {
      assert.notEqual(await id_of(id), id);
    }
    assert.notEqual(await id_of(), await id_of());
    const problem = await nobody.raw('GET', '/nothing', {headers: {'X-Request-ID': 'find-me'}});
    assert.equal(problem.body.request_id, 'find-me');
    assert.ok(server.log.split('\n').some((line) =>
      line.includes('todod.http') && line.includes('/nothing') && line.includes('find-me')));
  });

  test('keep user data out of caches and pages in their frame', async () => {
    for (const client of [ada, nobody]) {
      const {headers} = await client.raw('GET', '/api/tasks');
      assert.equal(headers.get('cache-control'), 'no-store');
    }
    const page = await nobody.raw('GET', '/docs');
    const policy = page.headers.get('content-security-policy');
    assert.match(policy, /default-src 'none'|default-src 'self'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /script-src[^;]*unsafe/);
    assert.equal(page.headers.get('strict-transport-security'), null);
  });

  test('are stricter in production', async () => {
    const strict = await start({env: {ENVIRONMENT: 'production', HOST: '127.0.0.1'}});
    try {
      const client = await Client.of(strict);
      const {headers} = await client.expect(200, 'GET', '/health');
      assert.match(headers.get('strict-transport-security'), /^max-age=\d{7,}/);
    } finally {
      await strict.stop();
    }
  });

  test('choose what the root shows', async () => {
    const json = await nobody.expect(200, 'GET', '/');
    assert.deepEqual(json.body, {status: 'ok', message: 'Todo API is running'});
    const html = await nobody.raw('GET', '/', {headers: {Accept: 'text/html,*/*;q=0.8'}});
    assert.equal(html.status, 200);
    assert.match(html.headers.get('content-type'), /^text\/html/);
    for (const {headers} of [json, html]) assert.match(headers.get('vary'), /\bAccept\b(?!-)/);
  });
});

test('health and readiness say what the contract says', async () => {
  for (const path of ['/health', '/health/live']) {
    const {timestamp, ...rest} = (await nobody.expect(200, 'GET', path)).body;
    assert.deepEqual(rest, {status: 'healthy', service: 'todod', version: '0.1.0'});
    assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000);
  }
  for (const path of ['/ready', '/health/ready']) {
    const {body} = await nobody.expect(200, 'GET', path);
    assert.deepEqual(body, {status: 'ready', database: 'connected'});
  }
});
