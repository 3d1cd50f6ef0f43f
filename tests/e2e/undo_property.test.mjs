// Whatever was written, in whatever order and by whom: the log tells exactly what has come about,
// and undone set by set everything comes back exactly as it was, down to the beginning. On
// PostgreSQL two replicas write in turn, and at once.
import assert from 'node:assert/strict';
import {randomInt, randomUUID} from 'node:crypto';
import {after, before, describe, test} from 'node:test';

import {ChangeModel, as_replayed, replay, without_count} from './support/change_model.mjs';
import {as_logged, as_modelled, ask, choose, judge, random_of, undo, view_of}
  from './support/change_requests.mjs';
import {check_rows} from './support/change_rows.mjs';
import {Client} from './support/client.mjs';
import {database} from './support/database.mjs';
import {make_folder, remove_folder, start} from './support/server.mjs';

/// The same requests again with TODOD_E2E_SEED.
const SEED = Number(process.env.TODOD_E2E_SEED ?? randomInt(2 ** 31));
const REPLICAS = database === 'postgres' ? 2 : 1;
const STEPS = 1000;
const MAX_PLAYS = 5;
const STEPS_WITH_PURGES = 250;
const STEPS_BETWEEN_LOOKS = 20;
/// So many are undone, and that undone again.
const SOME = 60;
const USERS = 2;
const LANES = 16;
const STEPS_OF_LANE = 40;
/// So many tasks and sets a lane knows of.
const KNOWN = 20;
const PAGE = 1000;

let folder;
let servers;
let nobodies;

before(async () => {
  folder = make_folder();
  servers = await Promise.all(Array.from({length: REPLICAS}, () => start({folder})));
  nobodies = await Promise.all(servers.map((server) => Client.of(server)));
});
after(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  try {
    check_rows(folder);
  } finally {
    remove_folder(folder);
  }
});

/// A property; says by what seed it fails.
function property(name, run) {
  test(name, async () => {
    try {
      await run(random_of(SEED));
    } catch (error) {
      error.message += `\n(again with TODOD_E2E_SEED=${SEED})`;
      throw error;
    }
  });
}

/// All who write for one user, on each replica: signed in, and as an agent.
async function sign_up() {
  const [nobody] = nobodies;
  const login = {email: `${randomUUID()}@example.com`, password: 'correct horse battery'};
  const {body: profile} = await nobody.expect(201, 'POST', '/api/auth/register',
                                              {body: {name: 'Ada', ...login}});
  const {body: session} = await nobody.expect(200, 'POST', '/api/auth/login', {body: login});
  const {body: token} = await nobody.with_token(session.access_token)
    .expect(201, 'POST', '/api/auth/tokens', {body: {name: 'agent',
                                                     scopes: ['read', 'write', 'delete']}});
  return nobodies.flatMap((each) => [session.access_token, token.token].map((text) =>
    Object.assign(each.with_token(text), {user_id: profile.id, is_agent: text === token.token})));
}

const get = async (client, path) =>
  (await client.expect(200, 'GET', `/api/${client.user_id}${path}`)).body;

async function read_log(client, since = 0) {
  const log = [];
  for (;;) {
    const page = await get(client, `/changes?since=${log.at(-1)?.seq ?? since}&limit=${PAGE}`);
    log.push(...page);
    if (page.length < PAGE) return log;
  }
}

async function read_state(client) {
  const [tasks, trash] = await Promise.all([
    get(client, '/tasks?sort=-created&limit=1000'), get(client, `/trash?limit=${PAGE}`)]);
  return {tasks: tasks.map(as_modelled), trash: trash.map(({task}) => as_modelled(task))};
}

const by_number = (tasks) => [...tasks.values()].sort((a, b) => a.number - b.number);

/// What todod has now is what the model has, all of it, in its order.
async function look(client, model) {
  const {tasks, trash} = await read_state(client);
  assert.deepEqual(by_number(tasks), by_number(model.tasks));
  assert.deepEqual(trash, [...model.trash.values()].reverse());
}

/// Holds an answer against what the model makes of it, and does it in the model.
function follow(model, request, answer, given) {
  try {
    const foreseen = request.foresee(model, given);
    judge(answer, foreseen);
    return foreseen;
  } catch (error) {
    error.message += `\n${request.what}`;
    throw error;
  }
}

/// Asks, and holds the log against the model as well.
async function step(client, model, request) {
  const answer = await ask(client, request);
  const fresh = await read_log(client, model.last_change);
  const {changes} = follow(model, request, answer, fresh);
  assert.deepEqual(fresh.map(as_logged), changes, request.what);
  for (const {origin} of fresh) {
    assert.equal(origin.via, request.tool ? 'mcp' : 'rest');
    assert.equal(origin.token_id !== undefined, client.is_agent);
  }
  return changes;
}

/// `steps` random requests; gives what there was before each change set: its id -> a snapshot.
async function play(random, clients, model, steps, but) {
  const befores = new Map();
  for (let i = 0; i < steps; i += 1) {
    const client = clients[i % clients.length];
    const was = model.snapshot();
    const changes = await step(client, model, choose(random, view_of(model), but));
    if (changes.length > 0) befores.set(changes[0].changeset_id, was);
    if (i % STEPS_BETWEEN_LOOKS === 0) await look(client, model);
  }
  await look(clients[0], model);
  return befores;
}

