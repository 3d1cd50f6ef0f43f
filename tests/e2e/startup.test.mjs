// From the start of the process to its first answer, and everything that must stop it before.
import assert from 'node:assert/strict';
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {describe, test} from 'node:test';

import {Client} from './support/client.mjs';
import {database, execute, only_on, WAIT} from './support/database.mjs';
import {
  free_port, make_folder, remove_folder, run, SECRET, start,
} from './support/server.mjs';

const STARTS = 3;
const START_BOUND_MS = 2000;
const IDLE_BOUND_MB = 60;
/// AddressSanitizer sets terabytes of addresses aside: its memory is not todod's.
const SANITIZED_FROM_MB = 1_000_000;
/// Of proc(5)'s stat, from the state on.
const POLICY_FIELD = 38;
const SCHED_BATCH = 3;

/// Runs `body` with a fresh folder.
async function in_folder(body) {
  const folder = make_folder();
  try {
    await body(folder);
  } finally {
    remove_folder(folder);
  }
}

/// As a todod of another release would have applied it.
function insert_migration(folder, number) {
  execute(folder, `${WAIT}INSERT INTO schema_migrations (number, name, applied_at) `
    + `SELECT ${number}, 'from_the_future', max(applied_at) FROM schema_migrations`);
}

function memory_of(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)[1]) / 1024;
  return {resident: megabytes('VmRSS'), reserved: megabytes('VmSize')};
}

test('a start is quick and an idle server small', async (t) => {
  const times = [];
  const sizes = [];
  for (let i = 0; i < STARTS; i += 1) {
    const server = await start();
    times.push(performance.now() - server.started_at);
    const {resident, reserved} = memory_of(server.pid);
    if (reserved < SANITIZED_FROM_MB) sizes.push(resident);
    await server.stop();
  }
  const figures = (values, unit) => values.map((value) => `${value.toFixed(1)} ${unit}`).join(', ');
  t.diagnostic(`from start to first answer: ${figures(times, 'ms')}`);
  t.diagnostic(`resident when idle: ${figures(sizes, 'MB')}`);
  assert.ok(Math.min(...times) < START_BOUND_MS, 'slow');
  if (sizes.length > 0) assert.ok(Math.min(...sizes) < IDLE_BOUND_MB, 'large');
});

test('its threads are patient: none interrupts the others when it wakes up', async () => {
  const server = await start();
  const folder = `/proc/${server.pid}/task`;
  const policies = readdirSync(folder).map((thread) => {
    const after_name = readFileSync(join(folder, thread, 'stat'), 'utf8').replace(/^.*\) /, '');
    return Number(after_name.split(' ')[POLICY_FIELD]);
  });
  await server.stop();
  assert.ok(policies.length > 1);
  assert.deepEqual([...new Set(policies)], [SCHED_BATCH]);
});

describe('a value that cannot be used stops the start', () => {
  const production = {ENVIRONMENT: 'production'};
  const bad = [
    {PORT: 'http'}, {PORT: '70000'}, {PORT: '-1'}, {PORT: '80 80'},
    {WORKERS: '0'}, {WORKERS: 'many'}, {WORKERS: '1.5'},
    {DATABASE_URL: 'mysql://localhost/todo'}, {DATABASE_URL: 'todod.db'},
    {DATABASE_URL: 'sqlite://'},
    {ENVIRONMENT: 'moon'}, {ENV: 'moon'}, {UV_ENVIRONMENT: 'moon'},
    {AUTH_SECRET: 'too short', ...production}, {BETTER_AUTH_SECRET: 'too short', ...production},
    {JWT_ALGORITHM: 'none'}, {JWT_ALGORITHM: 'HS512'},
    {JWT_ALGORITHM: 'RS256'}, {JWKS_URL: 'auth.example'}, {AUTH_SERVER_URL: 'ftp://auth.example'},
    {JWT_EXPIRATION_DAYS: 'never'}, {JWT_EXPIRATION_DAYS: '0'}, {ACCESS_TOKEN_EXPIRE_DAYS: '-7'},
    {CORS_ORIGINS: '["http://localhost:3000"'}, {CORS_ORIGINS: '[1, 2]'},
    {PUBLIC_URL: 'https://todo.example/todo'},
    {PUBLIC_URL: '', AUTH_SERVER_URL: 'https://auth.example', JWKS_URL: 'https://auth.example/jwks',
      ...production},
    {CORS_ORIGINS: '*', AUTH_SECRET: SECRET, ...production},
    {ALLOWED_ORIGINS: '*', AUTH_SECRET: SECRET, ...production},
    {LOG_LEVEL: 'loud'}, {LOG_FORMAT: 'xml'}, {DEBUG: 'perhaps'},
    {MIGRATE_ON_START: 'perhaps'}, {UNKNOWN_FIELDS: 'perhaps'},
  ];
  for (const env of bad) {
    const [[name, value]] = Object.entries(env);
    test(`${name}=${value}`, () => in_folder(async (folder) => {
      for (const args of [['serve'], ['config']]) {
        const {code, stdout, stderr} = await run(args, {env, folder});
        assert.equal(code, 1, stderr);
        assert.equal(stdout, '');
        assert.match(stderr, /^[^\n]+\n$/, 'not one line');
        assert.ok(stderr.includes(name), stderr);
        if (name.endsWith('SECRET')) assert.ok(!stderr.includes(value), 'it shows a secret');
      }
    }));
  }

  test('a port that is taken', () => in_folder(async (folder) => {
    const port = await free_port();
    const other = createServer();
    await new Promise((done) => other.listen(port, '127.0.0.1', done));
    const {code, stderr} = await run(['serve'], {env: {HOST: '127.0.0.1', PORT: port}, folder});
    other.close();
    assert.equal(code, 1);
    assert.ok(stderr.trim().split('\n').at(-1).includes(String(port)), stderr);
  }));

  test('a database that cannot be opened', only_on('sqlite'), () => in_folder(async (folder) => {
    for (const url of ['sqlite:///nowhere/todod.db', 'sqlite:////proc/todod.db']) {
      const {code, stderr} = await run(['serve'], {env: {DATABASE_URL: url, PORT: 0}, folder});
      assert.equal(code, 1, stderr);
      assert.match(stderr, /^todod: [^\n]+\n$/, url);
    }
  }));

  test('a file that is no database', only_on('sqlite'), () => in_folder(async (folder) => {
    const env = {DATABASE_URL: `sqlite:////${process.execPath.slice(1)}`, PORT: 0};
    const {code, stderr} = await run(['migrate', 'current'], {env, folder});
    assert.equal(code, 1, stderr);
    assert.match(stderr, /^todod: [^\n]+\n$/);
  }));
});

