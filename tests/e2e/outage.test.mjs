// A database server that goes away under load and comes back: what is answered meanwhile, what is
// there afterwards, and how soon all is well again.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client} from './support/client.mjs';
import {with_own_server} from './support/database.mjs';
import {PrivatePostgres} from './support/postgres.mjs';
import {start} from './support/server.mjs';

const CONNECTIONS = 32;
const USERS = 4;
const RETRY_MS = 20;

/// A client that waits longer has been left hanging.
const ANSWER_LIMIT_MS = 15_000;
const RECOVERY_LIMIT_MS = 15_000;
/// Nobody has been refused for so long: all is well.
const WELL_MS = 1000;
const LOAD_BEFORE_MS = 500;

/// A worker's task, as far as answers have told.
class Known {
  version = 0;   // as last answered; 0: not even its creation was
  number;
  unknown = 1;   // writes that were refused, or are under way: each may have been done

  constructor(id) { this.id = id; }

  /// An answer that shows it: nobody else's, no other, and not as it was before an earlier answer.
  check(task, user_id) {
    assert.equal(task.user_id, user_id, 'a task of somebody else');
    assert.deepEqual([task.id, task.title], [this.id, `task ${this.id}`], 'another task');
    assert.equal(task.number, this.number ?? task.number, 'another number');
    const newest = this.version + this.unknown;
    assert.ok(task.version >= Math.max(1, this.version) && task.version <= newest,
              `version ${task.version}, where ${this.version} to ${newest} is possible`);
  }

  learn(task) {
    this.version = task.version;
    this.number = task.number;
    this.unknown = 0;
  }
}

/// Connections of several users, each asking one thing after the other, with all that was answered.
class Load {
  #nobody;
  #users;
  #is_over = false;
  #workers;
  #last_refusal_at = 0;
  tasks = new Map();  // user's id -> their tasks
  slowest_ms = 0;
  counts = {};        // kind -> how often it was answered, not refused
  refused = 0;

  constructor(nobody) {
    this.#nobody = nobody;
    this.#users = Array.from({length: USERS}, () => nobody.as(`user-${randomUUID()}`));
    for (const {user_id} of this.#users) this.tasks.set(user_id, new Map());
    this.#workers = Promise.all(Array.from({length: CONNECTIONS}, (_, i) =>
      this.#work(this.#users[i % USERS])));
    this.#workers.catch(() => {});  // reported by stop()
  }

  get users() { return this.#users; }
  get quiet_since() { return this.#last_refusal_at; }
  get is_over() { return this.#is_over; }

  async stop() {
    this.#is_over = true;
    await this.#workers;
  }

  async #work(client) {
    const own = [];
    try {
      for (let step = 0; !this.#is_over; step += 1) {
        const known = own[Math.floor(own.length / 2)];
        if (known === undefined || step % 4 === 0) await this.#create(client, own);
        else if (step % 4 === 1) await this.#complete(client, known);
        else if (step % 4 === 2) await this.#get(client, known);
        else if (step % 8 === 3) await this.#list(client);
        else await this.#meet();
      }
    } finally {
      this.#is_over = true;
    }
  }

  /// The answer, or nothing when it is that the database is not available.
  async #ask(kind, client, method, path, {expected, body}) {
    const begun = performance.now();
    const limit = AbortSignal.timeout(ANSWER_LIMIT_MS);
    const hang = new Promise((_, failed) => limit.addEventListener('abort', () =>
      failed(new Error(`${method} ${path} was not answered within ${ANSWER_LIMIT_MS} ms`))));
    const answer = await Promise.race([client.call(method, path, {body}), hang]);
    this.slowest_ms = Math.max(this.slowest_ms, performance.now() - begun);
    if (answer.status === 503) {
      this.refused += 1;
      this.#last_refusal_at = performance.now();
      await sleep(RETRY_MS);
      return undefined;
    }
    assert.ok(expected.includes(answer.status),
              `${method} ${path}: ${answer.status} ${answer.text}`);
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    return answer;
  }

  /// Again and again until it is known to be there, as a client does that chose the id for that.
  async #create(client, own) {
    const path = `/api/${client.user_id}/tasks`;
    const known = new Known(randomUUID());
    this.tasks.get(client.user_id).set(known.id, known);
    const body = {id: known.id, title: `task ${known.id}`};
    for (let attempt = 1; !this.#is_over || attempt === 1; attempt += 1) {
      const expected = attempt === 1 ? [201] : [201, 409];
      const answer = await this.#ask('create', client, 'POST', path, {expected, body});
      if (answer === undefined) continue;
      if (answer.status === 201) {
        known.check(answer.body, client.user_id);
        known.learn(answer.body);
      } else {
        known.version = 1;
        known.unknown = 0;
      }
      own.push(known);
      return;
    }
  }

  async #complete(client, known) {
    const path = `/api/${client.user_id}/tasks/${known.id}/complete`;
    known.unknown += 1;
    const answer = await this.#ask('complete', client, 'PATCH', path, {expected: [200]});
    if (answer === undefined) return;
    known.check(answer.body, client.user_id);
    assert.ok(answer.body.version > known.version, 'a change that is not counted');
    assert.equal(answer.body.completed, answer.body.version % 2 === 0);
    known.learn(answer.body);
  }

