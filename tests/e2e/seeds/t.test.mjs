// A backend with accounts of its own: its front end registers, signs in and gets a JWT of it.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {faults_of} from '../support/client.mjs';
import {execute} from '../support/database.mjs';
import {
  check_cors, check_pages, check_ready, check_refused, read_health, run_beside, scoped_calls, serve,
  while_serving,
} from '../support/front_end.mjs';
import {claims_of, now_s, read_claims, sign} from '../support/jwt.mjs';
import {SECRET} from '../support/server.mjs';
import {INSTANT, UUID_V7} from '../support/surfaces.mjs';
import {DEPLOYMENT, dotenv, log_in, PASSWORD, secrets, sign_up} from './t.mjs';

const WEEK_S = 7 * 86_400;
const ARGON2 = /^\$argon2id\$v=19\$m=65536,t=2,p=4\$[\w+/]+\$([\w+/]+)$/;
const HASH_BYTES = 32;

let server;
let nobody;
let ada;
let eve;

before(async () => {
  ({server, nobody} = await serve(dotenv));
  ada = await sign_up(nobody, 'Ada Lovelace', 'ada@example.com');
  eve = await sign_up(nobody, 'Eve', 'eve@example.com');
});
after(() => server.stop());

const create = async (client, body) =>
  (await client.expect(201, 'POST', client.tasks, {body})).body;

describe('an account', () => {
  test('is made with a name, an e-mail and a password', () => {
    const {id, created_at, ...rest} = ada.profile;
    assert.match(id, UUID_V7);
    assert.match(created_at, INSTANT);
    assert.deepEqual(rest, {name: 'Ada Lovelace', email: 'ada@example.com'});
  });

  test('gives a token that holds for a week', () => {
    const {access_token, token_type, expires_in, user} = ada.session;
    assert.deepEqual([token_type, expires_in], ['bearer', WEEK_S]);
    const {id, name, email} = ada.profile;
    assert.deepEqual(user, {id, name, email});
    const {sub, iat, exp} = read_claims(access_token);
    assert.deepEqual([sub, exp - iat], [id, WEEK_S]);
    const [header] = access_token.split('.');
    assert.equal(JSON.parse(Buffer.from(header, 'base64url')).alg, 'HS256');
  });

  test('keeps an Argon2 hash of its password, and shows it to nobody', async () => {
    const hash = execute(server.folder, "SELECT password_hash FROM users WHERE name = 'Eve'");
    assert.equal(Buffer.from(ARGON2.exec(hash.trim())[1], 'base64').length, HASH_BYTES);
    for (const shown of [eve.profile, eve.session]) {
      assert.doesNotMatch(JSON.stringify(shown), /argon2|password/);
    }
    assert.ok(!server.log.includes(PASSWORD));
  });

  test('is refused with an e-mail that is taken, or with what is not allowed', async () => {
    const good = {name: 'Bob', email: 'bob@example.com', password: PASSWORD};
    const taken = {...good, email: 'ADA@example.com'};
    await check_refused(nobody, 400, [['POST', '/api/auth/register', taken]]);
    const bad = {name: ['', 'x'.repeat(101)], email: ['bob'], password: ['seven77']};
    for (const [field, values] of Object.entries(bad)) {
      for (const value of values) {
        const answer = await nobody.expect(422, 'POST', '/api/auth/register',
                                           {body: {...good, [field]: value}});
        assert.deepEqual(faults_of(answer), [`body.${field}`]);
      }
    }
    const empty = await nobody.expect(422, 'POST', '/api/auth/register', {body: {}});
    assert.deepEqual(faults_of(empty).sort(), ['body.email', 'body.name', 'body.password']);
  });

  test('lets nobody in with a wrong password, or in another name', async () => {
    const wrong = await log_in(nobody, 'ada@example.com', 'a wrong password');
    const unknown = await log_in(nobody, 'nobody@example.com');
    assert.deepEqual([wrong.status, unknown.status], [401, 401]);
    assert.equal(wrong.body.detail, unknown.body.detail);
    const incomplete = await nobody.expect(422, 'POST', '/api/auth/login',
                                           {body: {email: 'ada@example.com'}});
    assert.deepEqual(faults_of(incomplete), ['body.password']);
  });
});

