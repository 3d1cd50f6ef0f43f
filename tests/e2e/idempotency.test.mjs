// A request with an Idempotency-Key is done once, however often, wherever and whenever it is sent.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {after, before, describe, test} from 'node:test';
import {setImmediate as next_event, setTimeout as sleep} from 'node:timers/promises';

import {Client} from './support/client.mjs';
import {execute, only_on} from './support/database.mjs';
import {free_port, make_folder, remove_folder, start} from './support/server.mjs';

const CLIENTS = 200;
const KEYS = 50;
const USERS = 10;
/// How many answers there are when the server is killed.
const KILLED_AT = [1, 400, 800, 1200, 1600];
const ROUNDS = 10;
const RETRY_MS = 20;
const LIMIT_MS = 60_000;

let folder;

before(() => { folder = make_folder(); });
after(() => remove_folder(folder));

/// Asks for a task with a key, on either surface.
function create(client, key, body, {own = true} = {}) {
  const path = own ? '/api/tasks' : `/api/${client.user_id}/tasks`;
  return client.call('POST', path, {body, headers: {'Idempotency-Key': key}});
}

/// The only header that tells a replay from the first answer.
const is_replayed = ({headers}) => headers.get('idempotency-replayed') === 'true';

async function count(client) {
  const answer = await client.expect(200, 'GET', '/api/tasks?limit=1');
  return Number(answer.headers.get('x-total-count'));
}

