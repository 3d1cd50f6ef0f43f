// Limits on what a user, an address and an e-mail may ask for in a minute.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client} from './support/client.mjs';
import {is_repetition} from './support/database.mjs';
import {now_s} from './support/jwt.mjs';
import {exchange, read_answers, request_of} from './support/socket.mjs';
import {run, start} from './support/server.mjs';
import {surfaces} from './support/surfaces.mjs';

const WINDOW_S = 60;
const ON = {RATE_LIMIT_ENABLED: true};
const PASSWORD = 'correct horse battery';
const HEADERS = ['ratelimit', 'ratelimit-policy', 'x-ratelimit-limit', 'x-ratelimit-remaining',
  'x-ratelimit-reset'];

const somebody = () => `user-${randomUUID()}`;

/// What an answer says of a limit: {name, quota, left, seconds}, all of it agreeing.
function limit_of({status, headers}) {
  const policy = /^"(\w+)";q=(\d+);w=60$/.exec(headers.get('ratelimit-policy'));
  const state = /^"(\w+)";r=(\d+);t=(\d+)$/.exec(headers.get('ratelimit'));
  assert.ok(policy && state, `${headers.get('ratelimit-policy')} ${headers.get('ratelimit')}`);
  const [name, quota] = [policy[1], Number(policy[2])];
  const [left, seconds] = [Number(state[2]), Number(state[3])];
  assert.equal(state[1], name);
  assert.equal(headers.get('x-ratelimit-limit'), String(quota));
  assert.equal(headers.get('x-ratelimit-remaining'), String(left));
  assert.ok(seconds >= 1 && seconds <= WINDOW_S);
  const reset = Number(headers.get('x-ratelimit-reset'));
  assert.ok(Math.abs(reset - (now_s() + seconds)) <= 6, `${reset} is not in ${seconds} s`);
  if (status === 429) {
    assert.equal(left, 0);
    assert.equal(headers.get('retry-after'), String(seconds));
  }
  return {name, quota, left, seconds};
}

function assert_unlimited({headers}) {
  for (const name of HEADERS) assert.equal(headers.get(name), null, name);
}

