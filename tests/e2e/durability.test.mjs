// A write that was answered is there, whatever happens to the process: it is killed in the middle
// of a load again and again, and every answer it gave must still be true.
import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {copyFileSync} from 'node:fs';
import {Agent, request as http_request} from 'node:http';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {promisify} from 'node:util';

import {Client, read_all} from './support/client.mjs';
import {database, until_left} from './support/database.mjs';
import {token_of} from './support/jwt.mjs';
import {make_folder, remove_folder, start} from './support/server.mjs';

const ROUNDS = 4;
const CONNECTIONS = 64;
const USERS = 4;
const ANSWERS_BEFORE_KILL = 300;
const LOAD_LIMIT_MS = 20_000;

let folder;

before(() => { folder = make_folder(); });
after(() => remove_folder(folder));

/// What a user's tasks must be, as far as answers have told.
class Ledger {
  tasks = new Map();      // id -> the task as last answered
  deleted = new Set();    // ids whose deletion was answered
  asked = new Map();      // ids of writes that were asked for and never answered -> what they ask
  answers = 0;
}

/// A write over a connection of the agent: {status, body}; rejects when the server goes away.
function send(agent, port, user, method, path, body) {
  const content = body === undefined ? '' : JSON.stringify(body);
  return new Promise((done, failed) => {
    const request = http_request({
      agent, port, host: '127.0.0.1', method, path,
      headers: {
        'Authorization': `Bearer ${user.token}`, 'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(content),
      },
    }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => { text += part; });
      response.on('error', failed);
      response.on('close', () => {
        if (!response.complete) return failed(new Error('the answer was cut off'));
        done({status: response.statusCode, body: text === '' ? undefined : JSON.parse(text)});
      });
    });
    request.on('error', failed);
    request.end(content);
  });
}

/// The next write of a worker: mostly new tasks; now and then one of its own is changed or deleted.
function choose(step, own, ledger) {
  const id = own[Math.floor(own.length / 2)];
  if (step % 7 === 5 && id !== undefined && ledger.tasks.has(id)) {
    return {id, method: 'PATCH', path: `/api/tasks/${id}`, body: {title: `changed in ${step}`}};
  }
  if (step % 11 === 9 && id !== undefined && ledger.tasks.has(id)) {
    return {id, method: 'DELETE', path: `/api/tasks/${id}`};
  }
  const made = randomUUID();
  const description = `word${made.slice(0, 8)}`;
  const body = {id: made, title: `step ${step}`, tags: ['load'], description};
  return {id: made, method: 'POST', path: '/api/tasks', body};
}

const EXPECTED = {POST: 201, PATCH: 200, DELETE: 204};

/// Writes one after another until the server is gone.
async function work(agent, port, user, ledger) {
  const own = [];
  for (let step = 0; ; step += 1) {
    const write = choose(step, own, ledger);
    ledger.asked.set(write.id, write);
    let answer;
    try {
      answer = await send(agent, port, user, write.method, write.path, write.body);
    } catch {
      return;  // never answered: it may have happened, or not
    }
    assert.equal(answer.status, EXPECTED[write.method], JSON.stringify(answer.body));
    ledger.asked.delete(write.id);
    ledger.answers += 1;
    if (write.method === 'DELETE') {
      ledger.tasks.delete(write.id);
      ledger.deleted.add(write.id);
    } else {
      ledger.tasks.set(write.id, answer.body);
      if (write.method === 'POST') own.push(write.id);
    }
  }
}

async function load_until_killed(server, users, ledgers) {
  const agent = new Agent({keepAlive: true, maxSockets: CONNECTIONS});
  const workers = Array.from({length: CONNECTIONS}, (_, i) =>
    work(agent, server.port, users[i % USERS], ledgers[i % USERS]));
  const answers = () => ledgers.reduce((sum, ledger) => sum + ledger.answers, 0);
  const before_load = answers();
  const deadline = Date.now() + LOAD_LIMIT_MS;
  while (answers() - before_load < ANSWERS_BEFORE_KILL) {
    assert.ok(Date.now() < deadline, `only ${answers() - before_load} writes were answered`);
    await sleep(2);
  }
  await server.kill();
  await Promise.all(workers);
  await until_left(folder);
  agent.destroy();
  return answers() - before_load;
}

