// What who listens over MCP is told of: subscriptions/listen of 2026-07-28, over HTTP.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {Client} from './support/client.mjs';
import {only_on} from './support/database.mjs';
import {open_events} from './support/events.mjs';
import {make_folder, remove_folder, start} from './support/server.mjs';

const REVISION = '2026-07-28';
const META = {
  'io.modelcontextprotocol/protocolVersion': REVISION,
  'io.modelcontextprotocol/clientCapabilities': {},
};
const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';
const UPDATED = 'notifications/resources/updated';
const ROOM_LIMIT_MS = 20_000;
const MAX_STREAMS = 8;

let server;
let nobody;
let people = 0;

before(async () => {
  server = await start();
  nobody = await Client.of(server);
});
after(() => server.stop());

const somebody = () => nobody.as(`listener-${people += 1}`);

/// The message, and the headers that go with it.
function message_of(method, params, id) {
  const name = params.uri ?? params.name;
  const headers = {'MCP-Protocol-Version': REVISION, 'Mcp-Method': method};
  if (name !== undefined) headers['Mcp-Name'] = name;
  return {headers, body: {jsonrpc: '2.0', id, method, params: {...params, _meta: META}}};
}

async function ask(client, method, params) {
  const {headers, body} = message_of(method, params, 1);
  headers.Accept = 'application/json, text/event-stream';
  return (await client.raw('POST', '/mcp', {headers, body})).body;
}

async function read(client, uri) {
  const {result} = await ask(client, 'resources/read', {uri});
  return JSON.parse(result.contents[0].text);
}

/// A stream that watches `uris`, once it is acknowledged.
async function listen(client, uris, id = 'stream-1') {
  const {headers, body} =
    message_of('subscriptions/listen', {notifications: {resourceSubscriptions: uris}}, id);
  const broken_off = new AbortController();
  const opened = await open_events(client, '/mcp', body, {
    headers: {...headers, Accept: 'application/json, text/event-stream'},
    signal: broken_off.signal,
  });
  assert.equal(opened.status, 200);
  assert.equal(opened.headers.get('content-type'), 'text/event-stream');
  const next = async () => {
    const {value, done} = await opened.events.next();
    if (done) return undefined;
    const told = value.data.params ?? value.data.result;
    assert.equal(told._meta[SUBSCRIPTION], id, JSON.stringify(value));
    return value.data;
  };
  const first = await next();
  assert.equal(first.method, 'notifications/subscriptions/acknowledged');
  assert.deepEqual(first.params.notifications, {resourceSubscriptions: uris});
  return {next, leave: () => broken_off.abort()};
}

async function create(client, task) {
  return (await client.expect(201, 'POST', '/api/tasks', {body: task})).body;
}

const change = (client, number, fields) =>
  client.expect(200, 'PATCH', `/api/tasks/${number}`, {body: fields});

/// The next that are told of must be these, in whatever order they are looked at.
async function expect_updates(stream, ...uris) {
  const told = [];
  for (let i = 0; i < uris.length; i += 1) {
    const {method, params} = await stream.next();
    assert.equal(method, UPDATED);
    told.push(params.uri);
  }
  assert.deepEqual(told.sort(), uris.sort());
}

test('what somebody watches is told to them when it is changed elsewhere', async () => {
  const ada = somebody();
  const {id} = await create(ada, {title: 'one'});
  const stream = await listen(ada, ['todo://tasks/1', `todo://tasks/${id}`, 'todo://overdue']);
  await change(ada, 1, {title: 'two'});
  await expect_updates(stream, 'todo://tasks/1', `todo://tasks/${id}`);
  assert.equal((await read(ada, 'todo://tasks/1')).title, 'two');
  await create(ada, {title: 'late', dueDate: '2001-01-01'});
  await expect_updates(stream, 'todo://overdue');
  assert.deepEqual((await read(ada, 'todo://overdue')).tasks.map(({title}) => title), ['late']);
  stream.leave();
});