describe('the schema', () => {
  const migrate = async (folder, ...args) => {
    const result = await run(['migrate', ...args], {folder});
    assert.equal(result.code, 0, `migrate ${args}: ${result.stderr}`);
    return result.stdout;
  };

  test('goes up and down, and says where it is', () => in_folder(async (folder) => {
    assert.equal(await migrate(folder, 'current'), '0000\n');
    const pending = await migrate(folder, 'pending');
    assert.match(pending, /^(\d{4} \w+\n)+$/);
    const revisions = pending.trim().split('\n');
    const newest = revisions.at(-1).slice(0, 4);
    const history = await migrate(folder, 'history');
    assert.deepEqual(history.trim().split('\n'), revisions.map((line) => `${line} pending`));

    const up = await migrate(folder, 'up');
    assert.deepEqual(up.trim().split('\n'), revisions.map((line) => `up   ${line}`));
    assert.equal(await migrate(folder, 'current'), `${newest}\n`);
    assert.equal(await migrate(folder, 'pending'), '');
    assert.equal(await migrate(folder, 'sql'), '');
    assert.match(await migrate(folder, 'history'), /^(\d{4} \w+ \d{4}-\d\d-\d\dT[\d:.]+Z\n)+$/);
    await migrate(folder, 'up');

    await migrate(folder, 'down');
    assert.equal(Number(await migrate(folder, 'current')), Number(newest) - 1);
    await migrate(folder, 'to', newest);
    await migrate(folder, 'to', '0');
    assert.equal(await migrate(folder, 'current'), '0000\n');
    await migrate(folder, 'up');
    await migrate(folder, 'down', String(revisions.length));
    assert.equal(await migrate(folder, 'current'), '0000\n');
  }));

  test('is not made by those who only look at it', () => in_folder(async (folder) => {
    const tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";
    for (const command of ['current', 'history', 'pending', 'sql']) {
      assert.notEqual(await migrate(folder, command), '');
      assert.deepEqual(readdirSync(folder), [], command);
      if (database === 'postgres') assert.equal(execute(folder, tables), '', command);
    }
  }));

  test('is shown as the statements that are to come', () => in_folder(async (folder) => {
    const sql = await migrate(folder, 'sql');
    assert.match(sql, /CREATE TABLE users/);
    assert.match(sql, /CREATE TABLE tasks/);
    assert.equal(await migrate(folder, 'current'), '0000\n');
  }));

  test('has no revision but those it has', () => in_folder(async (folder) => {
    const {code, stderr} = await run(['migrate', 'to', '9999'], {folder});
    assert.equal(code, 1);
    assert.match(stderr, /^todod: [^\n]+\n$/);
    for (const args of [['to'], ['to', 'head'], ['down', '0'], ['sideways'], []]) {
      assert.equal((await run(['migrate', ...args], {folder})).code, 2, args.join(' '));
    }
  }));

  test('keeps the tasks over a second start', () => in_folder(async (folder) => {
    const tasks = [];
    for (let i = 1; i <= 2; i += 1) {
      const server = await start({folder});
      const ada = (await Client.of(server)).as('ada');
      assert.deepEqual((await ada.expect(200, 'GET', '/api/tasks')).body, [...tasks].reverse());
      const {body} = await ada.expect(201, 'POST', '/api/tasks', {body: {title: `start ${i}`}});
      tasks.push(body);
      await server.stop();
    }
  }));

  test('is left alone with MIGRATE_ON_START=false', () => in_folder(async (folder) => {
    const env = {MIGRATE_ON_START: 'false', HOST: '127.0.0.1', PORT: 0};
    const {code, stderr} = await run(['serve'], {env, folder});
    assert.equal(code, 1);
    assert.match(stderr, /^todod: [^\n]*todod migrate up[^\n]*\n$/);
    await migrate(folder, 'up');
    await (await start({folder, env: {MIGRATE_ON_START: 'false'}})).stop();
  }));

  test('makes a server unready where it is not current', () => in_folder(async (folder) => {
    const server = await start({folder});
    const nobody = await Client.of(server);
    await migrate(folder, 'down');
    for (const path of ['/ready', '/health/ready']) {
      const {body} = await nobody.expect(503, 'GET', path);
      assert.deepEqual(body, {status: 'not ready', database: 'outdated'});
    }
    await nobody.expect(200, 'GET', '/health');
    const {text} = await nobody.as('ada').raw('GET', '/api/tasks');
    assert.doesNotMatch(text, /sql|no such table|relation/i, 'an internal message');
    await migrate(folder, 'up');
    await nobody.expect(200, 'GET', '/ready');
    await server.stop();
  }));

  test('of a newer todod is served, and not taken down', () => in_folder(async (folder) => {
    await migrate(folder, 'up');
    const newest = await migrate(folder, 'current');
    insert_migration(folder, 9000);
    const again = await migrate(folder, 'up');
    assert.equal(again, 'nothing to do: the database is at 9000, made by a newer todod\n');
    assert.equal(await migrate(folder, 'pending'), '');
    for (const args of [['down'], ['to', '0'], ['to', String(Number(newest))]]) {
      const {code, stderr} = await run(['migrate', ...args], {folder});
      assert.equal(code, 1);
      assert.match(stderr, /^todod: [^\n]*at 9000, made by a newer todod[^\n]*\n$/);
    }
    for (const MIGRATE_ON_START of ['true', 'false']) {
      const server = await start({folder, env: {MIGRATE_ON_START}});
      const nobody = await Client.of(server);
      await nobody.expect(200, 'GET', '/ready');
      await nobody.as('ada').expect(201, 'POST', '/api/tasks', {body: {title: 'rolled back'}});
      assert.equal(server.log.match(/WARNING[^\n]*9000[^\n]*newer todod/g).length, 1, server.log);
      await server.stop();
    }
    assert.equal(await migrate(folder, 'current'), '9000\n');
  }));

  test('that lacks one below a newer one is refused', () => in_folder(async (folder) => {
    await migrate(folder, 'up');
    const newest = Number(await migrate(folder, 'current'));
    const server = await start({folder});
    const nobody = await Client.of(server);
    insert_migration(folder, 9000);
    await nobody.expect(200, 'GET', '/ready');
    execute(folder, `${WAIT}DELETE FROM schema_migrations WHERE number = ${newest}`);
    const {body} = await nobody.expect(503, 'GET', '/ready');
    assert.deepEqual(body, {status: 'not ready', database: 'outdated'});
    await server.stop();
    for (const args of [['serve'], ['migrate', 'up']]) {
      const {code, stderr} = await run(args, {folder, env: {PORT: 0}});
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`^todod: [^\\n]*lacks 0*${newest}:[^\\n]*\\n$`));
    }
  }));
});

