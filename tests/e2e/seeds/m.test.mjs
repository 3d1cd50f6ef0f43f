// A backend with /api/tasks in camelCase, behind an auth server, that other services call for their
// users.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {faults_of} from '../support/client.mjs';
import {
  check_cors, check_no_cors, check_pages, read_health, run_beside, serve, while_serving,
} from '../support/front_end.mjs';
import {claims_of, sign} from '../support/jwt.mjs';
import {PrivatePostgres} from '../support/postgres.mjs';
import {PrivateRedis} from '../support/redis.mjs';
import {SECRET} from '../support/server.mjs';
import {INSTANT, UUID_V7} from '../support/surfaces.mjs';
import {dotenv, ENCRYPTION_KEY, service_for, SERVICE_TOKEN, SESSION_SECRET} from './m.mjs';

const in_folder = (folder) => dotenv(folder, {redis: redis.url});

/// As the checklist for production has it.
const in_production = (folder) => in_folder(folder)
  .replace('ENVIRONMENT=development', 'ENV=production')
  .replace('CORS_ORIGINS=http://localhost:3000',
           'ALLOWED_ORIGINS=https://yourdomain.com,https://www.yourdomain.com');

let redis;
let server;
let nobody;
let people = 0;

before(async () => {
  redis = await PrivateRedis.start();
  ({server, nobody} = await serve(in_folder));
});
after(async () => {
  await server.stop();
  await redis.remove();
});

const someone = () => service_for(`user-${people += 1}`, nobody);

const create = async (client, body = NEW) =>
  (await client.expect(201, 'POST', '/api/tasks', {body})).body;

const NEW = {
  title: 'Buy groceries', description: 'Milk, eggs, bread', priority: 'MEDIUM',
  dueDate: '2025-12-27T17:00:00Z', tags: ['shopping', 'personal'],
};

test('health tells that it is there', async () => {
  // Such a backend calls itself todo-backend; here it is called what APP_NAME says.
  const {service} = await read_health(nobody);
  assert.equal(service, 'todod');
  await check_pages(nobody);
});

describe('a task', () => {
  test('is made with all that it has', async () => {
    const ada = someone();
    const body = await create(ada);
    const {id, createdAt, updatedAt, ...rest} = body;
    assert.match(id, UUID_V7);
    for (const instant of [createdAt, updatedAt]) assert.match(instant, INSTANT);
    assert.deepEqual(rest, {
      ...NEW, dueDate: '2025-12-27T17:00:00.000Z', status: 'TODO', userId: ada.user_id,
      completedAt: null, number: 1, completed: false, version: 1,
    });
    assert.deepEqual((await ada.expect(200, 'GET', `/api/tasks/${id}`)).body, body);
  });

  test('is listed, the newest first', async () => {
    const ada = someone();
    assert.deepEqual((await ada.expect(200, 'GET', '/api/tasks')).body, []);
    const first = await create(ada);
    const second = await create(ada, {
      title: 'Finish report', priority: 'HIGH', dueDate: '2025-12-26T18:00:00Z', tags: ['work'],
    });
    const {body: done} = await ada.expect(200, 'PATCH', `/api/tasks/${second.id}/complete`);
    assert.deepEqual((await ada.expect(200, 'GET', '/api/tasks')).body, [done, first]);
    assert.equal(done.status, 'COMPLETED');
    assert.match(done.completedAt, INSTANT);
  });

  test('is changed in what is named', async () => {
    const ada = someone();
    const made = await create(ada);
    const path = `/api/tasks/${made.id}`;
    const change = {
      title: 'Buy groceries and cook dinner', description: 'Updated description', priority: 'HIGH',
      dueDate: '2025-12-27T19:00:00Z',
    };
    let expected = made;
    for (const [name, value] of Object.entries(change)) {
      const {body} = await ada.expect(200, 'PATCH', path, {body: {[name]: value}});
      const shown = name === 'dueDate' ? '2025-12-27T19:00:00.000Z' : value;
      expected = {
        ...expected, [name]: shown, updatedAt: body.updatedAt, version: expected.version + 1,
      };
      assert.deepEqual(body, expected);
    }
    assert.deepEqual((await ada.expect(200, 'PATCH', path, {body: {}})).body, expected);
  });

  test('has one of four priorities and of three statuses', async () => {
    const ada = someone();
    for (const priority of ['URGENT', 'HIGH', 'MEDIUM', 'LOW']) {
      assert.equal((await create(ada, {title: 'x', priority})).priority, priority);
    }
    for (const status of ['IN_PROGRESS', 'COMPLETED', 'TODO']) {
      const {body} = await ada.expect(200, 'PATCH', '/api/tasks/1', {body: {status}});
      assert.equal(body.status, status);
      assert.equal(body.completedAt !== null, status === 'COMPLETED');
    }
    const bad = {priority: 'HIGHEST', status: 'DONE', dueDate: 'tomorrow', tags: 'work'};
    for (const [field, value] of Object.entries(bad)) {
      const answer = await ada.expect(422, 'POST', '/api/tasks',
                                      {body: {title: 'x', [field]: value}});
      assert.deepEqual(faults_of(answer), [`body.${field}`]);
    }
  });

  test('is turned round between TODO and COMPLETED', async () => {
    const ada = someone();
    const {id} = await create(ada);
    for (const status of ['COMPLETED', 'TODO', 'COMPLETED']) {
      const {body} = await ada.expect(200, 'PATCH', `/api/tasks/${id}/complete`);
      assert.equal(body.status, status);
      if (status === 'TODO') assert.equal(body.completedAt, null);
      else assert.match(body.completedAt, INSTANT);
    }
  });

  test('is deleted, and then is not there', async () => {
    const ada = someone();
    const {id} = await create(ada);
    assert.equal((await ada.expect(204, 'DELETE', `/api/tasks/${id}`)).text, '');
    for (const [method, end, body] of [['GET', ''], ['PATCH', '', {title: 'x'}], ['DELETE', ''],
      ['PATCH', '/complete']]) {
      const answer = await ada.expect(404, method, `/api/tasks/${id}${end}`, {body});
      assert.equal(typeof answer.body.detail, 'string');
    }
  });

  test('of another user is not there either', async () => {
    const ada = someone();
    const eve = someone();
    const {id} = await create(ada);
    // Such a backend may say 403; here it is as if it were not there.
    for (const [method, end, body] of [['GET', ''], ['PATCH', '', {title: 'x'}], ['DELETE', ''],
      ['PATCH', '/complete']]) {
      await eve.expect(404, method, `/api/tasks/${id}${end}`, {body});
    }
    assert.equal((await ada.expect(200, 'GET', '/api/tasks/1')).body.status, 'TODO');
  });

  test('is refused where the request is no good', async () => {
    const ada = someone();
    await ada.expect(400, 'POST', '/api/tasks', {text: '{"title": '});
    for (const title of ['', 'x'.repeat(201), null]) {
      const answer = await ada.expect(422, 'POST', '/api/tasks', {body: {title}});
      assert.deepEqual(faults_of(answer), ['body.title']);
    }
  });
});

