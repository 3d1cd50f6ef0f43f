// `todod copy`: a whole database into another and back, and what serves it then; on SQLite from
// file to file, on PostgreSQL from a file to the server and back.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client} from './support/client.mjs';
import {database_url} from './support/database.mjs';
import {secrets} from './support/secrets.mjs';
import {launch, make_folder, remove_folder, run, start} from './support/server.mjs';

const PASSWORD = 'correct horse battery';
const EMAIL = 'ada@example.com';
const KEY = 'copied-key';
const TABLES = ['users', 'deleted_users', 'tasks', 'changes', 'trash', 'idempotency_keys',
  'api_keys', 'tokens', 'conversations', 'messages', 'webhooks', 'webhook_dead_letters',
  'user_sessions'];
const MANY = 12_000;
const MAX_TRIES = 5;
/// After it has begun, which is said at once: it may be done within the longest.
const KILLED_AFTER_MS = [0, 20, 100, 300];

const folders = [];
after(() => folders.forEach(remove_folder));

function new_folder() {
  const folder = make_folder();
  folders.push(folder);
  return folder;
}

const file_in = (folder) => `sqlite:///${join(folder, 'todod.db')}`;

/// Places for a database: always a file, and one on what the suite runs on.
const sqlite_place = () => file_in(new_folder());
function other_place() {
  const folder = new_folder();
  return database_url(folder) ?? file_in(folder);
}

const path_of = (url) => url.slice('sqlite:///'.length);
const sqlite = (url, statement) =>
  execFileSync('sqlite3', [path_of(url), statement], {encoding: 'utf8'});

/// `todod copy FROM TO`, by names of variables, so that no URL is an argument.
const copy = (from, to, ...more) => run(['copy', 'env:FROM', 'env:TO', ...more],
                                        {env: {FROM: from, TO: to}});

async function expect_copied(from, to) {
  const {code, stdout, stderr} = await copy(from, to);
  assert.equal(code, 0, stderr);
  return stdout;
}

async function expect_refused(from, to, reason) {
  const {code, stdout, stderr} = await copy(from, to);
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, reason);
}

/// Whoever serves a copy has no secret but the one that was copied.
async function serve(url, work) {
  const server = await start({env: {DATABASE_URL: url, AUTH_SECRET: undefined}});
  try {
    return await work(await Client.of(server));
  } finally {
    await server.stop();
  }
}

const say = async (client, body) =>
  (await client.expect(200, 'POST', '/api/chat/message', {body})).body;
const create = (client, title, headers) =>
  client.expect(201, 'POST', '/api/tasks', {body: {title}, headers});
const all_tasks = async (client) => (await client.call('GET', '/api/tasks?limit=1000')).text;

async function export_of(url) {
  const {code, stdout, stderr} = await run(['export'], {env: {DATABASE_URL: url}});
  assert.equal(code, 0, stderr);
  return stdout;
}

async function log_in(nobody) {
  const {body} = await nobody.expect(200, 'POST', '/api/auth/login',
                                     {body: {email: EMAIL, password: PASSWORD}});
  return nobody.with_token(body.access_token);
}

/// Somebody with a bit of everything; what their programs hold.
async function live(nobody) {
  await nobody.expect(201, 'POST', '/api/auth/register',
                      {body: {name: 'Ada', email: EMAIL, password: PASSWORD}});
  const client = await log_in(nobody);
  const {body: made} = await client.expect(201, 'POST', '/api/auth/tokens',
                                           {body: {name: 'agent', scopes: ['read', 'write']}});
  const {body: kept} = await create(client, 'Crème brûlée 🍮', {'Idempotency-Key': KEY});
  const {body: gone} = await create(client, 'To be deleted');
  await client.expect(204, 'DELETE', `/api/tasks/${gone.id}`);
  const {conversation_id} = await say(client, {message: 'Add a task to buy milk'});
  return {jwt: client, token: made.token, kept, conversation_id};
}

