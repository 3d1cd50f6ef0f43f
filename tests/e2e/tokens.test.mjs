// todod's own tokens: what programs ask with, and who may do what with one.
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client, faults_of} from './support/client.mjs';
import {database, execute} from './support/database.mjs';
import {run, start} from './support/server.mjs';
import {INSTANT, UUID_V7, surfaces} from './support/surfaces.mjs';

const TOKENS = '/api/auth/tokens';
const PASSWORD = 'correct horse battery';
const DAY_MS = 86_400_000;
const MAX_TOKENS = 100;
const PATIENCE_MS = 10_000;
const POLL_MS = 10;
const SCOPES = ['read', 'write', 'delete'];

let server;
let nobody;
let people = 0;

before(async () => {
  server = await start();
  nobody = await Client.of(server);
});
after(() => server.stop());

/// Somebody with an account, signed in with a JWT.
async function sign_up(email = `token-${people += 1}@example.com`) {
  const {body: profile} = await nobody.expect(201, 'POST', '/api/auth/register', {
    body: {name: 'Ada', email, password: PASSWORD},
  });
  const {body: session} = await nobody.expect(200, 'POST', '/api/auth/login',
                                              {body: {email, password: PASSWORD}});
  const client = nobody.with_token(session.access_token);
  return Object.assign(client, {email, user_id: profile.id});
}

/// A client with a token that `maker` has made; `made` is what was told of it.
async function make(maker, scopes = SCOPES, more = {}) {
  const {body: made} = await maker.expect(201, 'POST', TOKENS,
                                          {body: {name: 'agent', scopes, ...more}});
  return Object.assign(nobody.with_token(made.token), {made, user_id: maker.user_id});
}

const list = async (client) => (await client.expect(200, 'GET', TOKENS)).body;
const revoke = (client, id) => client.call('DELETE', `${TOKENS}/${id}`);
const hash_of = (token) => createHash('sha256').update(token).digest('base64url');

/// Looks until `holds` of what `look` gives.
async function eventually(look, holds) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    assert.ok(Date.now() < deadline, `it never came: ${JSON.stringify(seen)}`);
    await sleep(POLL_MS);
  }
}