/// Asks `count` times: the statuses, counted.
async function ask(count, once) {
  const statuses = {};
  for (const {status} of await Promise.all(Array.from({length: count}, (_, i) => once(i)))) {
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return statuses;
}

let server;
let nobody;

before(async () => {
  server = await start({env: {...ON, TRUSTED_PROXIES: '127.0.0.1', SERVICE_AUTH_TOKEN: 'service'}});
  nobody = await Client.of(server);
});
after(() => server.stop());

/// Nobody, at an address of their own.
const at = (address) => ({headers: {'X-Forwarded-For': address}});

describe('a user', () => {
  for (const surface of surfaces) {
    test(`has 100 reads and 30 writes a minute (${surface.name})`, async () => {
      const user = nobody.as(somebody());
      const path = surface.tasks(user.user_id);
      for (let left = 29; left >= 0; left -= 1) {
        const answer = await user.expect(201, 'POST', path, {body: {title: `${left}`}});
        const {name, quota, left: told} = limit_of(answer);
        assert.deepEqual([name, quota, told], ['write', 30, left]);
      }
      const refused = await user.expect(429, 'POST', path, {body: {title: 'one too many'}});
      assert.equal(limit_of(refused).name, 'write');
      assert.match(refused.body.detail, /30 writes a minute/);
      // The limit comes before the body, and for each way of writing.
      await user.expect(429, 'POST', path, {text: '{'});
      await user.expect(429, 'PATCH', `${path}/1`, {body: {title: 'x'}});
      await user.expect(429, 'DELETE', `${path}/1`);
      const list = await user.expect(200, 'GET', path);
      assert.deepEqual(limit_of(list).left, 99, 'reads are counted alone');
      assert.equal(list.body.length, 30, 'what was refused has not been done');
      const head = await user.expect(200, 'HEAD', path);
      assert.equal(limit_of(head).left, 98, 'HEAD is a read');
      assert.deepEqual(await ask(120, () => user.raw('GET', path)), {200: 98, 429: 22});
      // Whatever comes of it, it counts.
      assert.equal(limit_of(await nobody.as(somebody()).call('GET', `${path}/1`)).left, 99);
    });
  }

  test('is counted on both surfaces together, and by whichever way they come in', async () => {
    const user = nobody.as(somebody());
    const service = {headers: {'X-Service-Auth': 'service', 'X-User-ID': user.user_id}};
    assert.equal(limit_of(await user.call('GET', '/api/tasks')).left, 99);
    assert.equal(limit_of(await user.call('GET', `/api/${user.user_id}/tasks`)).left, 98);
    assert.equal(limit_of(await nobody.call('GET', '/api/tasks', service)).left, 97);
    assert.equal(limit_of(await user.call('GET', '/api/auth/me')).left, 96);
    assert.equal(limit_of(await user.call('GET', '/api/tasks/none')).left, 95, '404');
    assert.equal(limit_of(await user.call('GET', '/api/somebody/tasks')).left, 94, '403');
    assert.equal(limit_of(await user.call('GET', '/api/tasks?x=1')).left, 93, '422');
    assert.equal(limit_of(await nobody.as(somebody()).call('GET', '/api/tasks')).left, 99);
  });

  test('is counted for what is asked of /mcp, whatever comes of it', async () => {
    const user = nobody.as(somebody());
    const post = async (body, headers) => {
      const {status, headers: told} = await fetch(new URL('/mcp', user.url), {
        method: 'POST', body,
        headers: {
          Authorization: `Bearer ${user.token}`, 'Content-Type': 'application/json', ...headers,
        },
      });
      return {status, headers: told};
    };
    const message = (more) => JSON.stringify({jsonrpc: '2.0', ...more});
    const call = {id: 1, method: 'tools/call', params: {name: 'add_task', arguments: {title: 'x'}}};
    assert.equal(limit_of(await post(message(call))).name, 'write');
    const reads = [
      [200, message({id: 1, method: 'tools/list'})],
      [202, message({method: 'notifications/initialized'})],
      [400, '{'], [400, ''], [400, '[]'],
      [403, message({id: 1, method: 'ping'}), {Origin: 'http://evil.example'}],
      [400, message(call), {'Idempotency-Key': ''}],
    ];
    for (const [index, [status, body, headers]] of reads.entries()) {
      const answer = await post(body, headers);
      assert.equal(answer.status, status, body);
      assert.deepEqual([limit_of(answer).name, limit_of(answer).left], ['read', 99 - index], body);
    }
  });

  test('has what the configuration says', async () => {
    const env = {...ON, RATE_LIMIT_READ: 2, RATE_LIMIT_WRITE: 1, RATE_LIMIT_CHAT: 3};
    const strict = await start({env});
    try {
      const user = (await Client.of(strict)).as(somebody());
      assert.deepEqual(await ask(4, () => user.call('GET', '/api/tasks')), {200: 2, 429: 2});
      const create = () => user.call('POST', '/api/tasks', {body: {title: 'x'}});
      assert.deepEqual(await ask(3, create), {201: 1, 429: 2});
      const {text} = await user.raw('GET', '/metrics');
      const counter = 'todod_rate_limit_decisions_total{class="read",decision="refused"} 2\n';
      assert.ok(text.includes(counter), text);
    } finally {
      await strict.stop();
    }
  });

  test('may ask again when the limit says so', {skip: is_repetition}, async () => {
    const strict = await start({env: {...ON, RATE_LIMIT_READ: 1}});
    try {
      const user = (await Client.of(strict)).as(somebody());
      await user.expect(200, 'GET', '/api/tasks');
      const {seconds} = limit_of(await user.expect(429, 'GET', '/api/tasks'));
      await sleep(seconds * 1000);
      await user.expect(200, 'GET', '/api/tasks');
    } finally {
      await strict.stop();
    }
  });
});

describe('an address', () => {
  test('has 60 tries with credentials that do not hold, and who holds some is let in', async () => {
    const mine = at('192.0.2.1');
    const wrong = nobody.with_token('not-a-token');
    const first = await wrong.expect(401, 'GET', '/api/tasks', mine);
    assert.deepEqual([limit_of(first).name, limit_of(first).left], ['anonymous', 59]);
    assert.equal(limit_of(await nobody.expect(401, 'GET', '/api/tasks', mine)).left, 58);
    assert.deepEqual(await ask(70, () => wrong.call('GET', '/api/tasks', mine)),
                     {401: 58, 429: 12});
    const user = nobody.as(somebody());
    assert.equal(limit_of(await user.expect(200, 'GET', '/api/tasks', mine)).left, 99);
    await wrong.expect(401, 'GET', '/api/tasks', at('192.0.2.2'));
  });

  test('has 60 registrations, before anything is read of them', async () => {
    const once = () => nobody.call('POST', '/api/auth/register', {...at('192.0.2.3'), text: '{'});
    assert.deepEqual(await ask(65, once), {400: 60, 429: 5});
  });

  test('of IPv6 is as good as all of its /64', async () => {
    const once = (i) => nobody.call('GET', '/api/tasks', at(`2001:db8:0:1::${i.toString(16)}`));
    assert.deepEqual(await ask(62, once), {401: 60, 429: 2});
    await nobody.expect(401, 'GET', '/api/tasks', at('2001:db8:0:2::1'));
  });

  test('is the rightmost that no trusted proxy has', async () => {
    const left_of = async (...fields) => {
      const lines = fields.map((field) => `X-Forwarded-For: ${field}`);
      const request = request_of('GET', '/api/tasks', [...lines, 'Connection: close']);
      const {text} = await exchange(server.port, request);
      const [{headers}] = read_answers(text);
      return limit_of({headers}).left;
    };
    assert.equal(await left_of('198.51.100.1'), 59);
    assert.equal(await left_of('203.0.113.9, 198.51.100.1'), 58, 'what stands left anybody says');
    assert.equal(await left_of('203.0.113.9', '198.51.100.1'), 57);
    assert.equal(await left_of('198.51.100.1, 127.0.0.1'), 56, 'a proxy of ours');
    assert.equal(await left_of('198.51.100.1:4711'), 55);
    assert.equal(await left_of('::ffff:198.51.100.1'), 54);
    assert.equal(await left_of('203.0.113.9, 198.51.100.1, '), 59, 'nonsense is the proxy itself');
    assert.equal(await left_of('nonsense'), 58);
    assert.equal(await left_of(), 57);
  });

  test('is the one that connects where no proxy is trusted', async () => {
    const alone = await start({env: ON});
    try {
      const stranger = await Client.of(alone);
      const once = (i) => stranger.call('GET', '/api/tasks', at(`192.0.2.${i}`));
      assert.deepEqual(await ask(61, once), {401: 60, 429: 1});
    } finally {
      await alone.stop();
    }
  });
});

describe('signing in', () => {
  const login = (email, address, password = PASSWORD) =>
    nobody.call('POST', '/api/auth/login', {...at(address), body: {email, password}});

  test('is tried 10 times from an address', async () => {
    const once = (i) => login(`${i}-${randomUUID()}@example.com`, '192.0.2.10');
    assert.deepEqual(await ask(12, once), {401: 10, 429: 2});
    const refused = await login('x@example.com', '192.0.2.10');
    assert.deepEqual([limit_of(refused).name, limit_of(refused).quota], ['login', 10]);
    assert.equal((await login(`${randomUUID()}@example.com`, '192.0.2.11')).status, 401);
  });

  test('is tried 10 times with an e-mail, whether there is such an account or not', async () => {
    const email = `Ada-${randomUUID()}@example.com`;
    await nobody.expect(201, 'POST', '/api/auth/register',
                        {...at('192.0.2.12'), body: {name: 'Ada', email, password: PASSWORD}});
    const said = [];
    for (const [i, each] of [email, `Bob-${randomUUID()}@example.com`].entries()) {
      const spellings = [each, each.toUpperCase(), ` ${each.toLowerCase()} `];
      const once = (n) => login(spellings[n % 3], `198.51.101.${30 * i + n}`, 'wrong password');
      assert.deepEqual(await ask(12, once), {401: 10, 429: 2});
      const refused = await login(each, `198.51.102.${i}`);
      assert.deepEqual([limit_of(refused).name, refused.status], ['email', 429]);
      said.push(refused.body.detail.replace(/\d+ s/, ''));
    }
    assert.equal(said[0], said[1]);
  });
});

test('health, documents and preflights are free, and so is everything when it is off', async () => {
  const ask_all = async () => {
    for (const path of ['/', '/health', '/health/live', '/ready', '/health/ready',
      '/openapi.json', '/docs', '/redoc', '/metrics', '/nothing/here']) {
      assert_unlimited(await nobody.raw('GET', path));
    }
    assert_unlimited(await nobody.raw('OPTIONS', '/api/tasks'));
  };
  for (let i = 0; i < 12; i += 1) await ask_all();
  const off = await start({env: {RATE_LIMIT_ENABLED: false, RATE_LIMIT_READ: 1}});
  try {
    const user = (await Client.of(off)).as(somebody());
    for (let i = 0; i < 3; i += 1) assert_unlimited(await user.expect(200, 'GET', '/api/tasks'));
  } finally {
    await off.stop();
  }
});

test('pages of allowed origins may read what a limit says', async () => {
  const headers = {Origin: 'http://localhost:3000'};
  const answer = await nobody.as(somebody()).expect(200, 'GET', '/api/tasks', {headers});
  const exposed = answer.headers.get('access-control-expose-headers').toLowerCase().split(', ');
  for (const name of [...HEADERS, 'retry-after']) assert.ok(exposed.includes(name), name);
});

test('what cannot be used stops the start, and no password is shown', async () => {
  for (const [name, value] of [['RATE_LIMIT_READ', '0'], ['RATE_LIMIT_WRITE', 'many'],
    ['RATE_LIMIT_CHAT', '-1'], ['RATE_LIMIT_ENABLED', 'perhaps'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', 'proxy.example'], ['REDIS_URL', 'rediss://:pass-word@cache'],
    ['REDIS_URL', 'http://:pass-word@cache']]) {
    const {code, stderr} = await run(['serve'], {env: {[name]: value}});
    assert.notEqual(code, 0);
    assert.match(stderr, new RegExp(`${name} must be`));
    assert.doesNotMatch(stderr, /pass-word/);
    if (value.startsWith('rediss')) assert.match(stderr, /TLS/);
  }
  const env = {REDIS_URL: 'redis://:pass-word@cache/1'};
  assert.doesNotMatch((await run(['config'], {env})).stdout, /pass-word/);
});

test('signing a browser in counts as a login does, and together with it', async () => {
  const limited = await start({env: ON});
  const client = await Client.of(limited);
  const session = '/api/auth/session';
  const body = {email: 'ada@example.com', password: PASSWORD};
  for (let i = 0; i < 10; i += 1) {
    await client.expect(401, 'POST', i % 2 === 0 ? session : '/api/auth/login', {body});
  }
  for (const path of [session, '/api/auth/login']) {
    const {headers} = await client.expect(429, 'POST', path, {body});
    assert.match(headers.get('retry-after'), /^\d+$/);
  }
  await client.expect(204, 'DELETE', session);
  await limited.stop();
});
