// todod doctor: what it says where all is well, and of each thing that is not, which is provoked.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {createServer as create_listener} from 'node:net';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {AuthorizationServer} from './support/authorization_server.mjs';
import {new_folder, succeed} from './support/commands.mjs';
import {execute, is_repetition, only_on, with_own_server} from './support/database.mjs';
import {PrivatePostgres} from './support/postgres.mjs';
import {PrivateRedis} from './support/redis.mjs';
import {free_port, run, SECRET, start} from './support/server.mjs';

const LINE = /^(ok {2}|warn|fail) {2}\S.{12} {2}\S.*$/;

/// What it finds: {code, of(what), fails}.
async function examine(folder, env = {}) {
  const own = {AUTH_SECRET: SECRET, ...env};
  const {code, stdout, stderr} = await run(['doctor', '--json'], {folder, env: own});
  assert.equal(stderr, '');
  const {ok, checks} = JSON.parse(stdout);
  const fails = checks.filter(({verdict}) => verdict === 'fail').map(({what}) => what);
  assert.equal(ok, fails.length === 0);
  assert.equal(code, ok ? 0 : 1, stdout);
  for (const {verdict, what, detail} of checks) {
    assert.match(verdict, /^(ok|warn|fail)$/);
    assert.ok(what !== '' && detail !== '' && !detail.includes('\n'), stdout);
  }
  return {code, fails, of: (what) => checks.filter((check) => check.what === what)};
}

/// That it finds `what` so, once, and says what `detail` matches; exits accordingly.
async function expect(folder, env, what, verdict, detail) {
  const found = await examine(folder, env);
  const [check] = found.of(what).filter((each) => detail.test(each.detail));
  assert.ok(check, `${what}: ${JSON.stringify(found.of(what))}`);
  assert.equal(check.verdict, verdict, check.detail);
  assert.equal(found.fails.includes(what), verdict === 'fail', check.detail);
  return found;
}

/// An HTTP server on this machine, that goes with the tests.
const servers = [];
after(() => servers.forEach((server) => server.close()));
async function serve(answer) {
  const server = createServer(answer);
  servers.push(server);
  const port = await free_port();
  await once(server.listen(port, '127.0.0.1'), 'listening');
  server.unref();
  return `http://127.0.0.1:${port}`;
}

