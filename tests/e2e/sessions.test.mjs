// Sessions that an auth server keeps in user_sessions, hashed: written here by plain SQL.
import assert from 'node:assert/strict';
import {createHmac, randomBytes} from 'node:crypto';
import {after, before, describe, test} from 'node:test';

import {Client} from './support/client.mjs';
import {execute, is_repetition} from './support/database.mjs';
import {make_folder, remove_folder, run, start} from './support/server.mjs';

const HASH_SECRET = 'secret-of-the-auth-server-that-hashes';
const PREVIOUS = 'secret-of-the-auth-server-before-this';
const HOUR_MS = 3600 * 1000;

const hash = (token, {secret = HASH_SECRET, encoding = 'hex'} = {}) =>
  createHmac('sha256', secret).update(token).digest(encoding);

/// Keeps a session, as the auth server does; the token that its user gets.
function sign_in(folder, user_id, {expires_in = HOUR_MS, ...how} = {}) {
  const token = randomBytes(32).toString('base64url');
  const expires_at = new Date(Date.now() + expires_in).toISOString();
  execute(folder, 'INSERT INTO user_sessions (token, user_id, expires_at)'
    + ` VALUES ('${hash(token, how)}', '${user_id}', '${expires_at}')`);
  return token;
}

/// Runs `work` with a server of its own.
async function with_server(env, work) {
  const folder = make_folder();
  const server = await start({folder, env});
  try {
    await work(await Client.of(server), folder, server);
  } finally {
    await server.stop();
    remove_folder(folder);
  }
}

describe('a hashed session', () => {
  let folder;
  let server;
  let nobody;

  before(async () => {
    folder = make_folder();
    server = await start({folder, env: {
      SESSION_HASH_SECRET: `${HASH_SECRET},${PREVIOUS}`, LOG_LEVEL: 'DEBUG',
    }});
    nobody = await Client.of(server);
  });
  after(async () => {
    await server.stop();
    remove_folder(folder);
  });

  test('lets its user in, on either surface, and nobody else', async () => {
    const ada = nobody.with_token(sign_in(folder, 'ada'));
    const {body: made} = await ada.expect(201, 'POST', '/api/tasks', {body: {title: 'milk'}});
    assert.equal(made.userId, 'ada');
    await ada.expect(200, 'PATCH', `/api/ada/tasks/${made.id}/complete`);
    await nobody.as('ada').expect(200, 'GET', `/api/ada/tasks/${made.id}`);
    await ada.expect(403, 'GET', '/api/bob/tasks');
    const bob = nobody.with_token(sign_in(folder, 'bob'));
    await bob.expect(404, 'GET', `/api/tasks/${made.id}`);
    await bob.expect(204, 'DELETE', '/api/auth/me');
    await bob.expect(401, 'GET', '/api/tasks');
  });

  test('may be hashed with the secret that is going to be replaced', async () => {
    const token = sign_in(folder, 'ada', {secret: PREVIOUS});
    await nobody.with_token(token).expect(200, 'GET', '/api/tasks');
  });

  test('ends when its row goes or its time is over', async () => {
    const token = sign_in(folder, 'ada');
    const ada = nobody.with_token(token);
    await ada.expect(200, 'GET', '/api/tasks');
    execute(folder, `DELETE FROM user_sessions WHERE token = '${hash(token)}'`);
    await ada.expect(401, 'GET', '/api/tasks');
    const late = sign_in(folder, 'ada', {expires_in: -1});
    await nobody.with_token(late).expect(401, 'GET', '/api/tasks');
  });

  test('is nothing that the table itself has', async () => {
    const token = sign_in(folder, 'ada');
    const base64 = sign_in(folder, 'ada', {encoding: 'base64'});
    const others = sign_in(folder, 'ada', {secret: `${HASH_SECRET}x`});
    for (const bad of [hash(token), `${token}x`, token.slice(1), base64, others, 'ada', 'x', '%',
                       `${token}.`, `${token}.${hash(token, {encoding: 'base64'})}`,
                       'x'.repeat(513), "'OR'1'='1", 'a.b.c.d', `${token},${token}`,
                       `${token} ${token}`]) {
      const {headers} = await nobody.with_token(bad).expect(401, 'GET', '/api/tasks');
      assert.match(headers.get('www-authenticate'), /^Bearer .*error="invalid_token"/, bad);
    }
    await nobody.with_token(token).expect(200, 'GET', '/api/tasks');
  });

  test('does not show in the log', async () => {
    const token = sign_in(folder, 'ada');
    await nobody.with_token(token).expect(200, 'GET', '/api/tasks');
    await nobody.with_token(`${token}x`).expect(401, 'GET', '/api/tasks');
    for (const secret of [token, hash(token), HASH_SECRET]) {
      assert.ok(!server.log.includes(secret));
    }
  });
});