/// Holds what is there against what was answered, and takes over what was not answered but done.
function settle(tasks, ledger) {
  const there = new Map(tasks.map((task) => [task.id, task]));
  assert.equal(there.size, tasks.length, 'a task is there twice');
  for (const [id, answered] of ledger.tasks) {
    const pending = ledger.asked.get(id);
    const found = there.get(id);
    if (pending === undefined) {
      assert.deepEqual(found, answered, `an answered write of ${answered.userId} is lost`);
    } else if (found === undefined) {
      assert.equal(pending.method, 'DELETE', `an answered task of ${answered.userId} is lost`);
      ledger.tasks.delete(id);
      ledger.deleted.add(id);
    } else {
      assert.equal(found.number, answered.number);
      assert.ok([answered.title, pending.body?.title].includes(found.title));
      ledger.tasks.set(id, found);
    }
    there.delete(id);
  }
  for (const id of ledger.deleted) assert.ok(!there.has(id), 'a deleted task is back');
  for (const [id, task] of there) {
    assert.equal(ledger.asked.get(id)?.method, 'POST', `nobody asked for ${id}`);
    ledger.tasks.set(id, task);
  }
  ledger.asked.clear();
}

function check_order(tasks) {
  const numbers = tasks.map(({number}) => number);
  const ordered = [...numbers].sort((a, b) => a - b);
  assert.deepEqual(numbers, ordered, 'not in the order in which they were made');
  assert.equal(new Set(numbers).size, numbers.length, 'a number is given twice');
}

/// What SQLite's own tool says of the file as it was left, where that tool is installed. It looks
/// at a copy: what it puts right is not to help todod.
async function check_integrity(file) {
  const copy = make_folder();
  try {
    for (const end of ['', '-wal']) copyFileSync(file + end, join(copy, `copy.db${end}`));
    const statements = 'PRAGMA integrity_check; PRAGMA foreign_key_check;';
    const {stdout} = await promisify(execFile)('sqlite3', [join(copy, 'copy.db'), statements]);
    assert.equal(stdout, 'ok\n');
    return true;
  } catch (error) {
    if (error.code === 'ENOENT' && error.path === 'sqlite3') return false;
    throw error;
  } finally {
    remove_folder(copy);
  }
}

test('every write that was answered outlives a kill', async (t) => {
  const users = Array.from({length: USERS}, (_, i) =>
    ({id: `user-${i}`, token: token_of(`user-${i}`)}));
  const ledgers = users.map(() => new Ledger());
  let highest = users.map(() => 0);
  for (let round = 1; round <= ROUNDS; round += 1) {
    const loaded = await start({folder});
    const answered = await load_until_killed(loaded, users, ledgers);
    const is_checked = database === 'sqlite' && await check_integrity(loaded.database);

    const server = await start({folder});
    const nobody = await Client.of(server);
    const lists = await Promise.all(users.map(({id}) => read_all(nobody.as(id))));
    lists.forEach((tasks, i) => {
      check_order(tasks);
      settle(tasks, ledgers[i]);
    });
    await check_search(nobody, users, lists);
    highest = await check_numbers(nobody, users, lists, highest, ledgers);
    t.diagnostic(`round ${round}: ${answered} answers, ${lists.flat().length} tasks${
      is_checked ? ', file intact' : ''}`);
    await server.stop();
  }
});

/// The search's index is one with the tasks.
async function check_search(nobody, users, lists) {
  for (const [i, {id}] of users.entries()) {
    const client = nobody.as(id);
    const changed = lists[i].filter(({title}) => title.startsWith('changed'));
    const found = await client.expect(200, 'GET', '/api/tasks?q=changed&limit=1');
    assert.equal(Number(found.headers.get('x-total-count')), changed.length);
    const last = lists[i].at(-1);
    const {body} = await client.expect(200, 'GET', `/api/tasks?q=${last.description}`);
    assert.deepEqual(body, [last]);
  }
}

/// A new task's number is above every one that was ever seen. Gives the new numbers.
function check_numbers(nobody, users, lists, highest, ledgers) {
  return Promise.all(users.map(async ({id}, i) => {
    const {body} = await nobody.as(id).expect(201, 'POST', '/api/tasks',
                                              {body: {title: 'after'}});
    const seen = Math.max(highest[i], ...lists[i].map(({number}) => number));
    assert.ok(body.number > seen, `${body.number} after ${seen}`);
    ledgers[i].tasks.set(body.id, body);
    return body.number;
  }));
}
