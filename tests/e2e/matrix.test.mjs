// Every operation of the document by every way in. What is expected is computed from the
// operation's own description: a new operation is tested without a word here, and a new way in is a
// row of WAYS.
import assert from 'node:assert/strict';
import {after, describe, test} from 'node:test';

import {add_conversation} from './support/conversations.mjs';
import {
  keys, known_as, new_name, nobody, PASSWORD, register, server, speaking_for, stop, WAYS,
} from './support/ways.mjs';
import {add_dead_letters} from './support/webhooks.mjs';

/// In the title of every task here, so that it is seen where it must not be.
const MARK = 'of the owner alone';

const SCOPES = {GET: 'read', POST: 'write', PUT: 'write', PATCH: 'write', DELETE: 'delete'};

after(stop);

const OPERATIONS = Object.entries(nobody.document.paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([verb, operation]) =>
    ({...operation, path, method: verb.toUpperCase(), key: `${verb.toUpperCase()} ${path}`})));

/// For a provider that answers whatever it is asked.
const API_KEY = {
  apiKey: 'sk-of-the-owner-alone', baseUrl: new URL('/v1', keys.url).href, model: 'a-model',
};

/// Makes one of the owner's for the parameter of a path that names one; what it is called there.
const RESOURCES = {
  user_id: ({user_id}) => user_id,
  task_id: async ({user_id}) => {
    const body = {title: MARK};
    return (await speaking_for(user_id).expect(201, 'POST', '/api/tasks', {body})).body.id;
  },
  token_id: async ({user_id}) => {
    const body = {name: MARK, scopes: ['read']};
    return (await speaking_for(user_id).expect(201, 'POST', '/api/auth/tokens', {body})).body.id;
  },
  provider: ({user_id}) => speaking_for(user_id)
    .expect(200, 'PUT', '/api/api-keys/custom', {body: API_KEY}).then(() => 'custom'),
  conversation_id: ({user_id}) => speaking_for(user_id).expect(200, 'GET', '/api/conversations')
    .then(() => add_conversation(server.folder, user_id, [MARK])),
  webhook_id: async ({user_id}) => {
    const body = {url: 'https://hooks.example/of-the-owner-alone'};
    return (await speaking_for(user_id).expect(201, 'POST', '/api/webhooks', {body})).body.id;
  },
  seq: async (owner) => {
    await RESOURCES.task_id(owner);
    return add_dead_letters(server.folder, owner.user_id);
  },
};

/// As many changes as nobody else here makes: what comes after them has a number that is theirs
/// alone.
const MANY = 100;

/// The same where the parameter's name does not say it all.
const PLACES = {
  '/trash/{task_id}': async (owner) => {
    const id = await RESOURCES.task_id(owner);
    await speaking_for(owner.user_id).expect(204, 'DELETE', `/api/tasks/${id}`);
    return id;
  },
  '/changesets/{changeset_id}': async ({user_id}) => {
    const client = speaking_for(user_id);
    const body = {title: MARK};
    const log = await client.expect(200, 'GET', '/api/changes?limit=1');
    if (Number(log.headers.get('x-last-seq')) < MANY) {
      const operations = Array.from({length: MANY}, () => ({op: 'create', task: body}));
      await client.expect(200, 'POST', '/api/batch', {body: {operations}});
    }
    const made = await client.expect(201, 'POST', '/api/tasks', {body});
    return made.headers.get('x-changeset-id');
  },
};

const BATCH = () => ({operations: [{op: 'create', task: {title: 'Of whoever asks'}}]});

/// Bodies that cannot be made of the document's examples.
const BODIES = {
  'POST /api/batch': BATCH,
  'POST /api/{user_id}/batch': BATCH,
  'POST /api/auth/register': () =>
    ({name: 'Ada', email: `${new_name()}@example.com`, password: PASSWORD}),
  'POST /api/auth/login': async () => {
    const {email, password} = await register();
    return {email, password};
  },
  'POST /api/auth/session': async () => {
    const {email, password} = await register();
    return {email, password};
  },
  'POST /api/auth/password': () =>
    ({current_password: PASSWORD, new_password: 'another horse battery'}),
  'POST /api/auth/tokens': () => ({name: new_name(), scopes: ['read']}),
  'PUT /api/api-keys/{provider}': () => API_KEY,
};