test('what others do is told to nobody else', async () => {
  const [ada, bob] = [somebody(), somebody()];
  const {id} = await create(ada, {title: 'ada 1'});
  await create(bob, {title: 'bob 1'});
  const of_bob = await listen(bob, [`todo://tasks/${id}`, 'todo://open', 'todo://tasks/1']);
  const of_ada = await listen(ada, ['todo://open', 'todo://tasks/1']);
  await change(ada, 1, {title: 'ada 2'});
  await expect_updates(of_ada, 'todo://open', 'todo://tasks/1');
  await change(ada, 1, {title: 'ada 3'});
  await expect_updates(of_ada, 'todo://open', 'todo://tasks/1');
  // Bob's has looked in the meantime, too: the first that it tells is his own doing.
  await change(bob, 1, {title: 'bob 2'});
  await expect_updates(of_bob, 'todo://open', 'todo://tasks/1');
  assert.equal((await read(bob, 'todo://tasks/1')).title, 'bob 2');
  const {error} = await ask(bob, 'resources/read', {uri: `todo://tasks/${id}`});
  assert.deepEqual([error.code, error.data], [-32602, {uri: `todo://tasks/${id}`}]);
  of_ada.leave();
  of_bob.leave();
});

test('what another replica has written is told as well', only_on('postgres'), async () => {
  const folder = make_folder();
  const replicas = [await start({folder}), await start({folder})];
  try {
    const [here, there] = await Promise.all(replicas.map(async (each) =>
      (await Client.of(each)).as('ada')));
    await create(here, {title: 'one'});
    const stream = await listen(here, ['todo://tasks/1']);
    await change(there, 1, {title: 'two'});
    await expect_updates(stream, 'todo://tasks/1');
    assert.equal((await read(there, 'todo://tasks/1')).title, 'two');
    stream.leave();
  } finally {
    await Promise.all(replicas.map((each) => each.stop()));
    remove_folder(folder);
  }
});

test('a stream ends with the token that it came with', async () => {
  const ada = somebody();
  await create(ada, {title: 'one'});
  const {body: made} = await ada.expect(201, 'POST', '/api/auth/tokens',
                                        {body: {name: 'agent', scopes: ['read']}});
  const stream = await listen(nobody.with_token(made.token), ['todo://tasks/1']);
  await ada.expect(204, 'DELETE', `/api/auth/tokens/${made.id}`);
  await change(ada, 1, {title: 'not to be heard of'});
  const last = await stream.next();
  assert.equal(last.result.resultType, 'complete', JSON.stringify(last));
  assert.equal(await stream.next(), undefined);
});

test('a stream ends with the account', async () => {
  const eve = somebody();
  await create(eve, {title: 'one'});
  const stream = await listen(eve, ['todo://tasks/1']);
  await eve.expect(204, 'DELETE', '/api/auth/me');
  assert.equal((await stream.next()).result.resultType, 'complete');
});

test('there are only so many streams of a user, and one that has left makes room', async () => {
  const ada = somebody();
  const streams = [];
  for (let i = 0; i < MAX_STREAMS; i += 1) streams.push(await listen(ada, ['todo://today'], i));
  const {headers, body} = message_of('subscriptions/listen',
      {notifications: {resourceSubscriptions: ['todo://today']}}, 'more');
  headers.Accept = 'application/json, text/event-stream';
  const refused = async () => {
    const stop = new AbortController();
    const opened = await open_events(ada, '/mcp', body, {headers, signal: stop.signal});
    stop.abort();
    return opened.status === 429;
  };
  assert.ok(await refused());
  const bob = await listen(somebody(), ['todo://today']);
  bob.leave();
  streams[0].leave();
  const deadline = Date.now() + ROOM_LIMIT_MS;
  while (await refused()) assert.ok(Date.now() < deadline, 'no room was made');
  for (const stream of streams) stream.leave();
});

test('the server that stops ends its streams in order', async () => {
  const other = await start();
  const ada = (await Client.of(other)).as('ada');
  const stream = await listen(ada, ['todo://today'], 42);
  const stopped = other.stop();
  const last = await stream.next();
  assert.deepEqual([last.id, last.result.resultType], [42, 'complete']);
  assert.equal(await stream.next(), undefined);
  await stopped;
});

test('who takes no stream, and who may not read, does not listen', async () => {
  const ada = somebody();
  const {headers, body} = message_of('subscriptions/listen', {notifications: {}}, 1);
  headers.Accept = 'application/json';
  assert.equal((await ada.raw('POST', '/mcp', {headers, body})).body.error.code, -32602);
  const {body: made} = await ada.expect(201, 'POST', '/api/auth/tokens',
                                        {body: {name: 'writer', scopes: ['write']}});
  const writer = nobody.with_token(made.token);
  const {error} = await ask(writer, 'subscriptions/listen',
                            {notifications: {resourceSubscriptions: ['todo://today']}});
  assert.equal(error.code, -32602);
  assert.deepEqual((await ask(writer, 'resources/list', {})).result.resources, []);
  assert.deepEqual((await ask(writer, 'prompts/list', {})).result.prompts, []);
});
