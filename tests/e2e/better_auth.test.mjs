// The sessions of a stock Better Auth server, in its own table.
import assert from 'node:assert/strict';
import {createHmac} from 'node:crypto';
import {after, before, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {BetterAuth} from './support/better_auth.mjs';
import {Client} from './support/client.mjs';
import {execute} from './support/database.mjs';
import {SECRET, make_folder, remove_folder, start} from './support/server.mjs';

const LIMIT_MS = 20_000;
const POLL_MS = 50;

let folder;
let server;
let better_auth;
let nobody;

before(async () => {
  folder = make_folder();
  server = await start({folder, env: {
    SESSION_TOKEN: 'plain', SESSION_TABLE: 'session', SESSION_COLUMNS: 'token,userId,expiresAt',
    LOG_LEVEL: 'DEBUG',
    WORKERS: 1,  // each remembers for itself, for a second, that there was no table
  }});
  nobody = await Client.of(server);
});
after(async () => {
  await better_auth?.stop();
  await server.stop();
  remove_folder(folder);
});

/// Until it holds.
async function wait_for(what, holds) {
  const deadline = Date.now() + LIMIT_MS;
  while (!await holds()) {
    assert.ok(Date.now() < deadline, what);
    await sleep(POLL_MS);
  }
}

const status_of = async (token) =>
  (await nobody.with_token(token).raw('GET', '/api/tasks')).status;

function sign(token, secret = SECRET) {
  return `${token}.${createHmac('sha256', secret).update(token).digest('base64')}`;
}

test('a table that is not there is told, and waited for', async () => {
  const {body} = await nobody.with_token('a-token').raw('GET', '/api/tasks');
  assert.equal(body.status, 503);
  assert.ok(!JSON.stringify(body).includes('SESSION_TABLE'));
  const line = /ERROR.*SESSION_TABLE session with SESSION_COLUMNS token,userId,expiresAt/;
  await wait_for('a line that names the table', () => line.test(server.log));
  await nobody.as('zoe').expect(200, 'GET', '/api/tasks');
  await nobody.expect(200, 'GET', '/ready');

  better_auth = await BetterAuth.start(folder);
  await wait_for('the table to be seen', async () => await status_of('a-token') === 401);
});

test('the token lets in, by itself and signed as in the cookie', async () => {
  const ada = await better_auth.sign_up('ada');
  for (const token of [ada.token, ada.signed, decodeURIComponent(ada.signed), sign(ada.token)]) {
    const {body} = await nobody.with_token(token).expect(200, 'GET', '/api/auth/me');
    assert.equal(body.id, ada.user_id);
  }
  const client = nobody.with_token(ada.signed);
  const {body: task} = await client.expect(201, 'POST', '/api/tasks', {body: {title: 'milk'}});
  assert.equal(task.userId, ada.user_id);
  await client.expect(200, 'GET', `/api/${ada.user_id}/tasks`);
  await client.expect(403, 'GET', '/api/zoe/tasks');
  assert.ok(!server.log.includes(ada.token));
});

test('a signature that does not hold is refused, whatever the token', async () => {
  const bob = await better_auth.sign_up('bob');
  const signature = bob.signed.slice(bob.signed.indexOf('.') + 1);
  const other = await better_auth.sign_up('other');
  for (const bad of [
    `${bob.token}.`, `${bob.token}.x`, `${bob.signed}x`, `.${signature}`,
    sign(bob.token, `${SECRET}x`), `${other.token}.${signature}`, `x${bob.signed}`,
    `${bob.token}.${signature.replaceAll('%', '%%')}`,
    sign(bob.token).replace('=', ''),
  ]) {
    assert.equal(await status_of(bad), 401, bad);
  }
  assert.equal(await status_of(bob.signed), 200);
});

test('signing out ends it at once', async () => {
  const carol = await better_auth.sign_up('carol');
  for (const token of [carol.token, carol.signed]) assert.equal(await status_of(token), 200);
  await carol.sign_out();
  for (const token of [carol.token, carol.signed]) assert.equal(await status_of(token), 401);
});

test('a session that has expired is refused', async () => {
  const dan = await better_auth.sign_up('dan');
  assert.equal(await status_of(dan.token), 200);
  const past = new Date(Date.now() - 1000).toISOString();
  execute(folder, `UPDATE session SET "expiresAt" = '${past}' WHERE token = '${dan.token}'`);
  for (const token of [dan.token, dan.signed]) assert.equal(await status_of(token), 401);
});

test('an account that was deleted stays so while its session goes on', async () => {
  const eve = await better_auth.sign_up('eve');
  const client = nobody.with_token(eve.token);
  await client.expect(201, 'POST', '/api/tasks', {body: {title: 'milk'}});
  await client.expect(204, 'DELETE', '/api/auth/me');
  await client.expect(401, 'GET', '/api/tasks');
  await client.expect(401, 'POST', '/api/tasks', {body: {title: 'milk'}});
});
