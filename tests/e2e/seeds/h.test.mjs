// A backend whose front end signs in with NextAuth and shares AUTH_SECRET with it.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {faults_of} from '../support/client.mjs';
import {sqlalchemy_url} from '../support/database.mjs';
import {
  check_cors, check_no_cors, check_pages, check_refused, read_health, run_beside, scoped_calls,
  serve, someone_of, while_serving,
} from '../support/front_end.mjs';
import {SALT, SECURE_SALT, session_token_of} from '../support/jwe.mjs';
import {claims_of, now_s, sign} from '../support/jwt.mjs';
import {run, SECRET} from '../support/server.mjs';
import {INSTANT, TASK_KEYS, UUID_V7} from '../support/surfaces.mjs';
import * as h from './h.mjs';

const {BY_DOTENV, dotenv, OPENAI_KEY} = h;

const GZIP_FROM = 1000;

let server;
let nobody;

before(async () => {
  ({server, nobody} = await serve(dotenv, BY_DOTENV));
});
after(() => server.stop());

const someone = () => h.someone(nobody);

const create = async (client, body) =>
  (await client.expect(201, 'POST', client.tasks, {body})).body;
const titles_of = async (client, query = '') =>
  (await client.expect(200, 'GET', client.tasks + query)).body.map(({title}) => title);

const log_level_of = async (started) =>
  /^LOG_LEVEL=(\w+)/m.exec(await run_beside(started, 'config'))[1];

describe('a front end that shares AUTH_SECRET', () => {
  test('finds the server where the .env puts it, with its pages', async () => {
    assert.equal((await fetch(`http://127.0.0.2:${server.port}/health`)).status, 200);
    await check_pages(nobody);
    await read_health(nobody);
  });

  test('carries a task from its creation to its end', async () => {
    const ada = someone();
    assert.deepEqual((await ada.expect(200, 'GET', ada.tasks)).body, []);
    const made = await create(ada, {title: 'Buy groceries', description: 'Milk'});
    assert.deepEqual(Object.keys(made).sort(), [...TASK_KEYS].sort());
    assert.match(made.id, UUID_V7);
    assert.match(made.created_at, INSTANT);
    assert.deepEqual([made.user_id, made.title, made.description, made.completed],
                     [ada.user_id, 'Buy groceries', 'Milk', false]);
    const path = `${ada.tasks}/${made.id}`;
    assert.deepEqual((await ada.expect(200, 'GET', path)).body, made);

    const body = {title: 'Buy bread', description: 'Rye'};
    const changed = (await ada.expect(200, 'PUT', path, {body})).body;
    assert.deepEqual([changed.title, changed.description], ['Buy bread', 'Rye']);
    // PUT changes what it names, and leaves the rest.
    const titled = (await ada.expect(200, 'PUT', path, {body: {title: 'Bake'}})).body;
    assert.deepEqual([titled.title, titled.description], ['Bake', 'Rye']);

    for (const completed of [true, false, true]) {
      const toggled = (await ada.expect(200, 'PATCH', `${path}/complete`)).body;
      assert.equal(toggled.completed, completed);
    }
    const {text} = await ada.expect(204, 'DELETE', path);
    assert.equal(text, '');
    await ada.expect(404, 'GET', path);
  });

  test('lists by status', async () => {
    const ada = someone();
    for (const title of ['to do', 'done']) await create(ada, {title});
    await ada.expect(200, 'PATCH', `${ada.tasks}/2/complete`);
    const expected = {
      '': ['done', 'to do'], '?status=all': ['done', 'to do'], '?status=pending': ['to do'],
      '?status=completed': ['done'],
    };
    for (const [query, titles] of Object.entries(expected)) {
      assert.deepEqual(await titles_of(ada, query), titles, query);
    }
    const wrong = await ada.expect(422, 'GET', `${ada.tasks}?status=open`);
    assert.deepEqual(faults_of(wrong), ['query.status']);
  });

  test('sorts by creation, the newest first, and by title', async () => {
    const ada = someone();
    for (const title of ['b', 'C', 'a']) await create(ada, {title});
    for (const query of ['', '?sort=created']) {
      assert.deepEqual(await titles_of(ada, query), ['a', 'C', 'b'], query);
    }
    assert.deepEqual(await titles_of(ada, '?sort=title'), ['a', 'b', 'C']);
    const wrong = await ada.expect(422, 'GET', `${ada.tasks}?sort=colour`);
    assert.deepEqual(faults_of(wrong), ['query.sort']);
  });

  test('pages with skip and limit', async () => {
    const ada = someone();
    for (const title of ['1', '2', '3', '4', '5']) await create(ada, {title});
    assert.deepEqual(await titles_of(ada, '?skip=1&limit=2'), ['4', '3']);
    assert.deepEqual(await titles_of(ada, '?skip=4'), ['1']);
    assert.deepEqual(await titles_of(ada, '?skip=5'), []);
    assert.deepEqual(await titles_of(ada, '?skip=1&limit=1&sort=title&status=pending'), ['2']);
    const page = await ada.expect(200, 'GET', `${ada.tasks}?limit=2`);
    assert.equal(page.headers.get('x-total-count'), '5');
  });

  test('is told what a title and a description may be', async () => {
    const ada = someone();
    await create(ada, {title: 'x'.repeat(200), description: 'y'.repeat(1000)});
    assert.equal((await create(ada, {title: 'x', description: null})).description, null);
    const bad = [[{title: ''}, 'title'], [{title: 'x'.repeat(201)}, 'title'], [{}, 'title'],
      [{title: 'x', description: 'y'.repeat(1001)}, 'description']];
    for (const [body, field] of bad) {
      const answer = await ada.expect(422, 'POST', ada.tasks, {body});
      assert.deepEqual(faults_of(answer), [`body.${field}`]);
      assert.equal(typeof answer.body.detail, 'string');
    }
  });

  test('gets long lists packed', async () => {
    const ada = someone();
    const encoding_of = async () =>
      (await ada.expect(200, 'GET', ada.tasks)).headers.get('content-encoding');
    await create(ada, {title: 'short'});
    assert.equal(await encoding_of(), null);
    await create(ada, {title: 'long', description: 'y'.repeat(GZIP_FROM)});
    assert.equal(await encoding_of(), 'gzip');
  });
});

