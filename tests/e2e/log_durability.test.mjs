// The process is killed while it writes, again and again: what was answered is there together with
// its rows of the log, and of what was not answered either both are there or none.
import assert from 'node:assert/strict';
import {randomInt, randomUUID} from 'node:crypto';
import {copyFileSync, existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {ChangeModel} from './support/change_model.mjs';
import {as_logged, as_modelled, ask, choose, judge, random_of, view_of}
  from './support/change_requests.mjs';
import {check_rows} from './support/change_rows.mjs';
import {Client} from './support/client.mjs';
import {database, execute, until_left} from './support/database.mjs';
import {launch, make_folder, remove_folder, run, start} from './support/server.mjs';

const ROUNDS = 5;
const REPLICAS = database === 'postgres' ? 2 : 1;
const USERS = 2;
const LANES = 32;
const ANSWERS_BEFORE_KILL = 400;
const MAX_MORE_MS = 300;
const LOAD_LIMIT_MS = 20_000;
const POLL_MS = 2;
const KNOWN = 20;
const PAGE = 1000;
const IMPORTED = 10_000;
const IMPORTER = 'who-imports';

let folder;

before(() => { folder = make_folder(); });
after(() => remove_folder(folder));

/// Somebody who writes, what is there of theirs by the model, and what was asked for since.
class Writer {
  model = new ChangeModel();
  asked = new Map();  // the request's id -> {request, answer}; no answer: it was cut off
  answers = 0;

  constructor(user_id) { this.user_id = user_id; }

  /// Until the server is gone, knowing of the others only what was there at the start.
  async write(client, random) {
    const view = view_of(this.model);
    for (;;) {
      const request = choose(random, view, ['tool']);
      const id = randomUUID();
      request.options.headers = {...request.options.headers, 'X-Request-ID': id};
      const asked = {request};
      this.asked.set(id, asked);
      try {
        asked.answer = await ask(client, request);
      } catch (error) {
        // What was not answered, or not to its end, may have been done.
        if (error instanceof assert.AssertionError) throw error;
        return;
      }
      this.answers += 1;
      const {set, body} = asked.answer;
      if (set === undefined) continue;
      view.sets = [...view.sets, set].slice(-KNOWN);
      if (body?.number) view.tasks = view.trash = [...view.tasks, body].slice(-KNOWN);
    }
  }

  /// What the log has is what was asked for, each once, and all that was answered is in it.
  settle(log) {
    const fresh = log.slice(this.model.last_change);
    for (const id of new Set(fresh.map(({changeset_id}) => changeset_id))) {
      const changes = fresh.filter(({changeset_id}) => changeset_id === id);
      const {request_id} = changes[0].origin;
      const asked = this.asked.get(request_id);
      assert.ok(asked, `nobody asked for ${JSON.stringify(changes[0])}, or it was done twice`);
      this.asked.delete(request_id);
      const foreseen = asked.request.foresee(this.model, changes);
      assert.deepEqual(changes.map(as_logged), foreseen.changes, asked.request.what);
      if (asked.answer) judge(asked.answer, foreseen);
    }
    for (const {request, answer} of this.asked.values()) {
      assert.equal(answer?.set, undefined, `an answered write is lost: ${request.what}`);
    }
    this.asked.clear();
  }
}

async function read_log(client) {
  const log = [];
  for (;;) {
    const since = log.at(-1)?.seq ?? 0;
    const path = `/api/${client.user_id}/changes?since=${since}&limit=${PAGE}`;
    const {body} = await client.expect(200, 'GET', path);
    log.push(...body);
    if (body.length < PAGE) return log;
  }
}

async function check_state(client, {tasks, trash}) {
  const base = `/api/${client.user_id}`;
  const {body: there} = await client.expect(200, 'GET', `${base}/tasks?sort=-created&limit=1000`);
  const {body: gone} = await client.expect(200, 'GET', `${base}/trash?limit=${PAGE}`);
  const by_number = (list) => [...list].sort((a, b) => a.number - b.number);
  assert.deepEqual(by_number(there.map(as_modelled)), by_number(tasks.values()));
  assert.deepEqual(gone.map(({task}) => as_modelled(task)), [...trash.values()].reverse());
}

/// Loads all servers with writes, and kills each in the middle; an import beside them, too.
async function load_until_killed(servers, writers) {
  const nobodies = await Promise.all(servers.map((server) => Client.of(server)));
  const answers = () => writers.reduce((sum, writer) => sum + writer.answers, 0);
  const before_it = answers();
  const lanes = Array.from({length: LANES}, (_, i) => {
    const writer = writers[i % USERS];
    const nobody = nobodies[Math.floor(i / USERS) % nobodies.length];
    return writer.write(nobody.as(writer.user_id), random_of(randomInt(2 ** 31)));
  });
  const all = Promise.all(lanes);
  const deadline = Date.now() + LOAD_LIMIT_MS;
  while (answers() - before_it < ANSWERS_BEFORE_KILL) {
    assert.ok(Date.now() < deadline, `only ${answers() - before_it} writes were answered`);
    await Promise.race([sleep(POLL_MS), all]);
  }
  const importing = launch(import_arguments, {folder, stdio: 'ignore'});
  const import_ended = new Promise((done) => importing.on('exit', done));
  const kills = [...servers.map((server) => () => server.kill()), () => importing.kill('SIGKILL')];
  await Promise.all(kills.map(async (kill) => {
    await sleep(randomInt(MAX_MORE_MS));
    await kill();
  }));
  await import_ended;
  await all;
  await until_left(folder);
  return answers() - before_it;
}

/// The rows as they were left. Of SQLite's file a copy is looked at: what that puts right is not to
/// help todod.
function check_as_left() {
  if (database === 'postgres') return check_rows(folder);
  const copy = make_folder();
  try {
    // An import that came to its end after the others were killed has left no log beside the file.
    for (const name of ['todod.db', 'todod.db-wal']) {
      const file = join(folder, name);
      if (existsSync(file)) copyFileSync(file, join(copy, name));
    }
    return check_rows(copy);
  } finally {
    remove_folder(copy);
  }
}

/// Of one that goes on each time where it was killed.
const import_arguments = ['import', 'many.csv'];
const imported = () => 'user_id,title\n'
  + Array.from({length: IMPORTED}, (_, i) => `${IMPORTER},imported ${i}\n`).join('');

test('what is there and what the log says of it are one, whenever the process dies', async (t) => {
  writeFileSync(join(folder, 'many.csv'), imported());
  const writers = Array.from({length: USERS}, (_, i) => new Writer(`writer-${i}`));
  for (let round = 1; round <= ROUNDS; round += 1) {
    const loaded = await Promise.all(Array.from({length: REPLICAS}, () => start({folder})));
    const answered = await load_until_killed(loaded, writers);
    const rows = check_as_left();

    const server = await start({folder});
    const nobody = await Client.of(server);
    for (const writer of writers) {
      const client = nobody.as(writer.user_id);
      writer.settle(await read_log(client));
      await check_state(client, writer.model);
    }
    t.diagnostic(`round ${round}: ${answered} answers, ${rows} changes`);
    await server.stop();
  }
  const {code, stderr} = await run(import_arguments, {folder});
  assert.equal(code, 0, stderr);
  check_rows(folder);
  const user_key = database === 'sqlite' ? 'user_key' : 'user_id';
  const count = `SELECT count(*) FROM tasks WHERE ${user_key} = `
    + `(SELECT ${user_key} FROM users WHERE user_id = '${IMPORTER}')`;
  assert.equal(Number(execute(folder, count)), IMPORTED);
});
