// Another service that speaks for its users (X-Service-Auth).
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {Client} from './support/client.mjs';
import {make_folder, remove_folder, start} from './support/server.mjs';

const TOKEN = 'token-of-a-service-that-is-in-use-now';
const PREVIOUS = 'token-of-a-service-that-was-used-before';

let server;
let nobody;

before(async () => {
  server = await start({env: {SERVICE_AUTH_TOKEN: `${TOKEN},${PREVIOUS}`}});
  nobody = await Client.of(server);
});
after(() => server.stop());

const speaking_for = (user_id, token = TOKEN) =>
  ({'X-Service-Auth': token, ...user_id === undefined ? {} : {'X-User-ID': user_id}});

describe('a service', () => {
  test('does for its user what the user does', async () => {
    const ada = nobody.as('ada');
    const headers = speaking_for('ada');
    const {body: made} = await nobody.expect(201, 'POST', '/api/tasks',
                                             {headers, body: {title: 'for Ada'}});
    assert.equal(made.userId, 'ada');
    const {body: seen} = await ada.expect(200, 'GET', `/api/ada/tasks/${made.id}`);
    assert.equal(seen.title, 'for Ada');
    await nobody.expect(200, 'PATCH', `/api/ada/tasks/${made.id}/complete`, {headers});
    await nobody.expect(204, 'DELETE', `/api/tasks/${made.id}`, {headers});
  });

  test('reaches nobody but the user it names', async () => {
    const {body: bobs} = await nobody.as('bob').expect(201, 'POST', '/api/tasks',
                                                       {body: {title: 'of Bob'}});
    const headers = speaking_for('ada');
    await nobody.expect(403, 'GET', '/api/bob/tasks', {headers});
    await nobody.expect(404, 'GET', `/api/tasks/${bobs.id}`, {headers});
  });

  test('may use the token that is going to be replaced', async () => {
    await nobody.expect(200, 'GET', '/api/tasks', {headers: speaking_for('ada', PREVIOUS)});
  });

  test('is refused with any other token, whoever else is let in', async () => {
    const ada = nobody.as('ada');
    for (const token of ['', 'x', `${TOKEN}x`, TOKEN.slice(1), `${TOKEN},${PREVIOUS}`]) {
      const headers = speaking_for('ada', token);
      for (const who of [nobody, ada]) {
        const {headers: answered} = await who.expect(401, 'GET', '/api/tasks', {headers});
        assert.match(answered.get('www-authenticate'), /^Bearer .*error="invalid_token"/);
      }
    }
  });

  test('has to name a user', async () => {
    for (const user_id of [undefined, '', 'x'.repeat(256)]) {
      const {body} = await nobody.expect(400, 'GET', '/api/tasks',
                                         {headers: speaking_for(user_id)});
      assert.match(body.detail, /X-User-ID/);
    }
  });

  test('is not let in where no token is set', async () => {
    const closed = await start();
    try {
      const client = await Client.of(closed);
      await client.expect(401, 'GET', '/api/tasks', {headers: speaking_for('ada', '')});
    } finally {
      await closed.stop();
    }
  });
});

test('a token may stand in a file, and never in the log', async () => {
  const folder = make_folder();
  const path = join(folder, 'service-token');
  writeFileSync(path, `${TOKEN}\n`);
  const filed = await start({folder, env: {SERVICE_AUTH_TOKEN_FILE: path, LOG_LEVEL: 'DEBUG'}});
  try {
    const client = await Client.of(filed);
    await client.expect(200, 'GET', '/api/tasks', {headers: speaking_for('ada')});
    assert.ok(!filed.log.includes(TOKEN));
  } finally {
    await filed.stop();
    remove_folder(folder);
  }
});