describe('a service', () => {
  test('needs its token and a user, and each alone is not enough', async () => {
    const calls = [
      [401, {}], [401, {'X-User-ID': 'ada'}], [400, {'X-Service-Auth': SERVICE_TOKEN}],
      [401, {'X-Service-Auth': 'wrong', 'X-User-ID': 'ada'}],
      [401, {'X-Service-Auth': '', 'X-User-ID': 'ada'}],
      [401, {'X-Service-Auth': SERVICE_TOKEN.toUpperCase(), 'X-User-ID': 'ada'}],
    ];
    for (const [status, headers] of calls) {
      await nobody.expect(status, 'GET', '/api/tasks', {headers});
    }
    // A session that does not hold is none.
    await nobody.with_token('no-session').expect(401, 'GET', '/api/tasks');
  });
});

test('only the front end of the .env may call from a page', async () => {
  const ada = someone();
  await check_cors(ada, 'http://localhost:3000', '/api/tasks');
  await check_no_cors(ada, 'http://localhost:3001', '/api/tasks');
});

test('the answers have the headers that keep pages safe', async () => {
  const {headers} = await someone().expect(200, 'GET', '/api/tasks');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.match(headers.get('x-frame-options'), /^(DENY|SAMEORIGIN)$/);
  assert.equal(headers.get('cache-control'), 'no-store');
  assert.ok(headers.get('referrer-policy'));
});

test('the pool is what the .env says', async () => {
  const shown = await run_beside(server, 'config');
  for (const line of ['SQLALCHEMY_POOL_SIZE=10', 'SQLALCHEMY_POOL_OVERFLOW=20',
    'SQLALCHEMY_POOL_TIMEOUT=30', 'SQLALCHEMY_POOL_RECYCLE=3600', 'SQLALCHEMY_ECHO=false']) {
    assert.ok(shown.split('\n').includes(line), line);
  }
});

test('no secret is shown or logged', async () => {
  const shown = await run_beside(server, 'config');
  for (const secret of [SERVICE_TOKEN, SESSION_SECRET, ENCRYPTION_KEY]) {
    assert.ok(!shown.includes(secret));
    assert.ok(!server.log.includes(secret));
  }
});

test('production is for services, and has no JWT without a secret', async () => {
  await while_serving(in_production, {}, async (client) => {
    const ada = service_for('ada', client);
    const {headers} = await ada.expect(200, 'GET', '/api/tasks');
    assert.match(headers.get('strict-transport-security'), /^max-age=\d+/);
    const registration = {name: 'Ada', email: 'ada@example.com', password: 'correct horse battery'};
    await client.expect(503, 'POST', '/api/auth/register', {body: registration});
    const {name, ...login} = registration;
    assert.equal(name, 'Ada');
    await client.expect(503, 'POST', '/api/auth/login', {body: login});
    for (const secret of [SECRET, '']) {
      await client.with_token(sign(claims_of('ada'), {secret})).expect(401, 'GET', '/api/tasks');
    }
    for (const origin of ['https://yourdomain.com', 'https://www.yourdomain.com']) {
      const answer = await client.raw('GET', '/health', {headers: {Origin: origin}});
      assert.equal(answer.headers.get('access-control-allow-origin'), origin);
    }
    const other = await client.raw('GET', '/health', {headers: {Origin: 'http://localhost:3000'}});
    assert.equal(other.headers.get('access-control-allow-origin'), null);
  });
});

test("the database may demand TLS, in asyncpg's words", async () => {
  const postgres = await PrivatePostgres.start({tls: true});
  try {
    const url = new URL(postgres.create_database('todo_db'));
    const user = `${url.username}:of-the-tests-only`;
    const asked = `postgresql+asyncpg://${user}@${url.host}/todo_db?ssl=require`;
    const with_tls = (folder) => dotenv(folder, {redis: redis.url, url: asked});
    await while_serving(with_tls, {}, async (client) => {
      await create(service_for('ada', client));
      const in_use = postgres.query('SELECT DISTINCT ssl FROM pg_stat_ssl'
        + " JOIN pg_stat_activity USING (pid) WHERE application_name = 'todod'");
      assert.equal(in_use, 't\n');
    });
  } finally {
    await postgres.remove();
  }
});