describe('an Idempotency-Key', () => {
  let server;
  let nobody;

  before(async () => {
    server = await start({folder});
    nobody = await Client.of(server);
  });
  after(() => server.stop());

  const somebody = () => nobody.as(`user-${randomUUID()}`);

  test('gives a retry the first answer, on both surfaces and after a restart', async () => {
    const client = somebody();
    const body = {title: 'Tea', priority: 'high', dueDate: '2026-12-27', tags: ['a']};
    const first = await create(client, 'key', body);
    assert.equal(first.status, 201, first.text);
    assert.ok(!is_replayed(first));
    const again = await create(client, 'key', body);
    assert.ok(is_replayed(again));
    assert.deepEqual([again.status, again.text], [201, first.text]);
    for (const name of ['location', 'etag']) {
      assert.equal(again.headers.get(name), first.headers.get(name));
    }

    await client.expect(200, 'PATCH', `/api/tasks/${first.body.id}`, {body: {title: 'Coffee'}});
    await server.stop();
    server = await start({folder, env: {PORT: server.port}});
    const spelled = {tags: ['a', 'a'], due_date: '2026-12-27', priority: 'HIGH', title: ' Tea '};
    const scoped = await create(client, '"key"', spelled, {own: false});
    assert.ok(is_replayed(scoped));
    assert.equal(scoped.body.created_at, first.body.createdAt);
    assert.equal(scoped.body.priority, 'High');
    assert.equal(scoped.headers.get('location'),
                 `/api/${client.user_id}/tasks/${first.body.id}`);

    await client.expect(204, 'DELETE', `/api/tasks/${first.body.id}`);
    assert.equal((await create(client, 'key', body)).text, first.text);
    assert.equal(await count(client), 0);
  });

  test('stands for one request only, of one user', async () => {
    const client = somebody();
    await create(client, 'key', {title: 'Tea'});
    const other = await create(client, 'key', {title: 'Coffee'});
    assert.equal(other.status, 422);
    assert.match(other.body.detail, /Idempotency-Key has been used for another request/);
    assert.deepEqual(other.body.errors[0].loc, ['header', 'Idempotency-Key']);
    assert.equal((await create(client, 'other', {title: 'Coffee'})).status, 201);
    const his = await create(somebody(), 'key', {title: 'Coffee'});
    assert.equal(his.status, 201);
    assert.ok(!is_replayed(his));
  });

  test('that is none is 400 and named', async () => {
    const client = somebody();
    for (const key of ['', '""', 'two words', 'x'.repeat(256), '"open', 'caf\u00e9']) {
      const answer = await create(client, key, {title: 'Tea'});
      assert.equal(answer.status, 400, key);
      assert.match(answer.body.detail, /^Idempotency-Key /);
    }
    const twice = await client.call('POST', '/api/tasks', {
      body: {title: 'Tea'},
      headers: {'Idempotency-Key': 'a', 'idempotency-key': 'b'},
    });
    assert.equal(twice.status, 400);
    assert.equal(await count(client), 0);
  });

  test('is not used up by a request that fails', async () => {
    const client = somebody();
    assert.equal((await create(client, 'key', {title: ''})).status, 422);
    assert.equal((await create(client, 'key', {title: 'Tea'})).status, 201);
  });

  test('makes one task of a hundred requests at once', async () => {
    const client = somebody();
    const answers = await Promise.all(Array.from({length: 100}, (_, i) =>
      create(client, 'key', {title: 'Tea'}, {own: i % 2 === 0})));
    for (const answer of answers) assert.equal(answer.status, 201, answer.text);
    assert.equal(new Set(answers.map(({body}) => body.id)).size, 1);
    assert.equal(answers.filter((answer) => !is_replayed(answer)).length, 1);
    assert.equal(await count(client), 1);
  });

  test('makes a batch be done once, with its results and its change set', async () => {
    const client = somebody();
    const batch = (body, {own = true, headers = {'Idempotency-Key': 'key'}, query = ''} = {}) =>
      client.call('POST', (own ? '/api/batch' : `/api/${client.user_id}/batch`) + query,
                  {body, headers});
    const body = {mode: 'best_effort', operations: [
      {op: 'create', task: {title: 'Tea', tags: ['a']}},
      {op: 'complete', task_id: '1', if_match: '"1-1", W/"1-7"'},
      {op: 'update', task_id: '1', if_match: '"1-1"', task: {title: 'Coffee'}},
      {op: 'create', task: {title: 'Milk'}},
      {op: 'delete', task_id: '2'},
      {op: 'restore', task_id: '9'},
    ]};
    const tried = await batch(body, {query: '?dryRun=true'});
    assert.equal(tried.status, 200, tried.text);
    const first = await batch(body);
    assert.ok(!is_replayed(first));
    assert.deepEqual(first.body.results.map(({status}) => status), [201, 200, 412, 201, 204, 404]);
    const log = await client.expect(200, 'GET', '/api/changes');
    await client.expect(200, 'PATCH', '/api/tasks/1', {body: {title: 'Coffee'}});
    await server.stop();
    server = await start({folder, env: {PORT: server.port}});

    const again = await batch(body);
    assert.ok(is_replayed(again));
    assert.deepEqual([again.status, again.text], [200, first.text]);
    assert.equal(again.headers.get('x-changeset-id'), first.headers.get('x-changeset-id'));
    assert.equal(again.headers.get('x-changeset-id'), '1');
    const scoped = await batch(body, {own: false, headers: {'Idempotency-Key': '"key"'}});
    assert.ok(is_replayed(scoped));
    assert.equal(scoped.body.results[1].task.completed_at,
                 first.body.results[1].task.completedAt);
    for (const other of [
      {...body, mode: 'atomic'},
      {...body, operations: body.operations.slice(1)},
      {...body, operations: body.operations.map((each) =>
        each.op === 'update' ? {...each, if_match: '"1-2"'} : each)},
    ]) {
      const refused = await batch(other);
      assert.equal(refused.status, 422, refused.text);
      assert.deepEqual(refused.body.errors[0].loc, ['header', 'Idempotency-Key']);
    }
    assert.equal(await count(client), 1);
    const since = await client.expect(200, 'GET', '/api/changes');
    assert.equal(since.body.length, log.body.length + 1, 'the one that was made by hand');

    const atomic = {operations: [{op: 'create', task: {title: 'x'}}, {op: 'delete', task_id: '9'}]};
    const headers = {'Idempotency-Key': 'refused'};
    assert.equal((await batch(atomic, {headers})).status, 422);
    atomic.operations.pop();
    assert.ok(!is_replayed(await batch(atomic, {headers})), 'what is refused uses no key up');
  });

  test('makes one batch of a hundred requests at once', async () => {
    const client = somebody();
    const body = {operations: [{op: 'create', task: {title: 'Tea'}},
                               {op: 'create', task: {title: 'Milk'}}]};
    const answers = await Promise.all(Array.from({length: 100}, () => client.expect(
      200, 'POST', '/api/batch', {body, headers: {'Idempotency-Key': 'key'}})));
    assert.equal(new Set(answers.map(({text}) => text)).size, 1);
    assert.equal(answers.filter((answer) => !is_replayed(answer)).length, 1);
    assert.equal(await count(client), 2);
  });

  test('goes with its account', async () => {
    const email = `${randomUUID()}@example.com`;
    const password = 'correct horse battery';
    const {body: {id}} = await nobody.expect(201, 'POST', '/api/auth/register',
                                             {body: {name: 'Ada', email, password}});
    const {body: {access_token}} = await nobody.expect(200, 'POST', '/api/auth/login',
                                                       {body: {email, password}});
    const client = nobody.with_token(access_token);
    await create(client, 'key', {title: 'Tea'});
    const kept = () => Number(execute(folder, `SELECT count(*) FROM idempotency_keys
      WHERE answer${only_on('sqlite').skip ? '::text' : ''} LIKE '%${id}%'`));
    assert.equal(kept(), 1);
    await client.expect(204, 'DELETE', '/api/auth/me');
    assert.equal(kept(), 0);
  });
});

