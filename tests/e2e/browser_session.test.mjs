// How todod's own page is signed in: by a cookie that no script sees and no other page can use.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {COOKIE, cookie_of, with_cookie} from './support/browser.mjs';
import {Client} from './support/client.mjs';
import {Follower} from './support/follow.mjs';
import {claims_of, now_s, read_claims, sign, token_of} from './support/jwt.mjs';
import {McpClient} from './support/mcp.mjs';
import {secrets} from './support/secrets.mjs';
import {start} from './support/server.mjs';
import {exchange} from './support/socket.mjs';

const PASSWORD = 'correct horse battery';
const NEXT_PASSWORD = 'another horse battery';
const SESSION = '/api/auth/session';
const RENEW = '/api/auth/session/renew';
const WEEK_S = 7 * 86_400;
const HOUR_S = 3600;
/// Of a stream, credentials are looked at again when something is told after so long.
const CHECK_MS = 6000;
const ALLOWED_ORIGIN = 'http://localhost:3000';
const REFUSAL = "A page of another origin may not use the session's cookie.";
const ATTRIBUTES = ['Path=/', `Max-Age=${WEEK_S}`, 'HttpOnly', 'SameSite=Strict'];
const CLEARED = ['Path=/', 'Max-Age=0', 'HttpOnly', 'SameSite=Strict'];

let server;
let nobody;
let people = 0;

before(async () => {
  server = await start({env: {LOG_LEVEL: 'DEBUG', CORS_ORIGINS: ALLOWED_ORIGIN}});
  nobody = await Client.of(server);
});
after(() => server.stop());

/// Who asks from which page: headers by what it is.
const OTHER_PAGES = () => ({
  'of another site': {'Sec-Fetch-Site': 'cross-site'},
  'of the same site': {'Sec-Fetch-Site': 'same-site'},
  'of another site that has its name': {'Sec-Fetch-Site': 'cross-site', Origin: server.url},
  'of another origin': {Origin: 'https://evil.example'},
  'of another port': {Origin: server.url.replace(/\d+$/, '1')},
  'of another name': {Origin: server.url.replace('127.0.0.1', 'localhost')},
  'of no origin': {Origin: 'null'},
  'that CORS allows': {Origin: ALLOWED_ORIGIN, 'Sec-Fetch-Site': 'same-site'},
  'that CORS allows, of an old browser': {Origin: ALLOWED_ORIGIN},
});
const OWN_PAGES = () => ({
  'its own page': {'Sec-Fetch-Site': 'same-origin', Origin: server.url},
  'the address bar': {'Sec-Fetch-Site': 'none'},
  'its own page in an old browser': {Origin: server.url},
  'no browser': {},
});

async function register(client = nobody) {
  const email = `page-${people += 1}@example.com`;
  const body = {name: 'Ada', email, password: PASSWORD};
  const {id} = (await client.expect(201, 'POST', '/api/auth/register', {body})).body;
  return {email, user_id: id};
}

const sign_in = (email, {password = PASSWORD, headers} = {}) =>
  nobody.call('POST', SESSION, {body: {email, password}, headers});

/// A new account, signed in by its cookie.
async function enter() {
  const {email, user_id} = await register();
  const answer = await sign_in(email);
  assert.equal(answer.status, 200, answer.text);
  const {value} = cookie_of(answer);
  return Object.assign(with_cookie(nobody, value), {email, user_id, value, answer});
}

const is_let_in = async (value) => {
  const {status} = await with_cookie(nobody, value).call('GET', '/api/tasks');
  assert.ok([200, 401].includes(status), `${status}`);
  return status === 200;
};

function check_refused(answer, what) {
  assert.equal(answer.status, 403, `${what}: ${answer.status} ${answer.text}`);
  assert.deepEqual(answer.headers.getSetCookie(), [], what);
  assert.equal(answer.body.detail, REFUSAL, what);
}