/// To take back that a task was made is to delete it.
const UNDONE = ({scopes}) => (scopes === undefined || scopes.includes('delete') ? 200 : 403);

/// What an operation answers where that depends on the way in.
const ANSWERS = {
  'POST /api/changesets/{changeset_id}/undo': UNDONE,
  'POST /api/{user_id}/changesets/{changeset_id}/undo': UNDONE,
  // Who has come in by another's token has no password here.
  'POST /api/auth/password': ({has_password}) => (has_password ? 204 : 403),
  // Nor has a session that was begun here.
  'POST /api/auth/session/renew': ({has_password}) => (has_password ? 200 : 403),
};

function answer_of({key, responses, parameters = []}, way) {
  if (ANSWERS[key]) return ANSWERS[key](way);
  let good = Object.keys(responses).filter((status) => status.startsWith('2'));
  // What is only tried is 200, whatever it is when it is done.
  const may_be_tried = parameters.some(({name}) => ['dry_run', 'dryRun'].includes(name));
  if (may_be_tried && good.length > 1) good = good.filter((status) => status !== '200');
  assert.equal(good.length, 1, `${key} has no one answer when all is well: say it in ANSWERS`);
  return Number(good[0]);
}

/// Whether it answers in events alone, which go on for ever.
const is_endless = ({responses}) =>
  Object.keys(responses[200]?.content ?? {}).join() === 'text/event-stream';

const is_open = ({security}) => security !== undefined && security.length === 0;

/// Whether the way may not do what the operation does, whoever comes by it: who has scopes has come
/// with a token of todod's own, which is never for what only a person may do.
const is_out_of_scope = ({method, 'x-needs': needs}, {scopes}) =>
  scopes !== undefined && (needs === 'person' || !scopes.includes(SCOPES[method]));

/// The path of the operation on what `owner` has, and on the surface of `user_id`.
async function path_of({key, path, parameters = []}, owner, user_id) {
  let filled = path;
  for (const {name, in: place, required} of parameters) {
    if (!required) continue;
    assert.equal(place, 'path', `${key} demands ${name} in its ${place}, which nobody gives here`);
    const [, place_of] = Object.entries(PLACES).find(([ending]) =>
      ending.endsWith(`{${name}}`) && path.includes(ending)) ?? [];
    const make = place_of ?? RESOURCES[name];
    assert.ok(make, `${key} names a ${name}: say in RESOURCES how one is made`);
    const value = name === 'user_id' ? user_id : await make(owner);
    filled = filled.replace(`{${name}}`, encodeURIComponent(value));
  }
  return filled;
}

/// A body for the operation: of BODIES, or of the document's examples of what it demands (or, where
/// it demands nothing, of all that has one).
async function body_of({key, requestBody}, owner) {
  if (BODIES[key]) return BODIES[key](owner);
  if (!requestBody?.required) return undefined;
  const {$ref} = requestBody.content['application/json'].schema;
  const {properties, required = []} = nobody.document.components.schemas[$ref.split('/').at(-1)];
  const all = Object.entries(properties);
  const body = Object.fromEntries(all
    .filter(([name, {examples}]) => examples !== undefined
      && (required.length === 0 || required.includes(name)))
    .map(([name, {examples}]) => [name, examples[0]]));
  const missing = required.filter((name) => body[name] === undefined);
  assert.deepEqual(missing, [], `${key} has no example of these: say in BODIES what it is sent`);
  assert.notDeepEqual(body, {}, `${key} has no example at all: say in BODIES what it is sent`);
  return body;
}

/// Asks for the operation on what `owner` has: on `owner`'s surface, or else on that of `user_id`.
async function ask(operation, client, owner, user_id = owner.user_id) {
  const path = await path_of(operation, owner, user_id);
  const body = await body_of(operation, owner);
  return client.call(operation.method, path, {body, first: is_endless(operation)});
}

function check_status({status, text}, expected, who) {
  assert.equal(status, expected, `${who}: ${status} ${text}`);
}

/// All that others could have changed of what the owner has.
const state_of = async ({user_id}) =>
  (await speaking_for(user_id).expect(200, 'GET', '/api/tasks?limit=1000')).text;