test('it may be kept in base64', async () => {
  const env = {SESSION_HASH_SECRET: HASH_SECRET, SESSION_TOKEN: 'hmac-base64'};
  await with_server(env, async (nobody, folder) => {
    const token = sign_in(folder, 'ada', {encoding: 'base64'});
    await nobody.with_token(token).expect(200, 'GET', '/api/tasks');
    const hex = sign_in(folder, 'ada');
    await nobody.with_token(hex).expect(401, 'GET', '/api/tasks');
  });
});

test('nobody is let in where no secret is set', async () => {
  await with_server({}, async (nobody, folder) => {
    await nobody.with_token(sign_in(folder, 'ada')).expect(401, 'GET', '/api/tasks');
  });
});

test('it lets in where no JWT does: in production without AUTH_SECRET', async () => {
  const env = {ENVIRONMENT: 'production', HOST: '127.0.0.1', AUTH_SECRET: undefined,
               SESSION_HASH_SECRET: HASH_SECRET};
  await with_server(env, async (nobody, folder) => {
    const token = sign_in(folder, 'ada');
    await nobody.with_token(token).expect(200, 'GET', '/api/tasks');
    const signature = hash(token, {secret: '', encoding: 'base64'});
    await nobody.with_token(`${token}.${signature}`).expect(401, 'GET', '/api/tasks');
    await nobody.with_token('a.b.c.d.e').expect(401, 'GET', '/api/tasks');
    await nobody.as('ada').expect(401, 'GET', '/api/tasks');
  });
});

test('migrating down and up again takes no session away', async () => {
  const env = {SESSION_HASH_SECRET: HASH_SECRET};
  const folder = make_folder();
  try {
    const migrate = async (...args) => {
      const {code, stderr} = await run(['migrate', ...args], {folder});
      assert.equal(code, 0, stderr);
    };
    await migrate('up');
    const token = sign_in(folder, 'ada');
    await migrate('to', '0');
    await migrate('up');
    const server = await start({folder, env});
    const client = await Client.of(server);
    await client.with_token(token).expect(200, 'GET', '/api/tasks');
    await server.stop();
  } finally {
    remove_folder(folder);
  }
});

test('what cannot be used stops the start with a line that names it', {skip: is_repetition},
     async () => {
       const bad = {
         SESSION_TABLE: ['a b', 'a.b.c', '.a', 'a.', 'a"b', 'x'.repeat(64)],
         SESSION_COLUMNS: ['token', 'token,user_id', 'a,b,c,d', 'a,b,c d', "a,b,c'"],
         SESSION_TOKEN: ['hex', 'HMAC-HEX', 'none'],
         SESSION_HASH_SECRET: ['a,b,c,d,e'],
       };
       for (const [name, values] of Object.entries(bad)) {
         for (const value of values) {
           const {code, stderr} = await run(['config'], {env: {[name]: value}});
           assert.notEqual(code, 0, `${name}=${value}`);
           assert.match(stderr, new RegExp(`${name} must be [^\n]+\n$`));
         }
       }
       const short = {ENVIRONMENT: 'production', SESSION_HASH_SECRET: 'short'};
       const {code, stderr} = await run(['config'], {env: short});
       assert.notEqual(code, 0);
       assert.match(stderr, /SESSION_HASH_SECRET must be at least 32 characters in production/);
       const good = await run(['config'], {env: {SESSION_HASH_SECRET: HASH_SECRET}});
       assert.equal(good.code, 0);
       assert.ok(!good.stdout.includes(HASH_SECRET));
     });