describe('todod copy', () => {
  let first;
  let held;
  let tasks;

  before(async () => {
    first = sqlite_place();
    await serve(first, async (nobody) => {
      held = await live(nobody);
      tasks = await all_tasks(held.jwt);
    });
  });

  test('takes everything there and back', async () => {
    const there = other_place();
    const back = sqlite_place();
    const printed = await expect_copied(first, there);
    assert.deepEqual(printed.trim().split('\n').map((line) => line.split('\t')[0]),
                     [...TABLES, 'signing secret']);
    assert.match(printed, /^tasks\t2\t[\w-]{43}$/m);
    assert.equal(await expect_copied(there, back), printed);
    for (const url of [there, back]) {
      const {code, stdout} = await copy(first, url, '--check');
      assert.deepEqual([code, stdout], [0, printed]);
    }
    const exported = await export_of(first);
    assert.match(exported, /Crème brûlée 🍮/);
    for (const url of [there, back]) assert.equal(await export_of(url), exported);
    for (const table of TABLES) {
      const rows = (url) => sqlite(url, `SELECT * FROM ${table} ORDER BY 1, 2`);
      assert.equal(rows(back), rows(first), table);
    }
    await serve(back, async (nobody) => {
      assert.equal(await all_tasks(nobody.with_token(held.token)), tasks);
    });
  });

  test('leaves nobody waiting for anything where it is served then', async () => {
    const there = other_place();
    await expect_copied(first, there);
    await serve(there, async (nobody) => {
      const client = nobody.with_token(held.jwt.token);
      assert.equal(await all_tasks(client), tasks, 'a JWT from before');
      assert.equal(await all_tasks(nobody.with_token(held.token)), tasks, 'a token from before');
      assert.equal(await all_tasks(await log_in(nobody)), tasks, 'the password');

      const again = await create(client, 'Crème brûlée 🍮', {'Idempotency-Key': KEY});
      assert.equal(again.headers.get('idempotency-replayed'), 'true');
      assert.deepEqual(again.body, held.kept);
      const {body: found} = await client.expect(200, 'GET', '/api/tasks?q=creme');
      assert.deepEqual(found.map(({id}) => id), [held.kept.id]);

      const {conversation_id} = held;
      const {response} = await say(client, {message: 'Undo that', conversation_id});
      assert.match(response, /milk/i);
      assert.doesNotMatch(await all_tasks(client), /milk/i);
      const {body: next} = await create(client, 'Next');
      assert.equal(next.number, 4, 'numbers that were given before are not given again');
    });
    const {code, stderr} = await copy(first, there, '--check');
    assert.equal(code, 1);
    assert.match(stderr, /are not the same: (users|the \d+ rows of users)/);
  });

  test('goes by the configured database where one is given alone', async () => {
    const folder = new_folder();
    const list = join(folder, 'url');
    const target = sqlite_place();
    writeFileSync(list, `${target}\n`);
    const {code, stdout, stderr} = await run(['copy', `file:${list}`],
                                             {env: {DATABASE_URL: first}});
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^users\t1\t/m);
    assert.ok(existsSync(`${path_of(target)}-secret`));
  });

  test('changes nothing in a database that has data', async () => {
    const target = other_place();
    await expect_copied(first, target);
    await expect_refused(first, target, /has rows in its table users: a copy goes into a database/);
    const {code} = await copy(first, target, '--check');
    assert.equal(code, 0);
  });

  test('asks for schemas that are current, and makes one where there is none', async () => {
    const old = sqlite_place();
    await run(['migrate', 'to', '3'], {env: {DATABASE_URL: old}});
    const fault = /the schema of the (source|target), .*, is at 0003 and not at \d{4}: run 'todod/;
    await expect_refused(old, other_place(), fault);
    await expect_refused(first, old, fault);
    sqlite(first, 'INSERT INTO schema_migrations VALUES (9999, \'later\', 0)');
    try {
      await expect_refused(first, other_place(), /is at 9999, and this todod knows \d{4}: copy/);
    } finally {
      sqlite(first, 'DELETE FROM schema_migrations WHERE number = 9999');
    }
    const nowhere = sqlite_place();
    await expect_refused(nowhere, other_place(), /there is no database '/);
    assert.ok(!existsSync(path_of(nowhere)), 'a source that is not there is not made');
  });

  test('says what it takes, and nothing of what it was given', async () => {
    const password = 'only-we-know-this';
    secrets.add('a password in a URL', password);
    for (const [args, reason] of [
      [['env:NOT_SET'], /TARGET: env:NOT_SET is not set\./],
      [['file:/nowhere/at/all'], /TARGET file:\/nowhere\/at\/all must be a file that can be read/],
      [[`mysql://ada:${password}@host/db`], /TARGET must be sqlite:\/\/\/FILE/],
      [[`nonsense ${password}`, first], /SOURCE must be sqlite/],
      [[first, `postgresql://ada:${password}@127.0.0.1:1/db`], /cannot connect to/],
    ]) {
      const {code, stdout, stderr} = await run(['copy', ...args]);
      assert.deepEqual([code, stdout], [1, ''], stderr);
      assert.match(stderr, reason);
    }
  });
});

describe('a copy that is killed', () => {
  let source;

  before(async () => {
    source = sqlite_place();
    await run(['migrate', 'up'], {env: {DATABASE_URL: source}});
    sqlite(source, `
      INSERT INTO users (user_id, last_number, task_count, created_at)
        VALUES ('ada', ${MANY}, ${MANY}, 0);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MANY})
      INSERT INTO tasks (task_key, user_key, id, title, status, priority, tags, created_at,
                         updated_at, version)
        SELECT (user_key << 32) + i, user_key, randomblob(16), 'task number ' || i, 0, 1, '[]',
               i, i, 1 FROM users, n`);
  });

  /// How many users there are.
  async function users_of(url) {
    const {code, stdout, stderr} = await run(['user', 'list'], {env: {DATABASE_URL: url}});
    assert.equal(code, 0, stderr);
    return stdout.split('\n').length - 1;
  }

  test('leaves the target empty, and is begun again', async () => {
    let target;
    let killed = 0;
    // Where this process is held up the first copy may be done before it is killed.
    for (let tries = 0; killed === 0 && tries < MAX_TRIES; tries += 1) {
      target = other_place();
      await run(['migrate', 'up'], {env: {DATABASE_URL: target}});
      killed = await kill_copies(target);
    }
    assert.ok(killed > 0, 'it was done before it could be killed');
    if (await users_of(target) === 0) await expect_copied(source, target);
    const {code, stderr} = await copy(source, target, '--check');
    assert.equal(code, 0, stderr);
  });

  /// How many of them were not done yet.
  async function kill_copies(target) {
    let killed = 0;
    for (const delay of KILLED_AFTER_MS) {
      const child = launch(['copy', 'env:FROM', 'env:TO'], {env: {FROM: source, TO: target}});
      const ended = new Promise((done) => child.on('exit', (...end) => done(end)));
      await new Promise((done) => child.stderr.once('data', done));
      await sleep(delay);
      child.kill('SIGKILL');
      await ended;
      // Killed after its commit, all of it is there, which is looked at below.
      if (await users_of(target) > 0) break;
      killed += 1;
    }
    return killed;
  }
});