describe('tasks', () => {
  test('are made, read, changed, completed and deleted by their number', async () => {
    const made = await create(ada, {title: 'Pay bills', description: 'All of them'});
    assert.deepEqual([made.user_id, made.title, made.description, made.completed],
                     [ada.user_id, 'Pay bills', 'All of them', false]);
    for (const name of ['created_at', 'updated_at']) assert.match(made[name], INSTANT);
    // The number is what such a backend calls the id; the id here is a UUID.
    assert.ok(Number.isInteger(made.number));
    const path = `${ada.tasks}/${made.number}`;
    assert.deepEqual((await ada.expect(200, 'GET', path)).body, made);

    const titled = (await ada.expect(200, 'PUT', path, {body: {title: 'Call mom tonight'}})).body;
    assert.deepEqual([titled.title, titled.description], ['Call mom tonight', 'All of them']);
    const described = (await ada.expect(200, 'PUT', path, {body: {description: 'At 8'}})).body;
    assert.deepEqual([described.title, described.description], ['Call mom tonight', 'At 8']);

    for (const completed of [true, true, false, true]) {
      const {body} = await ada.expect(200, 'PATCH', `${path}/complete`, {body: {completed}});
      assert.equal(body.completed, completed);
    }
    assert.equal((await ada.expect(204, 'DELETE', path)).text, '');
    await check_refused(ada, 404, scoped_calls(ada.tasks, made.number).slice(2));
  });

  test('are filtered by status', async () => {
    const client = await sign_up(nobody, 'Filter', 'filter@example.com');
    assert.deepEqual((await client.expect(200, 'GET', client.tasks)).body, []);
    const open = await create(client, {title: 'open'});
    const {number} = await create(client, {title: 'done'});
    const done = (await client.expect(200, 'PATCH', `${client.tasks}/${number}/complete`,
                                      {body: {completed: true}})).body;
    const expected = {all: [done, open], pending: [open], completed: [done]};
    for (const [status, tasks] of Object.entries(expected)) {
      const {body} = await client.expect(200, 'GET', `${client.tasks}?status=${status}`);
      assert.deepEqual(body, tasks, status);
    }
    assert.deepEqual((await client.expect(200, 'GET', client.tasks)).body, [done, open]);
  });

  test('are refused with what is not allowed', async () => {
    const {number} = await create(ada, {title: 'stays as it is'});
    const path = `${ada.tasks}/${number}`;
    const bad = [[{title: ''}, 'title'], [{title: 'x'.repeat(201)}, 'title'],
      [{title: 'x', description: 'y'.repeat(1001)}, 'description']];
    for (const [body, field] of bad) {
      for (const [method, where] of [['POST', ada.tasks], ['PUT', path]]) {
        const answer = await ada.expect(422, method, where, {body});
        assert.deepEqual(faults_of(answer), [`body.${field}`]);
      }
    }
    const wrong = await ada.expect(422, 'PATCH', `${path}/complete`, {body: {completed: 'yes'}});
    assert.deepEqual(faults_of(wrong), ['body.completed']);
    assert.equal((await ada.expect(200, 'GET', path)).body.title, 'stays as it is');
  });

  test("are their user's alone", async () => {
    const {id} = await create(ada, {title: "Ada's"});
    await check_refused(eve, 403, scoped_calls(ada.tasks, id));
    await check_refused(eve, 404, scoped_calls(eve.tasks, id).slice(2));
    const refused = [
      undefined, 'no token', sign(claims_of(ada.user_id, {exp: now_s() - WEEK_S})),
      sign(claims_of(ada.user_id), {secret: 'another JWT_SECRET_KEY'}),
      sign(claims_of(ada.user_id), {header: {alg: 'HS512', typ: 'JWT'}, hash: 'sha512'}),
    ];
    await check_refused(nobody, 401, scoped_calls(ada.tasks, id));
    for (const token of refused) {
      await check_refused(nobody.with_token(token), 401, [['GET', ada.tasks]]);
    }
  });
});

test('the pages, and other origins', async () => {
  await check_pages(nobody);
  await check_cors(ada, 'http://localhost:3000', ada.tasks);
  await check_cors(ada, 'https://todo.example', ada.tasks);
});

describe('on Kubernetes', () => {
  test('the probes are answered, and readiness waits for the schema', async () => {
    await while_serving(secrets, DEPLOYMENT, async (client, started) => {
      await read_health(client);
      await check_ready(client, '/ready');
      await run_beside(started, 'migrate', 'down');
      await client.expect(503, 'GET', '/ready');
      await read_health(client);
      assert.match(await run_beside(started, 'migrate', 'pending'), /^\d{4} \w+\n$/);
      await run_beside(started, 'migrate', 'up');
      await check_ready(client, '/ready');
      const history = await run_beside(started, 'migrate', 'history');
      const current = await run_beside(started, 'migrate', 'current');
      assert.equal(current.trim(), history.trim().split('\n').at(-1).slice(0, 4));
    });
  });

  test('a token holds for the days that the secret says', async () => {
    const two_days = (folder) =>
      secrets(folder).replace('EXPIRE_DAYS=7', 'EXPIRE_DAYS=2');
    await while_serving(two_days, DEPLOYMENT, async (client) => {
      const {session} = await sign_up(client, 'Ada', 'ada@example.com');
      assert.equal(session.expires_in, 2 * 86_400);
    });
  });
});

test('the name and the version of the .env are shown', async () => {
  assert.deepEqual(await read_health(nobody), {service: 'Todo App', version: '1.0.0'});
  const {title, version} = nobody.document.info;
  assert.deepEqual([title, version], ['Todo App', '1.0.0']);
});

test('an account that goes takes its tasks along', async () => {
  const client = await sign_up(nobody, 'Short', 'short@example.com');
  await create(client, {title: 'gone soon'});
  const rows_of = () => Number(execute(server.folder,
      "SELECT count(*) FROM tasks WHERE title = 'gone soon'"));
  assert.equal(rows_of(), 1);
  await client.expect(204, 'DELETE', '/api/auth/me');
  assert.equal(rows_of(), 0);
  await client.expect(401, 'GET', client.tasks);
});
