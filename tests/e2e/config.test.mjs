// What the environment and .env decide, and what `todod config` says of it.
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test} from 'node:test';

import {Client} from './support/client.mjs';
import {only_on} from './support/database.mjs';
import {claims_of, sign} from './support/jwt.mjs';
import {make_folder, remove_folder, run, SECRET, start} from './support/server.mjs';

const OTHER_SECRET = 'another secret that is long enough for production';

/// Runs `body` with a client of a server started so, and stops the server.
async function with_server(options, body) {
  const server = await start(options);
  try {
    await body(await Client.of(server), server);
  } finally {
    await server.stop();
  }
}

/// What `todod config` shows: {NAME: value}. No test's database is among it.
async function config_of({env = {}, dotenv} = {}) {
  const folder = make_folder();
  try {
    if (dotenv !== undefined) writeFileSync(join(folder, '.env'), dotenv);
    const {code, stdout, stderr} = await run(['config'], {
      env: {DATABASE_URL: undefined, ...env}, folder,
    });
    assert.equal(code, 0, stderr);
    return Object.fromEntries(stdout.trim().split('\n').map((line) => {
      const [, name, value] = /^([A-Z_]+)=(.*?)(?:  # default)?$/.exec(line) ?? assert.fail(line);
      return [name, value];
    }));
  } finally {
    remove_folder(folder);
  }
}

describe('todod config', () => {
  test('shows the defaults', async () => {
    const config = await config_of();
    const expected = {
      DATABASE_URL: 'sqlite:///todod.db', JWT_ALGORITHM: 'HS256', JWT_EXPIRATION_DAYS: '7',
      HOST: '127.0.0.1', PORT: '8000', CORS_ORIGINS: 'http://localhost:3000', LOG_LEVEL: 'INFO',
      LOG_FORMAT: 'text', MIGRATE_ON_START: 'true', UNKNOWN_FIELDS: 'reject',
    };
    for (const [name, value] of Object.entries(expected)) assert.equal(config[name], value, name);
    const production = await config_of({env: {ENVIRONMENT: 'production', AUTH_SECRET: SECRET}});
    assert.equal(production.HOST, '0.0.0.0');
  });

  test('masks every secret', async () => {
    const secrets = {
      AUTH_SECRET: SECRET, AUTH_SECRET_PREVIOUS: OTHER_SECRET, JWT_SECRET_KEY: 'a third one',
      BETTER_AUTH_SECRET: 'a fourth one',
    };
    const shown = Object.values(await config_of({env: secrets})).join('\n');
    for (const secret of Object.values(secrets)) {
      assert.ok(!shown.includes(secret) && !shown.includes(secret.slice(0, 8)), shown);
    }
  });

  test('shows where the database is, and no password of it', async () => {
    const urls = {
      'postgresql+asyncpg://ada:hunter2@db:5433/tasks?ssl=require':
        'postgresql+asyncpg://ada:***@db:5433/tasks?ssl=require',
      'postgres://db/tasks?user=ada&password=hunter2':
        'postgres://db/tasks?user=ada&password=***',
    };
    for (const [DATABASE_URL, shown] of Object.entries(urls)) {
      assert.equal((await config_of({env: {DATABASE_URL}})).DATABASE_URL, shown);
    }
  });

  test('takes a variable by any of its names', async () => {
    const names = {
      SQLALCHEMY_MAX_OVERFLOW: ['SQLALCHEMY_POOL_OVERFLOW', '5'],
      ACCESS_TOKEN_EXPIRE_DAYS: ['JWT_EXPIRATION_DAYS', '3'],
      ALLOWED_ORIGINS: ['CORS_ORIGINS', 'https://a.example'],
      ENV: ['ENVIRONMENT', 'test'],
      UV_ENVIRONMENT: ['ENVIRONMENT', 'staging'],
    };
    for (const [name, [shown, value]] of Object.entries(names)) {
      assert.equal((await config_of({env: {[name]: value}}))[shown], value, name);
    }
  });

  test('reads .env, and what the environment says first', async () => {
    const dotenv = "# a comment\nexport PORT=8123  # and another\nLOG_LEVEL='WARNING'\n"
      + 'APP_NAME="My tasks"\n';
    const config = await config_of({dotenv, env: {LOG_LEVEL: 'ERROR'}});
    assert.deepEqual([config.PORT, config.LOG_LEVEL, config.APP_NAME],
                     ['8123', 'ERROR', 'My tasks']);
  });

  test('takes an empty variable for one that is not set', async () => {
    assert.equal((await config_of({env: {PORT: '', LOG_LEVEL: ''}})).PORT, '8000');
  });
});

test('a .env that cannot be read stops the start, and is not repeated', async () => {
  const folder = make_folder();
  writeFileSync(join(folder, '.env'), `PORT=8123\nAUTH_SECRET="${SECRET}\n`);
  const {code, stderr} = await run(['serve'], {folder});
  remove_folder(folder);
  assert.equal(code, 1);
  assert.match(stderr, /^[^\n]*\.env[^\n]*\n$/);
  assert.ok(!stderr.includes(SECRET));
});

describe('a server', () => {
  for (const name of ['AUTH_SECRET', 'BETTER_AUTH_SECRET', 'JWT_SECRET_KEY']) {
    test(`takes its secret from ${name} in .env`, async () => {
      const options = {dotenv: `${name}=${OTHER_SECRET}\n`, env: {AUTH_SECRET: undefined}};
      await with_server(options, async (nobody) => {
        for (const [secret, status] of [[OTHER_SECRET, 200], [SECRET, 401]]) {
          const client = nobody.with_token(sign(claims_of('ada'), {secret}));
          await client.expect(status, 'GET', '/api/tasks');
        }
      });
    });
  }

  test("starts with front ends' own variables, those included that it does not use", async () => {
    const dotenv = [
      'DATABASE_URL=sqlite+aiosqlite:///./tasks.db', `BETTER_AUTH_SECRET=${OTHER_SECRET}`,
      'UV_ENVIRONMENT=development', 'ALLOWED_ORIGINS=["http://localhost:3000"]',
      'ACCESS_TOKEN_EXPIRE_DAYS=3', 'SQLALCHEMY_POOL_SIZE=10', 'SQLALCHEMY_ECHO=false',
      'OPENAI_API_KEY=', 'BETTER_AUTH_URL=http://localhost:3000', 'DEBUG=true',
      'LOG_LEVEL=info', 'APP_NAME=Todo API', 'APP_VERSION=9.8.7', '',
    ].join('\n');
    await with_server({dotenv, env: {AUTH_SECRET: undefined}}, async (nobody) => {
      const {body} = await nobody.expect(200, 'GET', '/health');
      assert.deepEqual([body.service, body.version], ['Todo API', '9.8.7']);
      assert.deepEqual([nobody.document.info.title, nobody.document.info.version],
                       ['Todo API', '9.8.7']);
    });
  });

  test('signs tokens for as many days as it is told', async () => {
    await with_server({env: {JWT_EXPIRATION_DAYS: '2'}}, async (nobody) => {
      const body = {name: 'Ada', email: 'ada@example.com', password: 'correct horse battery'};
      await nobody.expect(201, 'POST', '/api/auth/register', {body});
      const {name, ...login} = body;
      const session = (await nobody.expect(200, 'POST', '/api/auth/login', {body: login})).body;
      assert.deepEqual([session.expires_in, session.user.name], [2 * 86_400, name]);
    });
  });

  test('drops unknown fields with UNKNOWN_FIELDS=ignore', async () => {
    await with_server({env: {UNKNOWN_FIELDS: 'ignore'}}, async (nobody) => {
      const ada = nobody.as('ada');
      const {body} = await ada.expect(201, 'POST', '/api/tasks',
                                      {body: {title: 'lenient', colour: 'red'}});
      assert.equal(body.colour, undefined);
      await ada.expect(200, 'PATCH', '/api/tasks/1', {body: {colour: 'blue', priority: 'low'}});
      await ada.expect(200, 'GET', '/api/tasks?colour=red');
      await ada.expect(422, 'POST', '/api/tasks', {body: {colour: 'red'}});
    });
  });

  test('keeps its database where DATABASE_URL says', only_on('sqlite'), async () => {
    const folder = make_folder();
    const elsewhere = join(folder, 'else where.db');
    const env = {DATABASE_URL: `sqlite:///${elsewhere}`};
    for (const count of [0, 1]) {
      await with_server({env}, async (nobody) => {
        const ada = nobody.as('ada');
        assert.equal((await ada.expect(200, 'GET', '/api/tasks')).body.length, count);
        await ada.expect(201, 'POST', '/api/tasks', {body: {title: 'kept'}});
      });
    }
    remove_folder(folder);
  });

  test('is one with any number of I/O threads', async () => {
    for (const WORKERS of ['1', '4']) {
      await with_server({env: {WORKERS}}, async (nobody) => {
        const ada = nobody.as('ada');
        const made = await Promise.all(Array.from({length: 30}, (_, i) =>
          ada.expect(201, 'POST', '/api/tasks', {body: {title: `task ${i}`}})));
        const numbers = made.map(({body}) => body.number).sort((a, b) => a - b);
        assert.deepEqual(numbers, Array.from({length: 30}, (_, i) => i + 1));
        const lists = await Promise.all(Array.from({length: 8}, () =>
          ada.expect(200, 'GET', '/api/tasks', {headers: {Connection: 'close'}})));
        for (const {body} of lists) assert.equal(body.length, 30);
      });
    }
  });

  test('has no JWTs in production without a secret', async () => {
    const env = {ENVIRONMENT: 'production', AUTH_SECRET: undefined};
    await with_server({env}, async (nobody, server) => {
      assert.match(server.log, /WARNING.*AUTH_SECRET/);
      const login = {email: 'ada@example.com', password: 'correct horse battery'};
      await nobody.expect(503, 'POST', '/api/auth/register', {body: {name: 'Ada', ...login}});
      await nobody.expect(503, 'POST', '/api/auth/login', {body: login});
      for (const secret of [SECRET, '']) {
        const client = nobody.with_token(sign(claims_of('ada'), {secret}));
        await client.expect(401, 'GET', '/api/tasks');
      }
      await nobody.expect(200, 'GET', '/ready');
    });
  });
});