/// What has come back is what was before. What was made since lies in the trash, and what has gone
/// for good stays so.
function check_back(model, was) {
  const there = (tasks) => by_number(tasks).filter(({number}) => !model.purged.has(number))
    .map(without_count);
  assert.deepEqual(there(model.tasks), there(was.tasks));
  const is_new = ({number}) => !was.tasks.has(number) && !was.trash.has(number);
  const old = [...model.trash.values()].filter((task) => !is_new(task));
  assert.deepEqual(there(old), there(was.trash));
}

/// Takes back the sets of `befores`, the newest first, each by itself. Where tasks of one have gone
/// for good that is refused, and the rest taken back. Gives the same of the sets that this makes.
async function take_back(clients, model, befores) {
  const made = new Map();
  for (const [i, [id, was]] of [...befores].reverse().entries()) {
    const client = clients[i % clients.length];
    const now = model.snapshot();
    const ask_for = async (request) => follow(model, request, await ask(client, request));
    let {status, changes, conflicts} = await ask_for(undo(id));
    if (status === 409) {
      assert.ok(conflicts.every(({task_number}) => model.purged.has(task_number)));
      ({status, changes} = await ask_for(undo(id, {partial: true})));
    }
    assert.equal(status, 200);
    if (changes.length > 0) made.set(changes[0].changeset_id, now);
    check_back(model, was);
    if (i % STEPS_BETWEEN_LOOKS === 0) await look(client, model);
  }
  await look(clients[0], model);
  return made;
}

/// The log tells all that is there, and nothing else.
async function check_log(client, model) {
  const log = await read_log(client);
  assert.deepEqual(log.map(as_logged), model.log);
  const told = replay(log);
  const {tasks, trash} = await read_state(client);
  assert.deepEqual(by_number(told.tasks), by_number(tasks.map(as_replayed)));
  assert.deepEqual([...told.trash.values()].reverse(), trash.map(as_replayed));
}

/// Asks at random, knowing of what is there only what was answered.
async function write_beside(random, client, {view, answered}) {
  for (let i = 0; i < STEPS_OF_LANE; i += 1) {
    const request = choose(random, view, ['tool']);
    const answer = await ask(client, request);
    if (answer.set === undefined) continue;
    answered.push({request, answer});
    view.sets = [...view.sets, answer.set].slice(-KNOWN);
    const tasks = [answer.body, ...answer.body?.results?.map(({task}) => task) ?? []];
    for (const task of tasks.filter((each) => each?.number)) {
      const others = view.tasks.filter(({number}) => number !== task.number);
      view.tasks = view.trash = [...others, task].slice(-KNOWN);
    }
  }
}

describe('the log of changes', {concurrency: true}, () => {
  property('undone set by set everything comes back, down to the beginning', async (random) => {
    const clients = await sign_up();
    const model = new ChangeModel();
    const befores = await play(random, clients, model, STEPS, ['purge']);
    await check_log(clients[0], model);

    const last = model.snapshot();
    const undone = await take_back(clients, model, new Map([...befores].slice(-SOME)));
    await take_back(clients, model, undone);
    check_back(model, last);

    await take_back(clients, model, befores);
    assert.equal(model.tasks.size, 0);
    await check_log(clients[0], model);
  });

  property('what has gone for good does not come back, and all else does', async (random) => {
    const clients = await sign_up();
    const model = new ChangeModel();
    let befores = new Map();
    // Chance may leave it out.
    for (let i = 0; model.purged.size === 0 && i < MAX_PLAYS; i += 1) {
      befores = new Map([...befores,
        ...await play(random, clients, model, STEPS_WITH_PURGES, [])]);
    }
    assert.ok(model.purged.size > 0);
    await take_back(clients, model, befores);
    assert.equal(model.tasks.size, 0);
    await check_log(clients[0], model);
  });

  property('those who write at once write one after another', async (random) => {
    const people = await Promise.all(Array.from({length: USERS}, async () => ({
      clients: await sign_up(), view: {tasks: [], trash: [], sets: []}, answered: [],
    })));
    await Promise.all(Array.from({length: LANES}, (_, i) => {
      const person = people[i % USERS];
      const {clients} = person;
      const own = random_of(random.below(2 ** 31));
      return write_beside(own, clients[Math.floor(i / USERS) % clients.length], person);
    }));
    for (const {clients, answered} of people) {
      const model = new ChangeModel();
      const log = await read_log(clients[0]);
      answered.sort((one, other) => one.answer.set - other.answer.set);
      const befores = new Map();
      for (const {request, answer} of answered) {
        befores.set(answer.set, model.snapshot());
        const given = log.filter(({changeset_id}) => changeset_id === answer.set);
        follow(model, request, answer, given);
      }
      await look(clients[0], model);
      await check_log(clients[0], model);
      await take_back(clients, model, befores);
      assert.equal(model.tasks.size, 0);
    }
  });
});