describe('a caller', () => {
  test('needs a token that holds, for each call on tasks', async () => {
    const ada = someone();
    const {id} = await create(ada, {title: 'mine'});
    const calls = scoped_calls(ada.tasks, id);
    await check_refused(nobody, 401, calls);
    const expired = sign(claims_of(ada.user_id, {exp: now_s() - 3600}));
    await check_refused(nobody.with_token(expired), 401, calls);
    const other = sign(claims_of(ada.user_id), {secret: 'the secret of another front end'});
    await check_refused(nobody.with_token(other), 401, calls);
    assert.deepEqual(await titles_of(ada), ['mine']);
  });

  test('reaches no path but its own', async () => {
    const ada = someone();
    const {id} = await create(ada, {title: 'mine'});
    await check_refused(someone(), 403, scoped_calls(ada.tasks, id));
    const eve = someone();
    await check_refused(eve, 404, scoped_calls(eve.tasks, id).slice(2));
    assert.deepEqual(await titles_of(ada), ['mine']);
  });
});

describe('a session token of NextAuth', () => {
  const cookies = {'without HTTPS': SALT, 'over HTTPS': SECURE_SALT};
  for (const [name, salt] of Object.entries(cookies)) {
    test(`lets its user in, as the cookie has it ${name}`, async () => {
      const ada = someone();
      const {title} = await create(ada, {title: 'by a JWT'});
      const session = nobody.with_token(session_token_of(ada.user_id, {}, {salt}));
      const [shown] = (await session.expect(200, 'GET', ada.tasks)).body;
      assert.equal(shown.title, title);
      const body = {title: 'by a session'};
      const made = (await session.expect(201, 'POST', ada.tasks, {body})).body;
      assert.equal(made.user_id, ada.user_id);
      await check_refused(session, 403, scoped_calls(someone().tasks, made.id));
    });
  }

  test('is refused when it does not hold', async () => {
    const {user_id, tasks} = someone();
    const good = session_token_of(user_id);
    const [header, key, iv, text, tag] = good.split('.');
    const other = session_token_of('somebody else').split('.');
    const refused = {
      'expired': session_token_of(user_id, {exp: now_s() - 3600}),
      'without exp': session_token_of(user_id, {exp: undefined}),
      'without sub': session_token_of(undefined),
      'of another secret': session_token_of(user_id, {}, {secret: 'of another front end'}),
      'for another cookie': session_token_of(user_id, {}, {salt: 'another.cookie'}),
      "with another token's text": [header, key, iv, other[3], tag].join('.'),
      "with another token's tag": [header, key, iv, text, other[4]].join('.'),
      'with a short tag': [header, key, iv, text, tag.slice(0, 16)].join('.'),
      'without its tag': [header, key, iv, text, ''].join('.'),
      'in four parts': [header, key, iv, text].join('.'),
    };
    for (const [name, token] of Object.entries(refused)) {
      const {status} = await nobody.with_token(token).call('GET', tasks);
      assert.equal(status, 401, name);
    }
    await nobody.with_token(good).expect(200, 'GET', tasks);
  });

  test('may be for the cookie that NEXTAUTH_SALT names', async () => {
    const env = {...BY_DOTENV, NEXTAUTH_SALT: 'todo.session'};
    await while_serving(dotenv, env, async (client) => {
      const status_with = async (salt) => {
        const ada = client.with_token(session_token_of('ada', {}, {salt}));
        return (await ada.call('GET', '/api/ada/tasks')).status;
      };
      assert.equal(await status_with('todo.session'), 200);
      assert.equal(await status_with('__Secure-todo.session'), 200);
      assert.equal(await status_with(SALT), 401);
    });
  });
});