describe('signing a browser in', {concurrency: true}, () => {
  test('sets the cookie, and gives no token', async () => {
    const ada = await enter();
    const {answer, user_id, email} = ada;
    const {name, value, attributes} = cookie_of(answer);
    assert.equal(name, 'todod_session');
    assert.deepEqual(attributes, ATTRIBUTES);
    assert.deepEqual(answer.body, {user: {id: user_id, name: 'Ada', email}, expires_in: WEEK_S});
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    const {sub, gen, iat, exp} = read_claims(value);
    assert.deepEqual([sub, gen, exp - iat], [user_id, 0, WEEK_S]);
  });

  test('is told to the page that starts', async () => {
    const ada = await enter();
    const here = async (client) => (await client.expect(200, 'GET', SESSION)).body;
    assert.deepEqual(await here(ada),
                     {user: {id: ada.user_id, name: 'Ada', email: ada.email}});
    assert.deepEqual(await here(nobody), {user: null});
    assert.deepEqual(await here(with_cookie(nobody, `${ada.value}x`)), {user: null});
    check_refused(await ada.call('GET', SESSION, {headers: {'Sec-Fetch-Site': 'cross-site'}}),
                  'another page');
  });

  test('is refused as a login is', async () => {
    const {email} = await register();
    for (const body of [{email, password: 'wrong'}, {email: 'x@example.com', password: PASSWORD},
      {email}, {email, password: PASSWORD, name: 'Ada'}, {email: 5, password: null}]) {
      const [here, there] = await Promise.all([SESSION, '/api/auth/login'].map((path) =>
        nobody.call('POST', path, {body})));
      const told = ({status, body: problem}) => ({status, ...problem, request_id: undefined});
      assert.deepEqual(told(here), told(there));
      assert.ok(here.status === 401 || here.status === 422, here.text);
      assert.deepEqual(here.headers.getSetCookie(), []);
    }
  });

  test('knows no other method', async () => {
    for (const method of ['PUT', 'PATCH']) {
      const answer = await nobody.raw(method, SESSION);
      assert.equal(answer.status, 405);
      assert.deepEqual(answer.headers.get('allow').split(', ').sort(),
                       ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST']);
    }
  });

  test('out takes the cookie away, whether it holds or not', async () => {
    const ada = await enter();
    for (const client of [ada, nobody, with_cookie(nobody, 'no.jwt.here'),
      with_cookie(nobody, `${ada.value}; ${COOKIE}=${ada.value}`),
      nobody.with_token('nothing-that-is-one')]) {
      const answer = await client.expect(204, 'DELETE', SESSION);
      const {name, value, attributes} = cookie_of(answer);
      assert.deepEqual([name, value], ['todod_session', '']);
      assert.deepEqual(attributes, CLEARED);
    }
  });

  test('in and out is for its own page alone', async () => {
    const ada = await enter();
    const body = {email: ada.email, password: PASSWORD};
    for (const [page, headers] of Object.entries(OTHER_PAGES())) {
      check_refused(await nobody.call('POST', SESSION, {body, headers}), page);
      check_refused(await nobody.call('DELETE', SESSION, {headers}), page);
      check_refused(await ada.call('DELETE', SESSION, {headers}), page);
      check_refused(await ada.call('POST', RENEW, {headers}), page);
      // Nor may it be given a cookie for a token that it has.
      check_refused(await nobody.with_token(ada.value).call('POST', RENEW, {headers}), page);
    }
    for (const headers of Object.values(OWN_PAGES())) {
      await nobody.expect(200, 'POST', SESSION, {body, headers});
      await nobody.expect(204, 'DELETE', SESSION, {headers});
      await ada.expect(200, 'POST', RENEW, {headers});
    }
  });
});

describe('the cookie', {concurrency: true}, () => {
  test('lets in as the token in it', async () => {
    const ada = await enter();
    const {user_id} = ada;
    assert.equal((await ada.expect(200, 'GET', '/api/auth/me')).body.id, user_id);
    const task = (await ada.expect(201, 'POST', '/api/tasks', {body: {title: 'Tea'}})).body;
    await ada.expect(200, 'PATCH', `/api/${user_id}/tasks/${task.id}/complete`);
    await ada.expect(204, 'DELETE', `/api/tasks/${task.id}`);
    // A person, not a program's token.
    const made = {name: 'of the page', scopes: ['read']};
    await ada.expect(201, 'POST', '/api/auth/tokens', {body: made});
    const bob = await enter();
    await bob.expect(403, 'GET', `/api/${user_id}/tasks`);
    // For the user alone whom a request names, where it names one.
    await ada.expect(200, 'GET', '/api/tasks', {headers: {'X-User-ID': user_id}});
    await bob.expect(401, 'GET', '/api/tasks', {headers: {'X-User-ID': user_id}});
    await nobody.with_token(ada.value).expect(200, 'GET', '/api/tasks');
  });

  test('opens a stream of changes', async () => {
    const ada = await enter();
    for (const [page, headers] of Object.entries(OTHER_PAGES())) {
      const follower = await Follower.of(ada, {headers});
      await follower.wait_for_end();
      assert.equal(follower.status, 403, page);
      assert.equal(JSON.parse(follower.text).detail, REFUSAL, page);
    }
    const follower = await Follower.of(ada, {headers: {'Sec-Fetch-Site': 'same-origin'}});
    await follower.wait_for(1);
    await ada.expect(201, 'POST', '/api/tasks', {body: {title: 'Tea'}});
    await follower.wait_for(2);
    assert.deepEqual(follower.changes.map(({data}) => data.after.title), ['Tea']);
    follower.cut();
  });

  test('is for its own page alone, whatever that asks', async () => {
    const ada = await enter();
    const body = {title: 'by another page'};
    for (const [page, headers] of Object.entries(OTHER_PAGES())) {
      check_refused(await ada.call('GET', '/api/tasks', {headers}), page);
      check_refused(await ada.call('GET', `/api/${ada.user_id}/tasks`, {headers}), page);
      check_refused(await ada.call('POST', '/api/tasks', {headers, body}), page);
      check_refused(await ada.call('DELETE', '/api/auth/me', {headers}), page);
      const head = await ada.raw('HEAD', '/api/tasks', {headers});
      assert.equal(head.status, 403, page);
      const mcp = await new McpClient(with_cookie(nobody, ada.value, headers)).post('tools/list');
      assert.equal(mcp.status, 403, page);
    }
    assert.deepEqual((await ada.expect(200, 'GET', '/api/tasks')).body, []);
    for (const headers of Object.values(OWN_PAGES())) {
      await ada.expect(200, 'GET', '/api/tasks', {headers});
      await ada.expect(201, 'POST', '/api/tasks', {headers, body});
      const client = new McpClient(with_cookie(nobody, ada.value, headers));
      assert.equal((await client.post('tools/list')).status, 200);
    }
    // Whose token a script has, where CORS lets it ask.
    const headers = {Origin: ALLOWED_ORIGIN, 'Sec-Fetch-Site': 'same-site'};
    await nobody.with_token(ada.value).expect(200, 'GET', '/api/tasks', {headers});
  });

  test('is looked at where there is nothing else', async () => {
    const [ada, bob] = await Promise.all([enter(), enter()]);
    const token = bob.value;
    const me = (headers) => ada.call('GET', '/api/auth/me', {headers});
    assert.equal((await me({Authorization: `Bearer ${token}`})).body.id, bob.user_id);
    const from = {'Sec-Fetch-Site': 'cross-site', Authorization: `Bearer ${token}`};
    assert.equal((await me(from)).body.id, bob.user_id);
    for (const headers of [{Authorization: 'Bearer nonsense'}, {Authorization: 'Basic nonsense'},
      {'X-Service-Auth': 'unknown-to-todod', 'X-User-ID': ada.user_id}]) {
      assert.equal((await me(headers)).status, 401, JSON.stringify(headers));
    }
  });

  test('is refused where it does not hold', async () => {
    const {user_id, value} = await enter();
    const [head, claims, signature] = value.split('.');
    const now = now_s();
    const bad = {
      'tampered with': [head, claims, signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))],
      'another user': [head, sign(claims_of('bob', {gen: 0})).split('.')[1], signature],
      'without a signature': [head, claims, ''],
      'no algorithm': [sign(claims_of(user_id), {header: {alg: 'none'}})],
      'of another secret': [sign(claims_of(user_id, {gen: 0}), {secret: 'another secret'})],
      'of another generation': [token_of(user_id, {gen: 1})],
      'expired': [token_of(user_id, {gen: 0, iat: now - 2 * HOUR_S, exp: now - HOUR_S})],
      'quoted': [`"${value}"`],
      'followed by another': [`${value}; ${COOKIE}=${value}`],
    };
    for (const [name, parts] of Object.entries(bad)) {
      assert.ok(!await is_let_in(parts.join('.')), name);
    }
    for (const Cookie of [`${COOKIE}=`, '', `${COOKIE.toUpperCase()}=${value}`,
      `__Host-${COOKIE}=${value}`, `x${COOKIE}=${value}`]) {
      const {status} = await nobody.with_headers({Cookie}).call('GET', '/api/tasks');
      assert.equal(status, 401, Cookie.replace(value, '…'));
    }
    assert.ok(await is_let_in(value));
    assert.ok(await is_let_in(`${value}; ${COOKIE}=`), 'an empty one is none');
  });

  test('is one of all the lines that name cookies', async () => {
    const {value} = await enter();
    const ask = async (...cookies) => {
      const lines = cookies.map((cookie) => `Cookie: ${cookie}\r\n`).join('');
      const bytes = `GET /api/tasks HTTP/1.1\r\nHost: x\r\n${lines}Connection: close\r\n\r\n`;
      return Number((await exchange(server.port, bytes)).text.split(' ')[1]);
    };
    assert.equal(await ask('a=1', `${COOKIE}=${value}`, 'b=2'), 200);
    assert.equal(await ask(`a=1;${COOKIE}=${value};b=2`), 200);
    assert.equal(await ask(`${COOKIE}=${value}`, `${COOKIE}=${value}`), 401);
  });

  test('is renewed, for as long as it was given for', async () => {
    const {user_id, email} = await enter();
    const old = token_of(user_id, {gen: 0, iat: now_s() - 6 * 86_400, exp: now_s() + 60});
    const answer = await with_cookie(nobody, old).expect(200, 'POST', RENEW);
    assert.deepEqual(answer.body, {user: {id: user_id, name: 'Ada', email}, expires_in: WEEK_S});
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    const {name, value, attributes} = cookie_of(answer);
    assert.deepEqual([name, ...attributes], ['todod_session', ...ATTRIBUTES]);
    assert.ok(read_claims(value).exp >= now_s() + WEEK_S - 5);
    assert.ok(await is_let_in(value));
    assert.ok(await is_let_in(old), 'another tab still has it');
    const by_token = await nobody.with_token(old).expect(200, 'POST', RENEW);
    assert.ok(await is_let_in(cookie_of(by_token).value));
  });

  test('is not renewed for who has come otherwise, or whose session is over', async () => {
    const {user_id, value} = await enter();
    await nobody.expect(401, 'POST', RENEW);
    await with_cookie(nobody, token_of(user_id, {gen: 1})).expect(401, 'POST', RENEW);
    for (const client of [nobody.as(user_id), with_cookie(nobody, token_of(user_id)),
      nobody.as('from elsewhere')]) {
      const {body, headers} = await client.expect(403, 'POST', RENEW);
      assert.match(body.detail, /signed in here with a password/);
      assert.deepEqual(headers.getSetCookie(), []);
    }
    const body = {name: 'a program', scopes: ['read', 'write', 'delete']};
    const {token} = (await with_cookie(nobody, value).expect(201, 'POST', '/api/auth/tokens',
                                                             {body})).body;
    await nobody.with_token(token).expect(403, 'POST', RENEW);
  });

  test('ends with the password', async () => {
    const ada = await enter();
    const follower = await Follower.of(ada);
    await follower.wait_for(1);
    await sleep(CHECK_MS);
    const body = {current_password: PASSWORD, new_password: NEXT_PASSWORD};
    await ada.expect(204, 'POST', '/api/auth/password', {body});
    assert.ok(!await is_let_in(ada.value));
    await ada.expect(401, 'POST', RENEW);
    const answer = await sign_in(ada.email, {password: NEXT_PASSWORD});
    assert.equal(answer.status, 200);
    const again = with_cookie(nobody, cookie_of(answer).value);
    await again.expect(201, 'POST', '/api/tasks', {body: {title: 'not for the stream'}});
    await follower.wait_for_end();
    assert.deepEqual(follower.changes, []);
    assert.ok(!await is_let_in(ada.value));
    await again.expect(200, 'POST', RENEW);
  });

  test('ends with the account', async () => {
    const ada = await enter();
    await ada.expect(204, 'DELETE', '/api/auth/me');
    assert.ok(!await is_let_in(ada.value));
    await ada.expect(401, 'POST', RENEW);
    assert.equal((await sign_in(ada.email)).status, 401);
    await ada.expect(204, 'DELETE', SESSION);
  });

  test('is in no log, metric or error', async () => {
    const {value} = await enter();
    const wrong = `${value}x`;
    for (const cookie of [value, wrong, `${value}; ${COOKIE}=${value}`]) {
      for (const headers of [{}, {'Sec-Fetch-Site': 'cross-site'}]) {
        const answer = await with_cookie(nobody, cookie).call('GET', '/api/tasks', {headers});
        assert.ok(!answer.text.includes(value));
      }
    }
    const bytes = `GET /api/tasks HTTP/1.1\r\nHost: x\r\nCookie: ${COOKIE}=${value}\r\nx\r\n\r\n`;
    const {text} = await exchange(server.port, bytes);
    assert.match(text, /^HTTP\/1.1 400/);
    assert.match(secrets.find(`it is ${value}`), /a cookie given by/, 'what is watched for');
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    for (const shown of [server.log, metrics, text]) assert.ok(!shown.includes(value));
  });
});

