// What every front end looks at beside its tasks, whichever backend it was written for.
import assert from 'node:assert/strict';

import {Client} from './client.mjs';
import {run, start} from './server.mjs';
import {INSTANT} from './surfaces.mjs';

/// What a browser asks before it sends a write with a token across origins.
const PREFLIGHT = {
  'Access-Control-Request-Method': 'PATCH',
  'Access-Control-Request-Headers': 'authorization,content-type',
};
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/// Starts todod by a .env alone (`dotenv` makes it of the folder), and `env` of who starts it.
/// Gives the server and a client of it who has not signed in.
export async function serve(dotenv, env = {}) {
  const by_dotenv = {AUTH_SECRET: undefined, RATE_LIMIT_ENABLED: undefined};
  const server = await start({dotenv, env: {...by_dotenv, ...env}});
  try {
    return {server, nobody: await Client.of(server)};
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/// serve(), for what `body` does with the client and the server.
export async function while_serving(dotenv, env, body) {
  const {server, nobody} = await serve(dotenv, env);
  try {
    await body(nobody, server);
  } finally {
    await server.stop();
  }
}

/// What a command says that is run where the server was started, and reads the same .env.
export async function run_beside({folder}, ...args) {
  const {code, stdout, stderr} = await run(args, {folder, env: {DATABASE_URL: undefined}});
  assert.equal(code, 0, stderr);
  return stdout;
}

/// Somebody new with a token of the shared secret, and the path of their tasks.
export function someone_of(nobody, user_id) {
  return Object.assign(nobody.as(user_id), {tasks: `/api/${user_id}/tasks`});
}

/// Swagger UI, ReDoc and the document that both show.
export async function check_pages(nobody) {
  for (const path of ['/docs', '/redoc']) {
    const {status, headers, text} = await nobody.raw('GET', path);
    assert.equal(status, 200, path);
    assert.match(headers.get('content-type'), /^text\/html/);
    assert.match(headers.get('content-security-policy'), /frame-ancestors 'none'/);
    assert.match(text, /<html/i);
  }
  assert.match(nobody.document.openapi, /^3\.1\./);
}

/// What /health and its like answer to who is not signed in: the rest beside status and timestamp.
export async function read_health(nobody, path = '/health') {
  const {status, timestamp, ...rest} = (await nobody.expect(200, 'GET', path)).body;
  assert.equal(status, 'healthy');
  assert.match(timestamp, INSTANT);
  return rest;
}

export async function check_ready(nobody, path) {
  const {body} = await nobody.expect(200, 'GET', path);
  assert.deepEqual(body, {status: 'ready', database: 'connected'});
}

/// A page of `origin` may send `client`'s token to `path`, by every method that the path has.
export async function check_cors(client, origin, path) {
  const asked = await client.raw('OPTIONS', path, {headers: {Origin: origin, ...PREFLIGHT}});
  assert.ok([200, 204].includes(asked.status), `${asked.status}`);
  const list_of = (name) => asked.headers.get(name).toLowerCase().split(/, ?/);
  for (const method of METHODS.filter((name) => is_known(client, name, path))) {
    assert.ok(list_of('access-control-allow-methods').includes(method.toLowerCase()), method);
  }
  for (const name of ['authorization', 'content-type']) {
    assert.ok(list_of('access-control-allow-headers').includes(name), name);
  }
  assert.ok(Number(asked.headers.get('access-control-max-age')) > 0);
  const answer = await client.expect(200, 'GET', path, {headers: {Origin: origin}});
  for (const {headers} of [asked, answer]) {
    assert.equal(headers.get('access-control-allow-origin'), origin);
    assert.equal(headers.get('access-control-allow-credentials'), 'true');
  }
}

/// A page of `origin` is told nothing.
export async function check_no_cors(client, origin, path) {
  const asked = await client.raw('OPTIONS', path, {headers: {Origin: origin, ...PREFLIGHT}});
  const answer = await client.expect(200, 'GET', path, {headers: {Origin: origin}});
  for (const {headers} of [asked, answer]) {
    assert.equal(headers.get('access-control-allow-origin'), null, origin);
  }
}

function is_known(client, method, path) {
  const operations = client.document.paths[client.template_of(path)];
  return operations[method.toLowerCase()] !== undefined;
}

/// Each of `calls`, [method, path, body], is refused with `status` and says why in a text.
export async function check_refused(client, status, calls) {
  for (const [method, path, body] of calls) {
    const answer = await client.expect(status, method, path, {body});
    assert.equal(typeof answer.body.detail, 'string', `${method} ${path}`);
    assert.equal(answer.body.request_id, answer.headers.get('x-request-id'));
  }
}

/// The six calls on tasks that the scoped backends have, on the task `id`.
export function scoped_calls(tasks, id) {
  return [
    ['GET', tasks], ['POST', tasks, {title: 'new'}], ['GET', `${tasks}/${id}`],
    ['PUT', `${tasks}/${id}`, {title: 'changed'}], ['PATCH', `${tasks}/${id}/complete`],
    ['DELETE', `${tasks}/${id}`],
  ];
}