describe('a token', () => {
  test('is made, shown once, listed without it and revoked', async () => {
    const ada = await sign_up();
    assert.deepEqual(await list(ada), []);
    const {made} = await make(ada, ['delete', 'read'], {name: '  My agent ', expires_in_days: 30});
    const {token, ...told} = made;
    assert.deepEqual(Object.keys(made), ['id', 'name', 'scopes', 'token', 'created_at',
      'expires_at', 'last_used_at']);
    assert.match(token, /^tdd_[\w-]{43}$/);
    assert.match(made.id, UUID_V7);
    assert.match(made.created_at, INSTANT);
    assert.equal(Date.parse(made.expires_at) - Date.parse(made.created_at), 30 * DAY_MS);
    assert.deepEqual([made.name, made.scopes, made.last_used_at],
                     ['My agent', ['read', 'delete'], null]);
    assert.deepEqual(await list(ada), [told]);
    assert.equal((await make(ada)).made.expires_at, null);

    assert.equal((await revoke(ada, made.id)).status, 204);
    assert.equal((await revoke(ada, made.id)).status, 404);
    assert.equal((await list(ada)).length, 1);
  });

  test('is kept as a hash alone', async () => {
    const ada = await sign_up();
    const {made: {token}} = await make(ada);
    const rows = execute(server.folder, 'SELECT * FROM tokens') +
      execute(server.folder, `SELECT count(*) FROM ${
        database === 'postgres' ? 'token_hashes' : 'tokens'
      } WHERE hash = '${hash_of(token)}'`);
    assert.ok(!rows.includes(token.slice(4)));
    assert.match(rows, /\n1\n$/);
    assert.ok(!server.log.includes(token), 'it is in the log');
  });

  for (const surface of surfaces) {
    test(`lets its user do all on the ${surface.name} surface`, async () => {
      const ada = await sign_up();
      const agent = await make(ada);
      const tasks = surface.tasks(ada.user_id);
      const {body: task} = await agent.expect(201, 'POST', tasks, {body: {title: 'by an agent'}});
      assert.equal(task[surface.key('user_id')], ada.user_id);
      await agent.expect(200, 'GET', `${tasks}/${task.id}`);
      await agent.expect(200, 'PATCH', `${tasks}/${task.id}`, {body: {title: 'changed'}});
      await agent.expect(200, 'PATCH', `${tasks}/${task.id}/complete`);
      assert.equal((await ada.expect(200, 'GET', tasks)).body.length, 1);
      await agent.expect(204, 'DELETE', `${tasks}/${task.id}`);
      assert.equal((await agent.expect(200, 'GET', '/api/auth/me')).body.id, ada.user_id);
    });

    test(`is refused what is outside its scopes on the ${surface.name} surface`, async () => {
      const ada = await sign_up();
      const tasks = surface.tasks(ada.user_id);
      const {body: {id}} = await ada.expect(201, 'POST', tasks, {body: {title: 'hers'}});
      const calls = {
        read: [['GET', tasks], ['GET', `${tasks}/${id}`], ['GET', '/api/auth/me'], ['GET', TOKENS]],
        write: [['POST', tasks], ['PUT', `${tasks}/${id}`], ['PATCH', `${tasks}/${id}`],
          ['PATCH', `${tasks}/${id}/complete`]],
        delete: [['DELETE', `${tasks}/${id}`]],
      };
      for (const scope of SCOPES) {
        const without = await make(ada, SCOPES.filter((other) => other !== scope));
        const alone = await make(ada, [scope]);
        for (const [method, path] of calls[scope]) {
          // Refused before it is looked at what is asked.
          const answer = await without.expect(403, method, path);
          assert.equal(answer.headers.get('www-authenticate'),
                       `Bearer error="insufficient_scope", scope="${scope}"`);
          if (method === 'DELETE') continue;
          const {status} = await alone.call(method, path);
          assert.ok([200, 422].includes(status), `${scope} ${method} ${path}: ${status}`);
        }
      }
      await (await make(ada, ['delete'])).expect(204, 'DELETE', `${tasks}/${id}`);
    });
  }

  test('does nothing to the account itself, whatever its scopes', async () => {
    const ada = await sign_up();
    const other = await make(ada);
    const provider = '/api/api-keys/openai';
    const changes = {password: {current_password: PASSWORD, new_password: 'another horse'},
                     token: {name: 'heir', scopes: ['read']}, key: {apiKey: 'sk-of-the-token'}};
    for (const scopes of [SCOPES, ['write'], ['delete']]) {
      const agent = await make(ada, scopes);
      for (const [method, path, body] of [
        ['POST', TOKENS, changes.token], ['DELETE', `${TOKENS}/${other.made.id}`],
        ['DELETE', `${TOKENS}/${agent.made.id}`], ['POST', '/api/auth/password', changes.password],
        ['DELETE', '/api/auth/me'], ['PUT', provider, changes.key], ['DELETE', provider],
        ['POST', `${provider}/validate`]]) {
        const answer = await agent.expect(403, method, path, {body});
        assert.equal(answer.body.detail, 'A token may not do this: sign in.');
        assert.equal(answer.headers.get('www-authenticate'), null, 'no scope would do');
      }
    }
    // All is as it was, and may still be looked at.
    assert.deepEqual((await list(other)).map(({name}) => name), Array(4).fill('agent'));
    await other.expect(200, 'GET', '/api/auth/me');
    await nobody.expect(200, 'POST', '/api/auth/login',
                        {body: {email: ada.email, password: PASSWORD}});
  });

  test("reaches nothing of another user's", async () => {
    const ada = await sign_up();
    const eve = await sign_up();
    const agent = await make(eve);
    const hers = await make(ada);
    await ada.expect(201, 'POST', '/api/tasks', {body: {title: "Ada's"}});
    await agent.expect(403, 'GET', `/api/${ada.user_id}/tasks`);
    await agent.expect(404, 'GET', '/api/tasks/1');
    assert.equal((await revoke(eve, hers.made.id)).status, 404);
    assert.deepEqual((await list(agent)).map(({id}) => id), [agent.made.id]);
    await hers.expect(200, 'GET', '/api/tasks');
  });

  test('is refused in the same words when unknown, malformed, revoked or expired', async () => {
    const ada = await sign_up();
    const revoked = await make(ada);
    const expired = await make(ada, SCOPES, {expires_in_days: 1});
    await expired.expect(200, 'GET', '/api/tasks');
    assert.equal((await revoke(ada, revoked.made.id)).status, 204);
    const past = database === 'postgres' ? 'now()' : Date.now();
    execute(server.folder,
            `UPDATE tokens SET expires_at = ${past} WHERE expires_at IS NOT NULL`);
    const {token} = expired.made;
    const bad = [revoked.made.token, token, `tdd_${'A'.repeat(43)}`, 'tdd_', 'tdd_a.b.c',
      `tdd_${'A'.repeat(5000)}`, token.slice(0, -1), `${token}A`, token.replace('tdd_', 'tdd_+')];
    const told = new Set();
    for (const each of bad) {
      for (const [method, path] of [['GET', '/api/tasks'], ['POST', '/api/tasks'],
        ['GET', `/api/${ada.user_id}/tasks`], ['GET', TOKENS], ['DELETE', '/api/auth/me']]) {
        const answer = await nobody.with_token(each).expect(401, method, path);
        told.add(answer.body.detail + answer.headers.get('www-authenticate'));
      }
    }
    assert.equal(told.size, 1, [...told].join('\n'));
    assert.equal((await nobody.with_token(token.toUpperCase()).call('GET', TOKENS)).status, 401);
  });

  test('that is revoked ends at once on every connection', async () => {
    const ada = await sign_up();
    const agent = await make(ada);
    const ask = async () => {
      const answers = await Promise.all(
        Array.from({length: 16}, () => agent.call('GET', '/api/tasks')));
      return [...new Set(answers.map(({status}) => status))];
    };
    assert.deepEqual(await ask(), [200]);
    assert.equal((await revoke(ada, agent.made.id)).status, 204);
    assert.deepEqual(await ask(), [401]);
  });

  test('outlives a changed password', async () => {
    const ada = await sign_up();
    const agent = await make(ada);
    await agent.expect(201, 'POST', '/api/tasks', {body: {title: 'before'}});
    await ada.expect(204, 'POST', '/api/auth/password',
                     {body: {current_password: PASSWORD, new_password: 'another horse'}});
    await ada.expect(401, 'GET', '/api/tasks');
    await agent.expect(201, 'POST', '/api/tasks', {body: {title: 'after'}});
    assert.equal((await agent.expect(200, 'GET', '/api/tasks')).body.length, 2);
  });

  test('goes with its account, which does not come back', async () => {
    const ada = await sign_up();
    const [first, second] = [await make(ada), await make(ada)];
    await first.expect(201, 'POST', '/api/tasks', {body: {title: 'gone soon'}});
    await ada.expect(204, 'DELETE', '/api/auth/me');
    for (const agent of [first, second]) {
      await agent.expect(401, 'GET', '/api/tasks');
      await agent.expect(401, 'POST', '/api/tasks', {body: {title: 'back again?'}});
      await agent.expect(401, 'POST', TOKENS, {body: {name: 'x', scopes: ['read']}});
    }
    await ada.expect(401, 'POST', TOKENS, {body: {name: 'x', scopes: ['read']}});
    const left = `SELECT count(*) FROM users WHERE user_id = '${ada.user_id}'`;
    assert.equal(execute(server.folder, left).trim(), '0');
    const next = await sign_up(ada.email);
    assert.deepEqual(await list(next), []);
  });

  test('remembers its last use', async () => {
    const ada = await sign_up();
    const agent = await make(ada);
    const other = await make(ada);
    const before_use = Date.now();
    await agent.expect(200, 'GET', '/api/tasks');
    const used = (tokens) => tokens.find(({id}) => id === agent.made.id).last_used_at;
    const first = used(await eventually(() => list(ada), (tokens) => used(tokens) !== null));
    assert.match(first, INSTANT);
    assert.ok(Date.parse(first) >= before_use && Date.parse(first) <= Date.now());
    // Once a minute: what follows at once is not written.
    await agent.expect(200, 'GET', '/api/tasks');
    await make(ada);
    const tokens = await list(ada);
    assert.equal(used(tokens), first);
    assert.equal(tokens.find(({id}) => id === other.made.id).last_used_at, null);
  });

  test('of a user from elsewhere works without a password', async () => {
    const foreign = nobody.as('auth0|agent owner');
    const agent = await make(foreign, ['read']);
    await agent.expect(200, 'GET', `/api/${encodeURIComponent('auth0|agent owner')}/tasks`);
  });
});