describe('several that start at once', () => {
  test('migrate once, and share a secret nobody had to set', () => in_folder(async (folder) => {
    const env = {AUTH_SECRET: undefined};
    const servers = await Promise.all(Array.from({length: 4}, () => start({folder, env})));
    const logs = servers.map(({log}) => log).join('');
    assert.equal(logs.split('Migrated up to 0001').length, 2, logs);
    if (database === 'sqlite') {
      const {mode} = statSync(join(folder, 'todod.db-secret'));
      assert.equal(mode & 0o777, 0o600);
    }

    const clients = await Promise.all(servers.map((server) => Client.of(server)));
    const ada = {name: 'Ada', email: 'ada@example.com', password: 'correct horse battery'};
    await clients[0].expect(201, 'POST', '/api/auth/register', {body: ada});
    const {email, password} = ada;
    const {access_token} = (await clients[1].expect(200, 'POST', '/api/auth/login', {
      body: {email, password},
    })).body;
    const made = await Promise.all(clients.map((client, i) => client.with_token(access_token)
      .expect(201, 'POST', '/api/tasks', {body: {title: `from ${i}`}})));
    assert.deepEqual(made.map(({body}) => body.number).sort(), [1, 2, 3, 4]);
    for (const client of clients) {
      const {body} = await client.with_token(access_token).expect(200, 'GET', '/api/tasks');
      assert.equal(body.length, 4);
    }
    await Promise.all(servers.map((server) => server.stop()));
    const again = await start({folder, env});
    await (await Client.of(again)).with_token(access_token).expect(200, 'GET', '/api/tasks');
    await again.stop();
  }));
});
