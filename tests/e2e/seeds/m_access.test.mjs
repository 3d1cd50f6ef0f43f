// A backend behind an auth server: its sessions, its users' own API keys, and its limits in Redis.
import assert from 'node:assert/strict';
import {createDecipheriv, createHmac} from 'node:crypto';
import {after, before, describe, test} from 'node:test';

import {Client} from '../support/client.mjs';
import {execute} from '../support/database.mjs';
import {serve, while_serving} from '../support/front_end.mjs';
import {PrivateRedis} from '../support/redis.mjs';
import {run, start} from '../support/server.mjs';
import {close_session, hash_of, open_session} from '../support/sessions.mjs';
import {INSTANT} from '../support/surfaces.mjs';
import {dotenv, ENCRYPTION_KEY, service_for, SESSION_SECRET} from './m.mjs';

let redis;
let server;
let nobody;
let people = 0;

before(async () => {
  redis = await PrivateRedis.start();
  ({server, nobody} = await serve((folder) => dotenv(folder, {redis: redis.url})));
});
after(async () => {
  await server.stop();
  await redis.remove();
});

const someone = () => service_for(`user-${people += 1}`, nobody);

const create = async (client, body = {title: 'Buy groceries'}) =>
  (await client.expect(201, 'POST', '/api/tasks', {body})).body;

describe('a session', () => {
  const open = (user_id, more = {}) =>
    open_session(server.folder, user_id, {secret: SESSION_SECRET, ...more});

  test('lets its user in, and as nobody else', async () => {
    const {user_id} = someone();
    const ada = nobody.with_token(open(user_id));
    const made = await create(ada);
    assert.equal(made.userId, user_id);
    assert.deepEqual((await ada.expect(200, 'GET', '/api/tasks')).body, [made]);
    const service = service_for(user_id, nobody);
    assert.deepEqual((await service.expect(200, 'GET', '/api/tasks')).body, [made]);
    const eve = nobody.with_token(open(someone().user_id));
    await eve.expect(404, 'GET', `/api/tasks/${made.id}`);
    await ada.expect(200, 'PATCH', `/api/tasks/${made.id}/complete`);
    await ada.expect(204, 'DELETE', `/api/tasks/${made.id}`);
  });

  test('is refused when it has ended, or was never there', async () => {
    const {user_id} = someone();
    const good = open(user_id);
    const ended = open(user_id, {lifetime_ms: -1000});
    const other = open(user_id, {secret: 'the secret of another auth server'});
    const refused = [ended, other, 'never-there', hash_of(good, SESSION_SECRET), `${good}x`];
    for (const token of refused) {
      await nobody.with_token(token).expect(401, 'GET', '/api/tasks');
    }
    const ada = nobody.with_token(good);
    await ada.expect(200, 'GET', '/api/tasks');
    close_session(server.folder, good, SESSION_SECRET);
    await ada.expect(401, 'GET', '/api/tasks');
  });
});

/// What a Fernet token has sealed under the .env's key. It must be whole.
function open_fernet(token) {
  const key = Buffer.from(ENCRYPTION_KEY, 'base64url');
  const bytes = Buffer.from(token, 'base64url');
  const end = bytes.length - 32;
  const tag = createHmac('sha256', key.subarray(0, 16)).update(bytes.subarray(0, end)).digest();
  assert.deepEqual(bytes.subarray(end), tag);
  const cipher = createDecipheriv('aes-128-cbc', key.subarray(16), bytes.subarray(9, 25));
  return Buffer.concat([cipher.update(bytes.subarray(25, end)), cipher.final()]).toString();
}