describe('making a token', () => {
  test('says all that is wrong', async () => {
    const ada = await sign_up();
    const good = {name: 'agent', scopes: ['read'], expires_in_days: 1};
    const bad = {
      name: ['', '  ', 'x'.repeat(101), 'a\u0007b', 5, null],
      scopes: [[], ['admin'], 'read', null, [null], ['read', 'read', 'read', 'read']],
      expires_in_days: [0, -1, 3651, 1.5, '1', true],
    };
    for (const [field, values] of Object.entries(bad)) {
      for (const value of values) {
        const answer = await ada.call('POST', TOKENS, {body: {...good, [field]: value}});
        assert.equal(answer.status, 422, `${field} ${JSON.stringify(value)}: ${answer.text}`);
        for (const fault of faults_of(answer)) assert.match(fault, new RegExp(`^body.${field}`));
      }
    }
    const none = await ada.call('POST', TOKENS, {body: {}});
    assert.deepEqual(faults_of(none).sort(), ['body.name', 'body.scopes']);
    const unknown = await ada.call('POST', TOKENS, {body: {...good, scope: 'read'}});
    assert.deepEqual(faults_of(unknown), ['body.scope']);
    assert.deepEqual(await list(ada), []);
  });

  test('takes values up to their limits, in either spelling', async () => {
    const ada = await sign_up();
    const {made} = await make(ada, ['READ', 'Delete'],
                              {name: '😀'.repeat(100), expiresInDays: 3650});
    assert.deepEqual(made.scopes, ['read', 'delete']);
    assert.equal(Date.parse(made.expires_at) - Date.parse(made.created_at), 3650 * DAY_MS);
    assert.equal((await make(ada, ['read'], {expires_in_days: null})).made.expires_at, null);
  });

  test('ends at a bound for each user', async () => {
    const ada = await sign_up();
    const ask = () => ada.call('POST', TOKENS, {body: {name: 'x', scopes: ['read']}});
    const answers = await Promise.all(Array.from({length: MAX_TOKENS + 5}, ask));
    const made = answers.filter(({status}) => status === 201);
    assert.equal(made.length, MAX_TOKENS);
    const refused = answers.find(({status}) => status !== 201);
    assert.equal(refused.status, 409);
    assert.match(refused.body.detail, /100 tokens.*revoke/);
    assert.equal((await list(ada)).length, MAX_TOKENS);
    assert.equal((await revoke(ada, made[0].body.id)).status, 204);
    assert.equal((await ask()).status, 201);
  });

  test('needs somebody who is signed in', async () => {
    await nobody.expect(401, 'GET', TOKENS);
    await nobody.expect(401, 'POST', TOKENS, {body: {name: 'x', scopes: ['read']}});
    await nobody.expect(401, 'DELETE', `${TOKENS}/01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e`);
  });

  test('an id that is none is not found', async () => {
    const ada = await sign_up();
    for (const id of ['1', 'x', '%20', '01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e']) {
      assert.equal((await revoke(ada, id)).status, 404, id);
    }
  });
});