  async #get(client, known) {
    const path = `/api/${client.user_id}/tasks/${known.id}`;
    const answer = await this.#ask('get', client, 'GET', path, {expected: [200]});
    if (answer !== undefined) known.check(answer.body, client.user_id);
  }

  async #list(client) {
    const path = `/api/${client.user_id}/tasks?limit=20`;
    const answer = await this.#ask('list', client, 'GET', path, {expected: [200]});
    for (const task of answer?.body ?? []) {
      assert.equal(task.user_id, client.user_id, 'a list with a task of somebody else');
      const known = this.tasks.get(client.user_id).get(task.id);
      assert.ok(known, 'a list with a task that nobody asked for');
    }
  }

  /// Somebody who was never here.
  async #meet() {
    const client = this.#nobody.as(`newcomer-${randomUUID()}`);
    const path = `/api/${client.user_id}/tasks`;
    const answer = await this.#ask('meet', client, 'GET', path, {expected: [200]});
    if (answer !== undefined) assert.deepEqual(answer.body, []);
  }
}

const KINDS = ['create', 'complete', 'get', 'list', 'meet'];

async function is_ready(nobody) {
  return (await nobody.call('GET', '/ready')).status === 200;
}

/// Gives how long it took until nobody was refused any more and everything was answered again.
async function wait_until_well(load, nobody, back_at) {
  load.counts = {};
  let quiet_since = back_at;
  for (;;) {
    const missing = KINDS.filter((kind) => !load.counts[kind]);
    const quiet_ms = performance.now() - quiet_since;
    if (load.is_over || (quiet_ms >= WELL_MS && missing.length === 0)) break;
    assert.ok(quiet_since - back_at < RECOVERY_LIMIT_MS,
              `refused ${Math.round(quiet_since - back_at)} ms after the server was back`);
    assert.ok(quiet_ms < RECOVERY_LIMIT_MS, `not answered in that time: ${missing}`);
    await sleep(RETRY_MS);
    if (!await is_ready(nobody)) quiet_since = performance.now();
    quiet_since = Math.max(quiet_since, load.quiet_since);
  }
  return Math.round(quiet_since - back_at);
}

async function read_all(client) {
  const tasks = [];
  let next = `/api/${client.user_id}/tasks?limit=1000`;
  let total;
  while (next !== undefined) {
    const answer = await client.expect(200, 'GET', next);
    total = Number(answer.headers.get('x-total-count'));
    tasks.push(...answer.body);
    next = /<([^>]+)>/.exec(answer.headers.get('link') ?? '')?.[1];
  }
  assert.equal(total, tasks.length);
  return tasks;
}

/// What is there is what was answered, and at most what was asked for besides.
async function check_all(load) {
  let count = 0;
  for (const client of load.users) {
    const tasks = await read_all(client);
    const there = new Map(tasks.map((task) => [task.id, task]));
    const numbers = new Set(tasks.map(({number}) => number));
    assert.deepEqual([there.size, numbers.size], [tasks.length, tasks.length], 'something twice');
    const known = load.tasks.get(client.user_id);
    for (const each of known.values()) {
      const task = there.get(each.id);
      if (task !== undefined) each.check(task, client.user_id);
      else assert.equal(each.version, 0, `an answered write of ${each.id} is missing`);
    }
    for (const id of there.keys()) assert.ok(known.has(id), `nobody asked for ${id}`);
    count += tasks.length;
  }
  return count;
}

