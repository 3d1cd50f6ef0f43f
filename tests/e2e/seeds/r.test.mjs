// A backend that is watched by its request ids, its log and its health: Better Auth signs the
// tokens with the BETTER_AUTH_SECRET that both have.
import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {AuthorizationServer} from '../support/authorization_server.mjs';
import {Client} from '../support/client.mjs';
import {
  check_cors, check_pages, check_ready, check_refused, read_health, run_beside, scoped_calls, serve,
  while_serving,
} from '../support/front_end.mjs';
import {free_port, make_folder, remove_folder, SECRET, start} from '../support/server.mjs';
import * as r from './r.mjs';

const {dotenv} = r;

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const LOG_FILE = 'logs/app.log';
const LOG_LIMIT_MS = 10_000;
const POLL_MS = 10;
const HEALTH = ['/health', '/health/live'];
const REGISTRATION = {name: 'Ada', email: 'ada@example.com', password: 'correct horse battery'};

let server;
let nobody;

before(async () => {
  ({server, nobody} = await serve(dotenv, {LOG_FILE}));
});
after(() => server.stop());

const someone = (user_id) => r.someone(nobody, user_id);
const log_of = ({folder}) => readFileSync(join(folder, LOG_FILE), 'utf8');

/// The lines of the request with this id, which are written soon after its answer.
async function lines_with(id) {
  for (const deadline = Date.now() + LOG_LIMIT_MS; ; await sleep(POLL_MS)) {
    const lines = log_of(server).split('\n').filter((line) => line.endsWith(`[ID: ${id}]`));
    if (lines.length === 2) return lines;
    assert.ok(Date.now() < deadline, `${lines.length} lines of ${id}`);
  }
}

describe('health', () => {
  test('is told under three names', async () => {
    for (const path of HEALTH) {
      const {service, ...rest} = await read_health(nobody, path);
      assert.equal(service, 'todod');
      assert.deepEqual(Object.keys(rest), ['version']);
    }
    await check_ready(nobody, '/health/ready');
  });

  test('says alive and not ready where the tables are not there', async () => {
    await while_serving(dotenv, {}, async (client, started) => {
      // What Alembic does on `downgrade base`.
      await run_beside(started, 'migrate', 'to', '0');
      assert.equal(await run_beside(started, 'migrate', 'current'), '0000\n');
      for (const path of HEALTH) await read_health(client, path);
      await client.expect(503, 'GET', '/health/ready');
      await run_beside(started, 'migrate', 'up');
      await check_ready(client, '/health/ready');
    });
  });
});

describe('a request', () => {
  test('has an id of its own, which every answer carries', async () => {
    const ada = someone('ada');
    const answers = [
      await nobody.expect(200, 'GET', '/health'), await ada.expect(200, 'GET', ada.tasks),
      await nobody.expect(401, 'GET', ada.tasks), await nobody.raw('GET', '/nothing'),
    ];
    const ids = answers.map(({headers}) => headers.get('x-request-id'));
    for (const id of ids) assert.match(id, UUID);
    assert.equal(new Set(ids).size, ids.length);
  });

  test('keeps the id that it comes with', async () => {
    const id = '123e4567-e89b-12d3-a456-426614174000';
    const {headers} = await nobody.expect(200, 'GET', '/health', {headers: {'X-Request-ID': id}});
    assert.equal(headers.get('x-request-id'), id);
  });

  test('that fails is found by its id, in the answer and in the log', async () => {
    const ada = someone('ada');
    const answer = await ada.expect(422, 'POST', ada.tasks, {body: {title: ''}});
    // Such a backend has the error and the id inside of detail; here detail is always a text.
    assert.equal(typeof answer.body.detail, 'string');
    assert.equal(answer.body.request_id, answer.headers.get('x-request-id'));
    const [, last] = await lines_with(answer.body.request_id);
    assert.match(last, /completed: POST \/api\/ada\/tasks 422/);
  });
});