describe('todod user token', () => {
  const ask = (...args) => run(['user', 'token', ...args], {folder: server.folder});

  test('prints a token of the user, named by the e-mail or the id', async () => {
    const ada = await sign_up();
    const {code, stdout, stderr} = await ask(ada.email.toUpperCase(), '--name', 'cron', '--scopes',
                                             'read,write', '--expires-in-days', '7');
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^tdd_[\w-]{43}\n$/);
    const agent = nobody.with_token(stdout.trim());
    await agent.expect(201, 'POST', '/api/tasks', {body: {title: 'by a job'}});
    await agent.expect(403, 'DELETE', '/api/tasks/1');
    const [told] = await list(ada);
    assert.deepEqual([told.name, told.scopes], ['cron', ['read', 'write']]);
    assert.equal(Date.parse(told.expires_at) - Date.parse(told.created_at), 7 * DAY_MS);
    const by_id = await ask(ada.user_id, '--name', 'other', '--scopes', 'delete');
    assert.equal(by_id.code, 0, by_id.stderr);
    assert.equal((await list(ada))[1].expires_at, null);
  });

  test('refuses what a request would, and who is not there', async () => {
    const ada = await sign_up();
    const bad = [
      ['nobody@example.com', '--name', 'x', '--scopes', 'read'],
      [ada.email, '--name', '', '--scopes', 'read'],
      [ada.email, '--name', 'x', '--scopes', ''],
      [ada.email, '--name', 'x', '--scopes', 'read,'],
      [ada.email, '--name', 'x', '--scopes', 'read,admin'],
      [ada.email, '--name', 'x', '--scopes', 'read', '--expires-in-days', '0'],
      [ada.email, '--name', 'x', '--scopes', 'read', '--expires-in-days', 'soon'],
    ];
    for (const args of bad) {
      const {code, stdout, stderr} = await ask(...args);
      assert.equal(code, 1, `${args}: ${stdout}`);
      assert.equal(stdout, '');
      assert.match(stderr, /^todod: [^\n]+\n$/);
    }
    for (const args of [[], ['--name', 'x'], ['--scopes', 'read']]) {
      assert.equal((await ask(ada.email, ...args)).code, 2, args.join(' '));
    }
    assert.deepEqual(await list(ada), []);
  });
});
