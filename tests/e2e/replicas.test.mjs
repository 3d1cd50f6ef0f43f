// Several todods on one database: what one has answered, the others know at once, and what they
// write at the same time to the same tasks is counted change by change.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {after, before, describe, test} from 'node:test';

import {Client} from './support/client.mjs';
import {execute, only_on} from './support/database.mjs';
import {make_folder, remove_folder, start} from './support/server.mjs';

const REPLICAS = 2;
const USERS = 2;
const TASKS = 5;
const CONNECTIONS = 48;
const LOAD_MS = 6000;
const PASSWORD = 'correct horse battery';

const FAILED = 500;

/// What was answered of one user's tasks. One that is deleted and made again with the same id has
/// another number, and counts from 1 again.
class Ledger {
  ids = Array.from({length: TASKS}, () => randomUUID());
  versions = new Map();  // number -> the versions that were answered, each to one write
  id_of = new Map();     // number -> the task's id
  deleted = 0;
  lost_races = 0;

  add({id, number, version}) {
    if (!this.versions.has(number)) this.versions.set(number, []);
    this.versions.get(number).push(version);
    this.id_of.set(number, this.id_of.get(number) ?? id);
    assert.equal(this.id_of.get(number), id, `the number ${number} was given twice`);
  }

  /// Every change was answered to one who asked, and has a version of its own.
  check() {
    for (const [number, versions] of this.versions) {
      const sorted = [...versions].sort((a, b) => a - b);
      const counted = Array.from(sorted, (_, i) => i + 1);
      assert.deepEqual(sorted, counted, `the versions of task ${number}`);
    }
  }
}

let folder;
let servers;
let clients;

before(async () => {
  if (only_on('postgres').skip) return;
  folder = make_folder();
  servers = await Promise.all(Array.from({length: REPLICAS}, () => start({folder})));
  clients = await Promise.all(servers.map((server) => Client.of(server)));
});
after(async () => {
  if (servers === undefined) return;
  await Promise.all(servers.map((server) => server.stop()));
  remove_folder(folder);
});

const pick = (list) => list[Math.floor(Math.random() * list.length)];

function check_task(task, client, id) {
  assert.equal(task.user_id, client.user_id);
  assert.equal(task.id, id);
}

/// One write, by its name: asks, and keeps what was answered.
const WRITES = {
  async toggle(client, path, id, ledger) {
    const answer = await client.call('PATCH', `${path}/${id}/complete`);
    return keep_change(answer, client, id, ledger);
  },
  async rename(client, path, id, ledger) {
    const answer = await client.call('PUT', `${path}/${id}`, {body: {title: randomUUID()}});
    return keep_change(answer, client, id, ledger);
  },
  /// Changes what it has seen, or nothing.
  async rename_what_was_read(client, path, id, ledger) {
    const read = await client.call('GET', `${path}/${id}`);
    if (read.status === 404) return read;
    const headers = {'If-Match': read.headers.get('etag')};
    const body = {title: randomUUID()};
    const answer = await client.call('PATCH', `${path}/${id}`, {headers, body});
    if (answer.status === 412) ledger.lost_races += 1;
    if (answer.status === 200) {
      assert.equal(answer.body.version, read.body.version + 1, 'a change in between was lost');
    }
    return keep_change(answer, client, id, ledger, [412]);
  },
  async remove(client, path, id, ledger) {
    const answer = await client.call('DELETE', `${path}/${id}`);
    assert.ok([204, 404].includes(answer.status), answer.text);
    if (answer.status === 204) ledger.deleted += 1;
    return answer;
  },
  async list(client, path) {
    const answer = await client.expect(200, 'GET', path);
    assert.equal(Number(answer.headers.get('x-total-count')), answer.body.length);
    for (const task of answer.body) assert.equal(task.user_id, client.user_id);
    return answer;
  },
};
const OFTEN = ['toggle', 'rename', 'rename_what_was_read'];
const NAMES = [...OFTEN, ...OFTEN, ...OFTEN, 'remove', 'list'];

function keep_change(answer, client, id, ledger, refusals = []) {
  assert.ok([200, 404, ...refusals].includes(answer.status), `${answer.status} ${answer.text}`);
  if (answer.status === 200) {
    check_task(answer.body, client, id);
    ledger.add(answer.body);
  }
  return answer;
}