describe('todod doctor', {skip: is_repetition}, () => {
  let folder;
  before(async () => {
    folder = new_folder();
    const server = await start({folder});
    await server.stop();
    chmodSync(join(folder, 'todod.db'), 0o600);
  });

  test('finds a line for each thing, and no fault where there is none', async () => {
    const env = {AUTH_SECRET: SECRET};
    const {code, stdout, stderr} = await run(['doctor'], {folder, env});
    assert.deepEqual([code, stderr], [0, ''], stdout);
    const lines = stdout.trimEnd().split('\n');
    for (const line of lines) assert.match(line, LINE);
    assert.ok(!stdout.includes('\x1b'), 'colours where nobody sees them');
    const found = await examine(folder);
    for (const what of ['configuration', 'secrets', 'address', 'files', 'time zones', 'folder',
      'disk', 'file mode', 'database', 'integrity', 'durability', 'schema', 'model']) {
      assert.deepEqual(found.of(what).map(({verdict}) => verdict), ['ok'],
                       JSON.stringify(found.of(what)));
    }
    assert.equal(found.of('clock').length, 1);
  });

  test('says that there is no database yet, and makes none', async () => {
    const place = new_folder();
    const found = await examine(place);
    assert.match(found.of('database')[0].detail, /is not there yet/);
    assert.throws(() => statSync(join(place, 'todod.db')), {code: 'ENOENT'});
  });

  test('names every value that cannot be used', async () => {
    const found = await expect(folder, {PORT: 'many', LOG_LEVEL: 'LOUD'}, 'configuration', 'fail',
                               /^PORT must be a whole number/);
    assert.equal(found.of('configuration').filter(({detail}) => /^LOG_LEVEL/.test(detail)).length,
                 1);
    // The rest is looked at all the same.
    assert.equal(found.of('integrity')[0].verdict, 'ok');
  });

  test('sees variables that are not quite todod\'s', async () => {
    const place = new_folder();
    writeFileSync(join(place, '.env'), 'REDIS_URI=redis://127.0.0.1\nPRT=8000\nMINE=1\n');
    chmodSync(join(place, '.env'), 0o600);
    const found = await examine(place, {AUTH_SECRETS: 'x'});
    const details = found.of('configuration').map(({detail}) => detail).join('\n');
    assert.match(details, /REDIS_URI in \.env is no variable of todod's: is REDIS_URL meant\?/);
    assert.match(details, /PRT in \.env .*is PORT meant/);
    assert.match(details, /AUTH_SECRETS is no variable of todod's: is AUTH_SECRET meant/);
    assert.ok(!details.includes('MINE'), details);
    assert.equal(found.code, 0);
  });

  test('looks for secrets that are missing, short or easy to guess', async () => {
    const production = {ENVIRONMENT: 'production'};
    await expect(folder, {...production, AUTH_SECRET: undefined}, 'secrets', 'fail',
                 /AUTH_SECRET is not set in production/);
    await expect(folder, {...production, AUTH_SECRET: 'too-short-for-it'}, 'configuration', 'fail',
                 /AUTH_SECRET must be at least 32 characters/);
    await expect(folder, {AUTH_SECRET: 'kd83jd83hdk29dk'}, 'secrets', 'warn', /fewer than 32/);
    await expect(folder, {AUTH_SECRET: 'change-me-change-me-in-production-1'}, 'secrets', 'warn',
                 /looks like a placeholder/);
    const twice = 'Jf83kd93mMx0283jdkLqpw92ndj38xQa';
    await expect(folder, {AUTH_SECRET: twice, SERVICE_AUTH_TOKEN: twice}, 'secrets', 'warn',
                 /make two/);
  });

  test('looks at who can reach it', async () => {
    await expect(folder, {HOST: '0.0.0.0'}, 'address', 'warn', /for others too, in development/);
    await expect(folder, {ENVIRONMENT: 'production', RATE_LIMIT_ENABLED: 'false'}, 'address',
                 'warn', /without limits/);
  });

  test('looks at the modes of files with secrets', async () => {
    const place = new_folder();
    writeFileSync(join(place, '.env'), `AUTH_SECRET=${SECRET}\n`);
    chmodSync(join(place, '.env'), 0o644);
    writeFileSync(join(place, 'todod.db-secret'), 'a secret that todod has made, by itself');
    chmodSync(join(place, 'todod.db-secret'), 0o640);
    writeFileSync(join(place, 'key'), SECRET);
    chmodSync(join(place, 'key'), 0o604);
    const env = {AUTH_SECRET: undefined, SERVICE_AUTH_TOKEN_FILE: join(place, 'key')};
    const found = await expect(place, env, 'files', 'fail', /todod\.db-secret' has secrets/);
    assert.deepEqual(found.of('files').map(({verdict}) => verdict), ['warn', 'warn', 'fail']);
  });

  test('looks whether the log can be written', async () => {
    await expect(folder, {LOG_FILE: join(folder, 'todod.db/todod.log')}, 'files', 'fail',
                 /LOG_FILE.*no folder/);
    await expect(folder, {LOG_FILE: folder}, 'files', 'fail', /a folder/);
    await expect(folder, {LOG_FILE: join(folder, 'logs/todod.log')}, 'files', 'ok', /LOG_FILE/);
  });

  test('finds out how Redis is', async () => {
    const redis = await PrivateRedis.start({password: 'of-the-tests-redis'});
    await expect(folder, {REDIS_URL: redis.url}, 'redis', 'ok', /^Redis \d+.* at 127\.0\.0\.1/);
    await expect(folder, {REDIS_URL: redis.url.replace('of-the', 'not-the')}, 'redis', 'fail',
                 /WRONGPASS/);
    const replica = await PrivateRedis.start();
    execFileSync('redis-cli', ['-p', replica.port, 'replicaof', '127.0.0.1', redis.port]);
    await expect(folder, {REDIS_URL: replica.url}, 'redis', 'fail', /a replica/);
    await replica.remove();
    await redis.remove();
    await expect(folder, {REDIS_URL: redis.url}, 'redis', 'fail', /Connection refused.*REDIS_URL/);
  });

  test('finds out whether the model takes the key', async () => {
    const key = 'sk-of-the-tests-only';
    const url = await serve((request, response) => {
      const is_known = request.headers.authorization === `Bearer ${key}`;
      const body = is_known && request.url === '/v1/models' ? {data: [{id: 'small'}]} : {};
      response.writeHead(is_known ? 200 : 401).end(JSON.stringify(body));
    });
    const env = {OPENAI_API_KEY: key, OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: 'small'};
    await expect(folder, env, 'model', 'ok', /answers, for 'small'/);
    await expect(folder, {...env, OPENAI_MODEL: 'large'}, 'model', 'warn', /does not list 'large'/);
    await expect(folder, {...env, OPENAI_API_KEY: 'sk-of-nobody-at-all'}, 'model', 'fail',
                 /refuses the key \(401\).*OPENAI_API_KEY/);
    const nobody = `http://127.0.0.1:${await free_port()}/v1`;
    await expect(folder, {...env, OPENAI_BASE_URL: nobody}, 'model', 'fail', /does not answer/);
  });

  test('finds out whether an authorisation server has keys and metadata', async () => {
    const server = await AuthorizationServer.start();
    await server.add('one', 'ES256');
    const issuer = await serve((request, response) => {
      const known = request.url === '/.well-known/oauth-authorization-server';
      response.writeHead(known ? 200 : 404).end(JSON.stringify({issuer}));
    });
    await expect(folder, {JWKS_URL: server.url}, 'jwks', 'ok', /has a key that may be used/);
    server.answer = {status: 500, body: ''};
    await expect(folder, {JWKS_URL: server.url}, 'jwks', 'fail', /the answer is 500/);
    server.answer = {status: 200, body: '{"keys": []}'};
    await expect(folder, {JWKS_URL: server.url}, 'jwks', 'fail', /no key that may be used/);
    await server.go();
    await expect(folder, {JWKS_URL: server.url}, 'jwks', 'fail', /Connection refused.*JWKS_URL/);
    await expect(folder, {AUTH_SERVER_URL: issuer}, 'auth server', 'ok', /has metadata/);
    await expect(folder, {AUTH_SERVER_URL: `${issuer}/`}, 'auth server', 'warn', /another issuer/);
    const nobody = `http://127.0.0.1:${await free_port()}`;
    await expect(folder, {AUTH_SERVER_URL: nobody}, 'auth server', 'warn', /no metadata/);
  });

  test('waits for nobody who does not answer', async () => {
    const silent = create_listener(() => {});
    const port = await free_port();
    await once(silent.listen(port, '127.0.0.1'), 'listening');
    const found = await examine(folder, {
      REDIS_URL: `redis://127.0.0.1:${port}`, JWKS_URL: `http://127.0.0.1:${port}/jwks`,
      OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
    });
    assert.deepEqual(found.fails.sort(), ['jwks', 'model', 'redis']);
    silent.close();
    const other = await examine(folder, {DATABASE_URL: `postgresql://ada@127.0.0.1:${port}/x`});
    assert.ok(other.fails.includes('database'));
  });
});

describe('todod doctor, of SQLite', only_on('sqlite'), () => {
  test('sees a folder that is not there, or cannot be written', async (t) => {
    const place = new_folder();
    await expect(place, {DATABASE_URL: 'sqlite:///none/todod.db'}, 'folder', 'fail',
                 /is no folder/);
    const read_only = join(place, 'read_only');
    mkdirSync(read_only);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', read_only], {stdio: 'pipe'});
    } catch {
      return t.skip('nothing can be mounted here');
    }
    try {
      await expect(place, {DATABASE_URL: 'sqlite:///read_only/todod.db'}, 'folder', 'fail',
                   /cannot be written/);
    } finally {
      execFileSync('umount', [read_only]);
    }
  });

  test('sees a file that everybody may read', async () => {
    const place = new_folder();
    chmodSync(place, 0o755);
    await succeed(['migrate', 'up'], {folder: place});
    chmodSync(join(place, 'todod.db'), 0o644);
    await expect(place, {}, 'file mode', 'warn', /everybody on this machine may read it/);
  });

  test('sees a damaged file', async () => {
    const place = new_folder();
    await succeed(['migrate', 'up'], {folder: place});
    const file = join(place, 'todod.db');
    const bytes = readFileSync(file);
    bytes.fill(0xff, 3 * 4096, 4 * 4096);
    writeFileSync(file, bytes);
    await expect(place, {}, 'integrity', 'fail', /damaged.*restore a backup/);
    writeFileSync(file, 'rubbish'.repeat(2000));
    const found = await examine(place);
    assert.equal(found.code, 1);
  });

  test('sees a schema that is older or newer', async () => {
    const place = new_folder();
    await expect(place, {}, 'database', 'ok', /not there yet/);
    await succeed(['migrate', 'up'], {folder: place});
    await expect(place, {}, 'schema', 'ok', /^\d{4}, the newest$/);
    await succeed(['migrate', 'down', '1'], {folder: place});
    await expect(place, {}, 'schema', 'warn', /is pending/);
    await expect(place, {MIGRATE_ON_START: 'false'}, 'schema', 'fail', /todod migrate up/);
    await succeed(['migrate', 'up'], {folder: place});
    execute(place, `INSERT INTO schema_migrations VALUES (9999, 'of_the_future', 0)`);
    await expect(place, {}, 'schema', 'warn', /9999, made by a newer todod/);
  });
});

describe('todod doctor, of PostgreSQL', with_own_server, () => {
  let postgres;
  let folder;
  let env;
  before(async () => {
    postgres = await PrivatePostgres.start();
    folder = new_folder();
    postgres.query(`CREATE ROLE keeper LOGIN PASSWORD 'the-password-of-the-tests'`);
    postgres.query('CREATE DATABASE kept OWNER keeper');
    postgres.ask_for_passwords();
    env = {DATABASE_URL: url_with()};
    await succeed(['migrate', 'up'], {folder, env});
  });
  after(() => postgres.remove());

  function url_with({password = 'the-password-of-the-tests', database = 'kept', query = ''} = {}) {
    return `postgresql://keeper:${password}@127.0.0.1:${postgres.port}/${database}${query}`;
  }

  test('finds no fault where there is none', async () => {
    const found = await examine(folder, env);
    assert.deepEqual(found.fails, []);
    for (const what of ['database', 'writing', 'durability', 'schema', 'rights', 'connections',
      'clocks', 'backups']) {
      assert.deepEqual(found.of(what).map(({verdict}) => verdict), ['ok'],
                       JSON.stringify(found.of(what)));
    }
  });

  test('says what is wrong with the way there', async () => {
    const wrong = {DATABASE_URL: url_with({password: 'not-the-password'})};
    await expect(folder, wrong, 'database', 'fail', /password authentication failed.*DATABASE_URL/);
    const none = {DATABASE_URL: url_with({database: 'none'})};
    await expect(folder, none, 'database', 'fail', /does not exist: make it/);
    const plain = {DATABASE_URL: url_with({query: '?sslmode=require'})};
    await expect(folder, plain, 'database', 'fail', /SSL.*sslmode/);
  });

  test('sees a schema that is not migrated', async () => {
    postgres.query('CREATE DATABASE empty OWNER keeper');
    const empty = {DATABASE_URL: url_with({database: 'empty'})};
    await expect(folder, empty, 'schema', 'warn', /no tables yet/);
    await expect(folder, {...empty, MIGRATE_ON_START: 'false'}, 'schema', 'fail',
                 /todod migrate up/);
  });

  test('sees rights that are missing, and tables of others', async () => {
    const [name, stranger] = ['theirs', `postgresql://stranger:s@127.0.0.1:${postgres.port}`];
    postgres.query(`CREATE ROLE stranger LOGIN PASSWORD 's'`);
    postgres.query(`CREATE DATABASE ${name}`);
    const env_of = (database) => ({DATABASE_URL: `${stranger}/${database}`});
    await expect(folder, env_of(name), 'rights', 'fail', /GRANT CREATE ON SCHEMA public TO str/);
    await expect(folder, env_of('kept'), 'rights', 'fail', /GRANT SELECT, INSERT, UPDATE, DELETE/);
    const own = new URL(postgres.url);
    own.pathname = name;
    postgres.query('CREATE TABLE users (id integer); GRANT CREATE ON SCHEMA public TO stranger',
                   own.href);
    await expect(folder, env_of(name), 'rights', 'fail', /another program's table 'users'/);
    postgres.query('CREATE TABLE schema_migrations (version text)', own.href);
    await expect(folder, env_of(name), 'database', 'fail', /another program's.*of its own$/m);
  });

  test('sees settings that lose writes, or refuse them', async () => {
    postgres.query('ALTER DATABASE kept SET synchronous_commit = off');
    await expect(folder, env, 'durability', 'fail', /synchronous_commit is off/);
    postgres.query('ALTER DATABASE kept RESET synchronous_commit');
    postgres.query('ALTER DATABASE kept SET default_transaction_read_only = on');
    await expect(folder, env, 'writing', 'fail', /read_only is on/);
    postgres.query('ALTER DATABASE kept RESET default_transaction_read_only');
    postgres.query(`CREATE DATABASE latin OWNER keeper ENCODING 'LATIN1' LOCALE 'C'
      TEMPLATE template0`);
    await expect(folder, {DATABASE_URL: url_with({database: 'latin'})}, 'writing', 'fail',
                 /encoding is LATIN1/);
    await expect(folder, {...env, SQLALCHEMY_POOL_OVERFLOW: 500}, 'connections', 'warn',
                 /raise max_connections/);
  });

  test('sees clocks that are apart', async () => {
    const own = new URL(postgres.url);
    own.pathname = 'kept';
    postgres.query(`CREATE SCHEMA apart; GRANT USAGE ON SCHEMA apart TO keeper;
      CREATE FUNCTION apart.clock_timestamp() RETURNS timestamptz LANGUAGE sql
        AS $$SELECT pg_catalog.clock_timestamp() + interval '1 hour'$$`, own.href);
    const query = '?options=-c%20search_path%3Dapart,pg_catalog,public';
    await expect(folder, {DATABASE_URL: url_with({query})}, 'clocks', 'fail',
                 /3\d{3}\.\d s apart.*NTP/);
  });

  test('says that the server does not answer', async () => {
    await postgres.stop();
    await expect(folder, env, 'database', 'fail', /Connection refused.*start the server/);
  });
});
