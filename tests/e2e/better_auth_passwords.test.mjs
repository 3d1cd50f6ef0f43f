// Passwords of a user table that was Better Auth's: scrypt, made here by Node's.
import assert from 'node:assert/strict';
import {scryptSync} from 'node:crypto';
import {after, before, test} from 'node:test';

import {Client} from './support/client.mjs';
import {execute} from './support/database.mjs';
import {start} from './support/server.mjs';

const PASSWORD = 'correct horse battery';

let server;
let nobody;
let people = 0;

before(async () => {
  server = await start();
  nobody = await Client.of(server);
});
after(() => server.stop());

/// Somebody with an account, signed in.
async function sign_up() {
  const email = `better-${people += 1}@example.com`;
  const body = {name: 'Ada', email, password: PASSWORD};
  const {body: profile} = await nobody.expect(201, 'POST', '/api/auth/register', {body});
  const {body: session} = await nobody.expect(200, 'POST', '/api/auth/login',
                                              {body: {email, password: PASSWORD}});
  return Object.assign(nobody.with_token(session.access_token), {email, user_id: profile.id});
}

const PARAMETERS = {N: 16384, r: 16, p: 1, maxmem: 128 * 16384 * 16 * 2};

function better_auth_hash(password) {
  const salt = '000102030405060708090a0b0c0d0e0f';
  const key = scryptSync(password.normalize('NFKC'), salt, 64, PARAMETERS);
  return `${salt}:${key.toString('hex')}`;
}
const set_hash = (user_id, hash) => execute(
  server.folder, `UPDATE users SET password_hash = '${hash}' WHERE user_id = '${user_id}'`);
const hash_in_use = (user_id) =>
  execute(server.folder, `SELECT password_hash FROM users WHERE user_id = '${user_id}'`).trim();
const log_in = async (email, password) =>
  (await nobody.call('POST', '/api/auth/login', {body: {email, password}})).status;

test('its hashes sign in, and are replaced by Argon2id', async () => {
  const ada = await sign_up();
  const password = 'Å ﬁne ① password';
  const hash = better_auth_hash(password);
  set_hash(ada.user_id, hash);
  assert.equal(await log_in(ada.email, 'another password'), 401);
  assert.equal(hash_in_use(ada.user_id), hash, 'a wrong password replaces nothing');
  assert.equal(await log_in(ada.email, password.normalize('NFD')), 200);
  assert.match(hash_in_use(ada.user_id), /^\$argon2id\$v=19\$m=65536,t=2,p=4\$/);
  assert.equal(await log_in(ada.email, password.normalize('NFD')), 200);
  assert.equal(await log_in(ada.email, 'another password'), 401);
});

test('its hashes let the password be changed', async () => {
  const ada = await sign_up();
  set_hash(ada.user_id, better_auth_hash('the old password'));
  const change = (current_password) => ada.call('POST', '/api/auth/password', {
    body: {current_password, new_password: 'the new password'},
  });
  assert.equal((await change('a wrong password')).status, 403);
  assert.equal((await change('the old password')).status, 204);
  assert.equal(await log_in(ada.email, 'the new password'), 200);
});

test('hashes that are not whole let nobody in', async () => {
  const ada = await sign_up();
  const hash = better_auth_hash(PASSWORD);
  for (const broken of [hash.slice(1), hash.slice(0, -1), hash.replace(':', ';'), `${hash}0`]) {
    set_hash(ada.user_id, broken);
    assert.equal(await log_in(ada.email, PASSWORD), 401, broken);
    assert.equal(hash_in_use(ada.user_id), broken);
  }
});