/// Asks until it is answered, as a client does that wants its task: the answer.
async function insist(url_of, key, {headers, expected = [201, 503]}) {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const url = url_of();
    try {
      const response = await fetch(new URL('/api/tasks', url), {
        method: 'POST', body: JSON.stringify({title: `task of ${key}`}),
        headers: {...headers, 'Content-Type': 'application/json', 'Idempotency-Key': key},
      });
      const text = await response.text();
      assert.ok(expected.includes(response.status), `${response.status} ${text}`);
      if (response.status === 201) {
        return {key, ...JSON.parse(text), replayed: response.headers.has('idempotency-replayed')};
      }
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
    }
    assert.ok(Date.now() < deadline, `${key} was not answered`);
    await sleep(RETRY_MS);
  }
}

/// In each round every client asks for the task of its key, several of them for the same. Who has
/// it goes on to the next round. The answers come in as they are given.
function ask_all(rounds, ask, answers) {
  return Promise.all(Array.from({length: CLIENTS}, async (_, i) => {
    for (const keys of rounds) answers.push(await ask(keys[i % KEYS], i));
  }));
}

const make_rounds = () => Array.from({length: ROUNDS}, () =>
  Array.from({length: KEYS}, () => randomUUID()));

/// One task a key, and every client has that of its key. Gives how many were not the first answer.
async function check_answers(users, answers) {
  const lists = await Promise.all(users.map((user) =>
    user.expect(200, 'GET', '/api/tasks?limit=1000')));
  const tasks = lists.flatMap(({body}) => body);
  const made = new Map(tasks.map((task) => [task.title, task]));
  assert.equal(made.size, tasks.length, 'a key has two tasks');
  assert.equal(made.size, answers.length * KEYS / CLIENTS, 'there are not as many tasks as keys');
  for (const {key, replayed, ...task} of answers) {
    assert.deepEqual(task, made.get(`task of ${key}`));
  }
  return answers.filter(({replayed}) => replayed).length;
}

test('clients that insist while the server is killed end with one task a key', async (t) => {
  const own_folder = make_folder();
  const env = {PORT: await free_port()};
  let server = await start({folder: own_folder, env});
  const {url} = server;
  const client = (await Client.of(server)).as('insistent');
  const headers = {Authorization: `Bearer ${client.token}`};
  const answers = [];
  const clients = ask_all(make_rounds(), (key) => insist(() => url, key, {headers}), answers);
  let failure;
  clients.catch((error) => { failure = error; });
  for (const answered of KILLED_AT) {
    while (answers.length < answered && failure === undefined) await next_event();
    assert.ifError(failure);
    await server.kill();
    assert.ok(answers.length < CLIENTS * ROUNDS, 'all were answered before the kill');
    server = await start({folder: own_folder, env});
  }
  await clients;
  const replayed = await check_answers([client], answers);
  t.diagnostic(`${answers.length} answers, ${replayed} of them replayed`);
  await server.stop();
  remove_folder(own_folder);
});

test('two replicas that are asked for the same at once make it once', only_on('postgres'),
     async (t) => {
  const own_folder = make_folder();
  const servers = await Promise.all([1, 2].map(() => start({folder: own_folder})));
  const nobody = await Client.of(servers[0]);
  const users = Array.from({length: USERS}, (_, i) => nobody.as(`replicated-${i}`));
  const answers = [];
  // Both replicas are asked for each key, and each makes tasks of many users at once.
  const ask = (key, i) => insist(() => servers[(i % KEYS + Math.floor(i / KEYS)) % 2].url, key,
                                 {headers: {Authorization: `Bearer ${users[i % USERS].token}`},
                                  expected: [201]});
  await ask_all(make_rounds(), ask, answers);
  const replayed = await check_answers(users, answers);
  assert.equal(answers.length - replayed, KEYS * ROUNDS, 'a task was made by one request each');
  for (const server of servers) assert.doesNotMatch(server.log, /ERROR/);
  const deadlocks = execute(own_folder, `SELECT deadlocks FROM pg_stat_database
                                         WHERE datname = current_database()`);
  assert.equal(Number(deadlocks), 0, 'deadlocks');
  t.diagnostic(`${answers.length} answers, ${replayed} of them replayed`);
  await Promise.all(servers.map((server) => server.stop()));
  remove_folder(own_folder);
});