/// An operation of an owner that others ask for: `refuse` makes them, and nothing may change.
async function check_unchanged(owner, refuse) {
  // What is asked for is made by it.
  const before = JSON.parse(await state_of(owner));
  await refuse();
  const now = JSON.parse(await state_of(owner));
  const known = new Map(now.map((task) => [task.id, task]));
  for (const task of before) assert.deepEqual(known.get(task.id), task);
  for (const {title, version} of now) assert.deepEqual([title, version], [MARK, 1]);
}

const others = new Map();

/// The same stranger for all operations of a way, unless one of them was the end of its account.
async function enter_another(way) {
  const known = others.get(way);
  if (known && (await known.call('GET', '/api/auth/me')).status !== 401) return known;
  others.set(way, await way.enter());
  return others.get(way);
}

/// Somebody else who has come in by the same way, and asks for what the owner has.
async function check_another(operation, way, owner) {
  const other = await enter_another(way);
  const all_well = answer_of(operation, way);
  const out_of_scope = is_out_of_scope(operation, way);
  if (operation.path.includes('{user_id}')) {
    check_status(await ask(operation, other, owner), 403, "on the owner's surface");
  }
  const is_named = /\{(?!user_id\})/.test(operation.path) && operation.responses[404] !== undefined;
  const answer = await ask(operation, other, owner, other.user_id);
  const expected = is_named ? 404 : all_well;
  check_status(answer, out_of_scope ? 403 : expected, 'on a surface of their own');
  assert.ok(!answer.text.includes(MARK), answer.text);
  // Who has made one of the same name is no stranger to it any more.
  if (!is_named && operation.path.includes('{')) others.delete(way);
}

async function check_refused(operation, way, owner) {
  check_status(await ask(operation, nobody, owner), 401, 'nobody');
  for (const [name, made] of Object.entries(await way.refused(owner))) {
    const [client, status] = Array.isArray(made) ? made : [made, 401];
    check_status(await ask(operation, client, owner), status, name);
  }
  // A bad credential that is looked at first is not passed over for a good one.
  const both = {...owner.headers, 'X-Service-Auth': 'unknown', 'X-User-ID': owner.user_id};
  const doubtful = known_as(nobody.with_headers(both), {token: owner.token});
  check_status(await ask(operation, doubtful, owner), 401, 'with a bad credential as well');
}

async function check_operation(operation, way) {
  const owner = await way.enter();
  await check_unchanged(owner, async () => {
    await check_refused(operation, way, owner);
    await check_another(operation, way, owner);
  });
  const expected = is_out_of_scope(operation, way) ? 403 : answer_of(operation, way);
  check_status(await ask(operation, owner, owner), expected, 'the owner');
}

/// What is for everybody asks nobody for a credential, and looks at none.
async function check_open(operation, way) {
  const owner = await way.enter();
  const [refused] = Object.values(await way.refused(owner));
  for (const client of [nobody, owner, refused]) {
    check_status(await ask(operation, client, owner), answer_of(operation, way), 'everybody');
  }
}

for (const way of WAYS) {
  describe(`who comes by ${way.name}`, () => {
    for (const operation of OPERATIONS) {
      if (is_open(operation) && way.scopes) continue;  // which it asks nobody for
      const check = is_open(operation) ? check_open : check_operation;
      test(operation.key, () => check(operation, way));
    }
  });
}

test('there is something to be tested', () => {
  const closed = OPERATIONS.filter((operation) => !is_open(operation));
  assert.ok(closed.length > 0 && closed.length < OPERATIONS.length);
  for (const {key, method} of closed) assert.ok(SCOPES[method], key);
  const for_people = closed.filter((operation) => operation['x-needs'] === 'person');
  const is_webhook = ({path}) => path.includes('/webhooks');
  assert.ok(closed.some(is_webhook));
  assert.deepEqual(closed.filter(is_webhook), for_people.filter(is_webhook));
  const others_for_people = for_people.filter((operation) => !is_webhook(operation));
  assert.deepEqual(others_for_people.map(({key}) => key).sort(), [
    'DELETE /api/api-keys/{provider}',
    'DELETE /api/auth/me',
    'DELETE /api/auth/tokens/{token_id}',
    'POST /api/api-keys/{provider}/validate',
    'POST /api/auth/password',
    'POST /api/auth/session/renew',
    'POST /api/auth/tokens',
    'PUT /api/api-keys/{provider}',
  ]);
});