describe('in production', () => {
  let strict;
  let client;

  before(async () => {
    strict = await start({env: {ENVIRONMENT: 'production', HOST: '127.0.0.1'}});
    client = await Client.of(strict);
  });
  after(() => strict.stop());

  test('the cookie is the host\'s own, and for HTTPS alone', async () => {
    const {email} = await register(client);
    const body = {email, password: PASSWORD};
    const given = cookie_of(await client.expect(200, 'POST', SESSION, {body}));
    assert.equal(given.name, '__Host-todod_session');
    assert.deepEqual(given.attributes, [...ATTRIBUTES, 'Secure']);
    const by = (name) => client.with_headers({Cookie: `${name}=${given.value}`});
    await by('todod_session').expect(401, 'GET', '/api/tasks');
    const ada = by('__Host-todod_session');
    await ada.expect(200, 'GET', '/api/tasks');
    const headers = {'Sec-Fetch-Site': 'same-site'};
    check_refused(await ada.call('GET', '/api/tasks', {headers}), 'another page');
    const renewed = cookie_of(await ada.expect(200, 'POST', RENEW));
    assert.deepEqual([renewed.name, ...renewed.attributes],
                     ['__Host-todod_session', ...ATTRIBUTES, 'Secure']);
    const cleared = cookie_of(await ada.expect(204, 'DELETE', SESSION));
    assert.deepEqual(cleared, {
      name: '__Host-todod_session', value: '',
      attributes: [...CLEARED, 'Secure'],
    });
    assert.equal(client.document.components.securitySchemes.cookie.name, '__Host-todod_session');
  });
});

test('without a secret there is no signing in, and out still works', async () => {
  const env = {ENVIRONMENT: 'production', HOST: '127.0.0.1', AUTH_SECRET: undefined};
  const off = await start({env});
  const client = await Client.of(off);
  const body = {email: 'ada@example.com', password: PASSWORD};
  const {detail} = (await client.expect(503, 'POST', SESSION, {body})).body;
  assert.match(detail, /AUTH_SECRET/);
  const cookie = client.with_headers({Cookie: `__Host-todod_session=${token_of('ada')}`});
  await cookie.expect(401, 'GET', '/api/tasks');
  await cookie.expect(204, 'DELETE', SESSION);
  await off.stop();
});