describe('an API key', () => {
  const KEY = 'AIza-a-key-of-the-end-to-end-tests-1234';

  test('is sealed, shown by its end, and deleted', async () => {
    const ada = someone();
    assert.deepEqual((await ada.expect(200, 'GET', '/api/api-keys')).body, []);
    const {body} = await ada.expect(200, 'PUT', '/api/api-keys/gemini', {body: {apiKey: KEY}});
    const {createdAt, updatedAt, maskedKey, ...rest} = body;
    for (const instant of [createdAt, updatedAt]) assert.match(instant, INSTANT);
    assert.ok(maskedKey.endsWith('1234') && !maskedKey.includes('AIza'), maskedKey);
    assert.equal(rest.provider, 'gemini');
    assert.deepEqual([rest.lastValidatedAt, rest.valid], [null, null]);
    assert.deepEqual((await ada.expect(200, 'GET', '/api/api-keys')).body, [body]);

    const other = {apiKey: `${KEY}-56789`};
    const next = await ada.expect(200, 'PUT', '/api/api-keys/gemini', {body: other});
    assert.ok(next.body.maskedKey.endsWith('6789'));
    assert.equal(next.body.createdAt, createdAt);
    await ada.expect(204, 'DELETE', '/api/api-keys/gemini');
    assert.deepEqual((await ada.expect(200, 'GET', '/api/api-keys')).body, []);
    await ada.expect(404, 'DELETE', '/api/api-keys/gemini');
    await ada.expect(404, 'POST', '/api/api-keys/gemini/validate');
  });

  test('is of one of five providers', async () => {
    const ada = someone();
    for (const provider of ['openai', 'openrouter', 'gemini', 'anthropic']) {
      await ada.expect(200, 'PUT', `/api/api-keys/${provider}`, {body: {apiKey: KEY}});
    }
    const custom = {apiKey: KEY, baseUrl: 'https://models.example.com/v1', model: 'a-model'};
    await ada.expect(200, 'PUT', '/api/api-keys/custom', {body: custom});
    assert.equal((await ada.expect(200, 'GET', '/api/api-keys')).body.length, 5);
  });

  test("is its user's alone, and never shown whole", async () => {
    const ada = someone();
    await ada.expect(200, 'PUT', '/api/api-keys/gemini', {body: {apiKey: KEY}});
    const eve = someone();
    assert.deepEqual((await eve.expect(200, 'GET', '/api/api-keys')).body, []);
    await eve.expect(404, 'DELETE', '/api/api-keys/gemini');
    await nobody.expect(401, 'GET', '/api/api-keys');
    const {text} = await ada.expect(200, 'GET', '/api/api-keys');
    for (const shown of [text, server.log]) assert.ok(!shown.includes(KEY));
    const kept = execute(server.folder,
        `SELECT sealed_key FROM api_keys WHERE user_id = '${ada.user_id}'`).trim();
    assert.equal(open_fernet(kept), KEY);
  });

  test('needs an ENCRYPTION_KEY that is one', async () => {
    const placeholder = 'your-fernet-encryption-key-change-this';
    const {code, stderr} = await run(['serve'], {
      folder: server.folder, env: {ENCRYPTION_KEY: placeholder},
    });
    assert.equal(code, 1);
    assert.match(stderr, /^[^\n]*ENCRYPTION_KEY[^\n]*\n$/);
    assert.ok(!stderr.includes(placeholder));
  });
});

describe('limits', () => {
  const READS = 100;
  const WRITES = 30;

  const left_of = ({headers}) => Number(headers.get('x-ratelimit-remaining'));

  /// What is told with a refusal: when to come again.
  function check_told(answer, limit) {
    assert.match(answer.headers.get('retry-after'), /^[1-9]\d*$/);
    assert.equal(answer.headers.get('x-ratelimit-limit'), String(limit));
    assert.equal(left_of(answer), 0);
    for (const name of ['ratelimit', 'ratelimit-policy', 'x-ratelimit-reset']) {
      assert.ok(answer.headers.get(name), name);
    }
  }

  test('are 100 reads and 30 writes a minute for each user', async () => {
    const ada = someone();
    for (let i = 1; i <= WRITES; i += 1) {
      const answer = await ada.expect(201, 'POST', '/api/tasks', {body: {title: 'x'}});
      assert.equal(answer.headers.get('x-ratelimit-limit'), String(WRITES));
      assert.equal(left_of(answer), WRITES - i);
    }
    check_told(await ada.expect(429, 'POST', '/api/tasks', {body: {title: 'x'}}), WRITES);
    check_told(await ada.expect(429, 'DELETE', '/api/tasks/1'), WRITES);
    for (let i = 1; i <= READS; i += 1) {
      assert.equal(left_of(await ada.expect(200, 'GET', '/api/tasks/1')), READS - i);
    }
    check_told(await ada.expect(429, 'GET', '/api/tasks/1'), READS);
    const bob = someone();
    await bob.expect(200, 'GET', '/api/tasks');
    await create(bob);
  });

  test('are kept in Redis, for all replicas', async () => {
    const replica = await start({
      folder: server.folder,
      env: {AUTH_SECRET: undefined, DATABASE_URL: undefined, RATE_LIMIT_ENABLED: undefined},
    });
    try {
      const {user_id, headers} = someone();
      const there = (await Client.of(replica)).with_headers(headers);
      const here = service_for(user_id, nobody);
      for (let i = 0; i < WRITES; i += 2) {
        for (const client of [here, there]) await create(client, {title: 'x'});
      }
      for (const client of [here, there]) {
        check_told(await client.expect(429, 'POST', '/api/tasks', {body: {title: 'x'}}), WRITES);
      }
    } finally {
      await replica.stop();
    }
  });

  test('are kept in the process when Redis goes away', async () => {
    const own = await PrivateRedis.start();
    try {
      const elsewhere = (folder) => dotenv(folder, {redis: own.url});
      await while_serving(elsewhere, {}, async (client) => {
        const ada = service_for('ada', client);
        await create(ada);
        await own.remove();
        let answer;
        for (let i = 0; i <= WRITES; i += 1) {
          answer = await ada.call('POST', '/api/tasks', {body: {title: 'x'}});
          assert.ok([201, 429].includes(answer.status), `${answer.status}`);
        }
        assert.equal(answer.status, 429);
        await ada.expect(200, 'GET', '/api/tasks');
      });
    } finally {
      await own.remove();
    }
  });
});
