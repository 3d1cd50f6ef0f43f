// A backup that is taken while todod serves and writes has every write that was answered before.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client, read_all} from './support/client.mjs';
import {new_folder, succeed} from './support/commands.mjs';
import {database, execute} from './support/database.mjs';
import {start} from './support/server.mjs';

const KIND = {sqlite: 'sqlite', postgres: 'postgresql'}[database];
const USERS = 4;
const WRITERS_A_USER = 4;
const LOAD_LIMIT_MS = 20_000;
const BEFORE_BACKUP = 400;
const AFTER_BACKUP = 50;

/// What was answered to one user: each task's versions in the order of the answers, and how many of
/// them there were when the backup began. An undefined one: it was deleted.
class Ledger {
  history = new Map();
  answers = 0;
  note(id, task) {
    if (!this.history.has(id)) this.history.set(id, []);
    this.history.get(id).push(task);
    this.answers += 1;
  }
  mark() {
    this.before = new Map([...this.history].map(([id, all]) => [id, all.length]));
  }
}

/// Makes, changes, completes and deletes until it is to stop; every answer is noted.
async function write(client, ledger, state) {
  const own = [];
  for (let step = 0; !state.is_over; step += 1) {
    const id = own[Math.floor(own.length / 2)];
    if (step % 5 === 3 && id !== undefined) {
      const title = `changed in ${step}`;
      const {body} = await client.expect(200, 'PATCH', `/api/tasks/${id}`, {body: {title}});
      ledger.note(id, body);
    } else if (step % 11 === 9 && id !== undefined) {
      own.splice(own.indexOf(id), 1);
      await client.expect(204, 'DELETE', `/api/tasks/${id}`);
      ledger.note(id, undefined);
    } else {
      const made = randomUUID();
      const {body} = await client.expect(201, 'POST', '/api/tasks', {
        body: {id: made, title: `step ${step}`, description: `word${made.slice(0, 8)}`},
      });
      ledger.note(made, body);
      own.push(made);
    }
  }
}

/// Every task that is there is one that was answered, not older than when the backup began; and all
/// that were there then are.
function compare(tasks, ledger) {
  const there = new Map(tasks.map((task) => [task.id, task]));
  assert.equal(there.size, tasks.length, 'a task is there twice');
  for (const [id, all] of ledger.history) {
    const known = ledger.before.get(id) ?? 0;
    // Of one that was not there when the backup began, also that it is not there.
    const may_be = known === 0 ? [undefined, ...all] : all.slice(known - 1);
    const found = there.get(id);
    assert.ok(may_be.some((one) => JSON.stringify(one) === JSON.stringify(found)),
              `a write that was answered before is lost: ${JSON.stringify({found, may_be})}`);
    there.delete(id);
  }
  // What was written when the load ended may not have been answered; here all were.
  assert.equal(there.size, 0, `nobody has made ${JSON.stringify([...there.values()])}`);
}

async function check_user(client, ledger) {
  const tasks = await read_all(client);
  compare(tasks, ledger);
  const numbers = tasks.map(({number}) => number);
  assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
  const {headers} = await client.expect(200, 'GET', '/api/tasks?limit=1');
  assert.equal(Number(headers.get('x-total-count')), tasks.length);
  // The search's index is one with the tasks.
  const changed = tasks.filter(({title}) => title.startsWith('changed'));
  const found = await client.expect(200, 'GET', '/api/tasks?q=changed&limit=1');
  assert.equal(Number(found.headers.get('x-total-count')), changed.length);
  for (const task of [tasks[0], tasks.at(-1)]) {
    const {body} = await client.expect(200, 'GET', `/api/tasks?q=${task.description}`);
    assert.deepEqual(body, [task]);
  }
  const made = await client.expect(201, 'POST', '/api/tasks', {body: {title: 'after'}});
  assert.ok(made.body.number > numbers.at(-1), 'a number is given twice');
}

/// `task_count` is what an account says of its tasks.
function check_counts(folder) {
  const owner = database === 'sqlite'
    ? 'JOIN tasks t ON t.user_key = u.user_key' : 'JOIN tasks t ON t.user_id = u.user_id';
  const wrong = execute(folder, `SELECT u.user_id, u.task_count, count(*) FROM users u ${owner}
    GROUP BY u.user_id, u.task_count HAVING count(*) <> u.task_count`);
  assert.equal(wrong.trim(), '');
}

async function wait_until(what, is_so) {
  const deadline = Date.now() + LOAD_LIMIT_MS;
  while (!is_so()) {
    assert.ok(Date.now() < deadline, `${what} does not come`);
    await sleep(2);
  }
}

test('a backup during a write load has every write that was answered before', async (t) => {
  const folder = new_folder();
  const server = await start({folder});
  const nobody = await Client.of(server);
  const names = Array.from({length: USERS}, (_, i) => `user-${i}`);
  const ledgers = names.map(() => new Ledger());
  const answers = () => ledgers.reduce((sum, ledger) => sum + ledger.answers, 0);
  const state = {is_over: false};
  const writers = Array.from({length: USERS * WRITERS_A_USER}, (_, i) =>
    write(nobody.as(names[i % USERS]), ledgers[i % USERS], state));
  await wait_until('the load', () => answers() > BEFORE_BACKUP);

  const file = join(folder, 'all.backup');
  ledgers.forEach((ledger) => ledger.mark());
  const begun = answers();
  const said = await succeed(['backup', file], {folder});
  const meanwhile = answers() - begun;
  assert.match(said, new RegExp(`^backed up to \\S+all\\.backup: ${KIND}, schema \\d{4}, `));
  await wait_until('more load', () => answers() > begun + meanwhile + AFTER_BACKUP);
  state.is_over = true;
  await Promise.all(writers);
  await server.stop();
  t.diagnostic(`${begun} answers before, ${meanwhile} meanwhile, ${statSync(file).size} bytes`);
  assert.ok(meanwhile > 0, 'nothing was written while it was taken');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith('all.backup')),
                   ['all.backup'], 'something is left beside it');

  const fresh = new_folder();
  await succeed(['restore', file], {folder: fresh});
  check_counts(fresh);
  const restored = await start({folder: fresh});
  const client = await Client.of(restored);
  for (const [i, name] of names.entries()) await check_user(client.as(name), ledgers[i]);
  await restored.stop();
});