test('pages of both origins may call, and no others', async () => {
  const ada = someone();
  for (const origin of ['http://localhost:3000', 'http://localhost:3001']) {
    await check_cors(ada, origin, ada.tasks);
  }
  for (const origin of ['http://localhost:3002', 'https://evil.example']) {
    await check_no_cors(ada, origin, ada.tasks);
  }
});

test('DEBUG sets the level of the log, which has no secret in it', async () => {
  assert.equal(await log_level_of(server), 'DEBUG');
  for (const secret of [SECRET, OPENAI_KEY]) {
    assert.ok(!server.log.includes(secret));
  }
});

test('migrations tell what Alembic tells of them', async () => {
  const migrate = (...args) => run_beside(server, 'migrate', ...args);
  assert.match(await migrate('up'), /^nothing to do/);
  const history = (await migrate('history')).trim().split('\n');
  assert.match(await migrate('current'), new RegExp(`^${history.at(-1).slice(0, 4)}\n$`));
  assert.equal(await migrate('pending'), '');
});

test('the secret may be named as Better Auth names it', async () => {
  const renamed = (folder) => `DATABASE_URL=${sqlalchemy_url(folder, {driver: 'asyncpg'})}
BETTER_AUTH_SECRET=${SECRET}
CORS_ORIGINS=http://localhost:3000
ENVIRONMENT=staging
DEBUG=false
`;
  await while_serving(renamed, {}, async (client, started) => {
    const ada = someone_of(client, 'ada');
    await ada.expect(200, 'GET', ada.tasks);
    assert.equal(await log_level_of(started), 'INFO');
  });
});

test('production takes no origin but by name, and binds as the .env says', async () => {
  const production = (folder) => dotenv(folder)
    .replace('ENVIRONMENT=development', 'ENVIRONMENT=production')
    .replace('HOST=0.0.0.0', 'HOST=127.0.0.1').replace('DEBUG=true', 'DEBUG=false');
  await while_serving(production, BY_DOTENV, async (client, started) => {
    await assert.rejects(fetch(`http://127.0.0.2:${started.port}/health`));
    const ada = someone_of(client, 'ada');
    const {headers} = await ada.expect(200, 'GET', ada.tasks);
    assert.match(headers.get('strict-transport-security'), /^max-age=\d+/);
    await check_cors(ada, 'http://localhost:3001', ada.tasks);
    await check_no_cors(ada, 'https://evil.example', ada.tasks);
  });
  const any = {CORS_ORIGINS: '*', AUTH_SECRET: SECRET, ENVIRONMENT: 'production'};
  const {code, stderr} = await run(['serve'], {env: any});
  assert.equal(code, 1);
  assert.match(stderr, /^[^\n]*CORS_ORIGINS[^\n]*\n$/);
});