describe('the log', () => {
  test('has a line where a request starts, with its id', async () => {
    const {headers} = await nobody.expect(201, 'POST', '/api/auth/register', {body: REGISTRATION});
    const id = headers.get('x-request-id');
    const [first, last] = await lines_with(id);
    // The name of the logger is todod's own.
    const time = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /;
    assert.match(first, time);
    assert.equal(first.replace(time, ''),
                 `- INFO - todod.http - Request started: POST /api/auth/register [ID: ${id}]`);
    assert.match(last, /- INFO - todod\.http - Request completed: POST \/api\/auth\/register 201 /);
  });

  test('goes to the console as well', async () => {
    const {headers} = await nobody.expect(200, 'GET', '/health');
    for (const line of await lines_with(headers.get('x-request-id'))) {
      assert.ok(server.log.includes(line));
    }
  });

  test('has no password and no token', async () => {
    const ada = someone('ada');
    const {headers} = await ada.expect(200, 'GET', ada.tasks);
    await lines_with(headers.get('x-request-id'));
    for (const secret of [REGISTRATION.password, ada.token, ada.token.split('.')[2], SECRET]) {
      assert.ok(!log_of(server).includes(secret));
    }
  });

  test('is as loud as LOG_LEVEL', async () => {
    const quiet = (folder) => dotenv(folder).replace('LOG_LEVEL=INFO', 'LOG_LEVEL=WARNING');
    // Which address it has it does not say then.
    const env = {AUTH_SECRET: undefined, LOG_FILE, PORT: await free_port()};
    const folder = make_folder();
    const started = await start({folder, dotenv: quiet, env});
    assert.equal((await (await Client.of(started)).raw('GET', '/nothing')).status, 404);
    await started.stop();
    const kept = log_of(started);
    remove_folder(folder);
    assert.ok(!/ - (DEBUG|INFO) - /.test(started.log), started.log);
    assert.equal(kept, started.log);
  });
});

describe('tasks', () => {
  test('are made, read, changed, completed and deleted', async () => {
    const ada = someone('user-of-better-auth');
    const {body: made} = await ada.expect(201, 'POST', ada.tasks, {body: {title: 'Buy groceries'}});
    assert.deepEqual([made.title, made.completed, made.user_id],
                     ['Buy groceries', false, ada.user_id]);
    const path = `${ada.tasks}/${made.id}`;
    assert.deepEqual((await ada.expect(200, 'GET', ada.tasks)).body, [made]);
    await ada.expect(200, 'PUT', path, {body: {title: 'Buy bread'}});
    assert.ok((await ada.expect(200, 'PATCH', `${path}/complete`)).body.completed);
    const {body: done} = await ada.expect(200, 'GET', `${ada.tasks}?status=completed`);
    assert.deepEqual(done.map(({title}) => title), ['Buy bread']);
    await ada.expect(204, 'DELETE', path);
    await check_refused(ada, 404, [['GET', path]]);
  });

  test("are their user's alone", async () => {
    const ada = someone('isolated');
    const {id} = (await ada.expect(201, 'POST', ada.tasks, {body: {title: 'mine'}})).body;
    const eve = someone('eve');
    await check_refused(eve, 403, scoped_calls(ada.tasks, id));
    await check_refused(eve, 404, scoped_calls(eve.tasks, id).slice(2));
    await check_refused(nobody, 401, scoped_calls(ada.tasks, id));
  });
});

test('Better Auth may sign with keys that it publishes', async () => {
  const auth = await AuthorizationServer.start();
  try {
    const key = await auth.add('a key of Better Auth', 'EdDSA');
    const withdrawn = await auth.add('a key of before', 'EdDSA');
    auth.withdraw(withdrawn.kid);
    await while_serving(dotenv, {JWKS_URL: auth.url}, async (client) => {
      const status_with = async (token) =>
        (await client.with_token(token).call('GET', '/api/ada/tasks')).status;
      assert.equal(await status_with(await AuthorizationServer.sign(key, 'ada')), 200);
      assert.equal(await status_with(await AuthorizationServer.sign(key, 'eve')), 403);
      assert.equal(await status_with(await AuthorizationServer.sign(withdrawn, 'ada')), 401);
      // The secret of the .env still verifies, by itself.
      assert.equal(await status_with(client.as('ada').token), 200);
    });
  } finally {
    await auth.go();
  }
});

test('the pages, and the front end on this machine', async () => {
  await check_pages(nobody);
  const ada = someone('ada');
  await check_cors(ada, 'http://localhost:3000', ada.tasks);
});

test('what is deployed is served to all, over HTTPS only', async () => {
  const anywhere = {HOST: undefined};
  await while_serving(r.in_production, anywhere, async (client, started) => {
    assert.equal((await fetch(`http://127.0.0.2:${started.port}/health`)).status, 200);
    const {headers} = await client.expect(200, 'GET', '/health');
    assert.match(headers.get('strict-transport-security'), /^max-age=\d+/);
    const ada = r.someone(client, 'ada');
    await ada.expect(201, 'POST', ada.tasks, {body: {title: 'in production'}});
    await check_ready(client, '/health/ready');
    assert.ok(!existsSync(join(started.folder, 'logs')), 'a file that nobody asked for');
  });
});