const TODOD_BACKENDS = "FROM pg_stat_activity WHERE application_name = 'todod'";
/// Until they have gone.
const CUT_ALL = `SELECT pg_terminate_backend(pid, 10000) ${TODOD_BACKENDS}`;
/// After so long a server that starts has looked for its database.
const LATE_MS = 4000;
const CUTS = 40;
const BETWEEN_CUTS_S = 0.05;

async function kill_one_process(postgres) {
  const pid = await postgres.query_meanwhile(`SELECT pid ${TODOD_BACKENDS} LIMIT 1`);
  process.kill(Number(pid), 'SIGKILL');
}

async function wait_until_it_answers(postgres) {
  for (;;) {
    try {
      return await postgres.query_meanwhile('SELECT 1');
    } catch {
      await sleep(RETRY_MS);
    }
  }
}

function cut_again_and_again(postgres) {
  return postgres.query_meanwhile(`DO $$ BEGIN FOR i IN 1 .. ${CUTS} LOOP
    PERFORM pg_terminate_backend(pid) ${TODOD_BACKENDS};
    PERFORM pg_stat_clear_snapshot(), pg_sleep(${BETWEEN_CUTS_S});
  END LOOP; END $$`);
}

/// How the server goes away and comes back. `ms`: for so long nothing can be answered.
const OUTAGES = [
  {name: 'is stopped', go: (it) => it.stop(), ms: 10_000, come: (it) => it.start()},
  {name: 'does not answer', go: (it) => it.pause(), ms: 12_000, come: (it) => it.resume()},
  {name: 'loses its power', go: (it) => it.kill(), ms: 1000, come: (it) => it.start()},
  {name: 'has a process killed', go: kill_one_process, come: wait_until_it_answers},
  {name: 'cuts connections', go: cut_again_and_again, come: wait_until_it_answers},
];

/// todod is alive, not ready, and says nothing else than 503.
async function watch_outage(load, nobody, ms) {
  const refused_before = load.refused;
  const all_of_it = sleep(ms);
  await nobody.expect(200, 'GET', '/health');
  await nobody.expect(503, 'GET', '/ready');
  load.counts = {};  // what the server had sent before it went has arrived by now
  await all_of_it;
  assert.deepEqual(load.counts, {}, 'something was answered without a database');
  assert.ok(load.refused > refused_before, 'nobody was refused');
}

describe('a PostgreSQL that', with_own_server, () => {
  let postgres;
  let server;
  let nobody;

  before(async () => {
    postgres = await PrivatePostgres.start();
    const url = postgres.create_database('tasks');
    await postgres.stop();
    const starting = start({env: {DATABASE_URL: url}});
    await sleep(LATE_MS);
    await postgres.start();
    server = await starting;
    nobody = await Client.of(server);
  });
  after(async () => {
    await server?.stop();
    await postgres.remove();
  });

  test('was not there when todod started is waited for', () => {
    assert.match(server.log, /WARNING.*Waiting for the database/);
  });

  for (const {name, go, ms, come} of OUTAGES) {
    test(`${name} is missed by nobody for long`, async (t) => {
      const load = new Load(nobody);
      await sleep(LOAD_BEFORE_MS);
      try {
        await go(postgres);
        if (ms !== undefined) await watch_outage(load, nobody, ms);
        await come(postgres);
        const took = await wait_until_well(load, nobody, performance.now());
        t.diagnostic(`${load.refused} refused, well after ${took} ms`);
      } finally {
        await load.stop();
      }
      const count = await check_all(load);
      assert.ok(load.refused > 0, 'nobody has noticed');
      t.diagnostic(`${count} tasks; the slowest answer: ${Math.round(load.slowest_ms)} ms`);
    });
  }

  for (const [name, cut] of [
    ['cuts idle connections', () => postgres.query(CUT_ALL)],
    ['is started again', () => postgres.restart()],
  ]) {
    test(`${name} while nobody asks is not noticed by who asks next`, async () => {
      const client = nobody.as(`user-${randomUUID()}`);
      const use = async () => {
        const {body} = await client.expect(201, 'POST', '/api/tasks', {body: {title: 'x'}});
        await client.expect(200, 'GET', `/api/tasks/${body.id}`);
        await client.expect(200, 'PATCH', `/api/tasks/${body.id}/complete`);
        await client.expect(200, 'GET', '/api/tasks?q=x');
        await client.expect(200, 'GET', '/api/tasks');
      };
      const use_all = () => Promise.all(Array.from({length: CONNECTIONS}, use));
      await use_all();
      await cut();
      await sleep(RETRY_MS);
      await use_all();
    });
  }
});