async function create(client, path, id, ledger) {
  const answer = await client.call('POST', path, {body: {id, title: randomUUID()}});
  assert.ok([201, 409].includes(answer.status), `${answer.status} ${answer.text}`);
  if (answer.status === 201) {
    check_task(answer.body, client, id);
    ledger.add(answer.body);
  }
}

/// Until the time is over: anything to any of the tasks; one that is gone is made again.
async function work(client, ledger, until) {
  const path = `/api/${client.user_id}/tasks`;
  let count = 0;
  for (; performance.now() < until; count += 1) {
    const id = pick(ledger.ids);
    const answer = await WRITES[pick(NAMES)](client, path, id, ledger);
    assert.ok(answer.status < FAILED, answer.text);
    if (answer.status === 404 || answer.status === 204) await create(client, path, id, ledger);
  }
  return count;
}

describe('replicas', only_on('postgres'), () => {
  test('that start together make the tables once', () => {
    const lines = servers.flatMap(({log}) => log.match(/Migrated up to \d+ .*/g) ?? []);
    assert.ok(lines.length > 0);
    assert.equal(new Set(lines).size, lines.length, lines.join('\n'));
    for (const {log} of servers) assert.doesNotMatch(log, /ERROR/);
  });

  test('count every change of the same tasks, and give no number twice', async (t) => {
    const users = Array.from({length: USERS}, () => `user-${randomUUID()}`);
    const ledgers = users.map(() => new Ledger());
    const until = performance.now() + LOAD_MS;
    const counts = await Promise.all(Array.from({length: CONNECTIONS}, (_, i) => {
      const user = i % USERS;
      const replica = Math.floor(i / USERS) % REPLICAS;
      return work(clients[replica].as(users[user]), ledgers[user], until);
    }));
    for (const [i, ledger] of ledgers.entries()) {
      ledger.check();
      const lists = await Promise.all(clients.map((client) =>
        WRITES.list(client.as(users[i]), `/api/${users[i]}/tasks`)));
      for (const {body} of lists) {
        assert.equal(body.length, ledger.versions.size - ledger.deleted);
        for (const {id, number, version} of body) {
          assert.equal(id, ledger.id_of.get(number));
          assert.equal(version, ledger.versions.get(number).length);
        }
      }
      assert.ok(ledger.deleted > 0 && ledger.lost_races > 0, 'it was no race');
    }
    const sum = counts.reduce((all, count) => all + count);
    const deadlocks = execute(folder,
      'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()').trim();
    t.diagnostic(`${sum} requests, ${deadlocks} deadlocks`);
  });

  test('believe a token no longer than any of them', async () => {
    const [one, other] = clients;
    const login = {email: `${randomUUID()}@example.com`, password: PASSWORD};
    await one.expect(201, 'POST', '/api/auth/register', {body: {name: 'Ada', ...login}});
    const {body: old} = await other.expect(200, 'POST', '/api/auth/login', {body: login});
    const changed = `${PASSWORD} staple`;
    const change = {current_password: PASSWORD, new_password: changed};
    const ended = other.with_token(old.access_token);
    await ended.expect(200, 'GET', '/api/auth/me');
    const {body: task} = await ended.expect(201, 'POST', '/api/tasks', {body: {title: 'before'}});
    await one.with_token(old.access_token)
      .expect(204, 'POST', '/api/auth/password', {body: change});
    for (const [method, path, body] of [
      ['GET', '/api/tasks'],
      ['GET', '/api/tasks?q=before'],
      ['GET', `/api/tasks/${task.id}`],
      ['POST', '/api/tasks', {title: 'after'}],
      ['PATCH', `/api/tasks/${task.id}`, {title: 'after'}],
      ['PATCH', `/api/tasks/${task.id}/complete`],
      ['DELETE', `/api/tasks/${task.id}`],
    ]) await ended.expect(401, method, path, {body});
    const {body: session} = await one
      .expect(200, 'POST', '/api/auth/login', {body: {...login, password: changed}});
    const [here, there] = clients.map((client) => client.with_token(session.access_token));
    assert.deepEqual((await there.expect(200, 'GET', '/api/tasks')).body, [task]);
    await there.expect(201, 'POST', '/api/tasks', {body: {title: 'still here'}});
    await here.expect(204, 'DELETE', '/api/auth/me');
    await there.expect(401, 'GET', '/api/tasks');
    await there.expect(401, 'POST', '/api/tasks', {body: {title: 'not here any more'}});
  });
});
