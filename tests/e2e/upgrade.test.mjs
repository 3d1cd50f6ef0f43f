// While replicas of the release before the log of changes run beside new ones: they write tasks and
// log nothing. Here their statements are run by hand.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client} from './support/client.mjs';
import {execute, execute_meanwhile, only_on} from './support/database.mjs';
import {start} from './support/server.mjs';

const LIMIT_MS = 20_000;
const POLL_MS = 10;

let server;
let nobody;
let people = 0;

before(async () => {
  if (only_on('postgres').skip) return;
  server = await start();
  nobody = await Client.of(server);
});
after(() => server?.stop());

/// Somebody new with these tasks.
async function someone(...titles) {
  people += 1;
  const client = nobody.as(`upgraded-${people}`);
  client.api = `/api/${client.user_id}`;
  for (const title of titles) {
    await client.expect(201, 'POST', `${client.api}/tasks`, {body: {title}});
  }
  return client;
}

const get = async (client, path) => (await client.expect(200, 'GET', client.api + path)).body;

/// As the release before changes and deletes a task.
const update_sql = ({user_id}, number, fields) =>
  `UPDATE tasks SET ${fields}, version = version + 1 WHERE user_id = '${user_id}' `
  + `AND number = ${number}`;
const delete_sql = ({user_id}, number) =>
  `BEGIN; SELECT 1 FROM users WHERE user_id = '${user_id}' FOR NO KEY UPDATE;`
  + ` DELETE FROM tasks WHERE user_id = '${user_id}' AND number = ${number};`
  + ` UPDATE users SET task_count = task_count - 1 WHERE user_id = '${user_id}'; COMMIT`;

const make_sql = ({user_id}, number, title) =>
  'INSERT INTO tasks (user_id, number, id, title, title_folded, status, priority, tags, created_at,'
  + ' updated_at, version, terms) SELECT user_id, last_number, gen_random_uuid(),'
  + ` '${title}', lower('${title}'), 0, 1, '[]', now(), now(), 1, '' FROM users`
  + ` WHERE user_id = '${user_id}' AND last_number = ${number}`;

const undo = (client, id, expected, body) =>
  client.expect(expected, 'POST', `${client.api}/changesets/${id}/undo`, {body});

describe('beside a replica of the release before the log', only_on('postgres'), () => {
  test('what it has changed is not overwritten by an undo', async () => {
    const ada = await someone('Milk');
    await ada.expect(200, 'PATCH', `${ada.api}/tasks/1`, {body: {title: 'Oat milk'}});
    execute(server.folder, update_sql(ada, 1, "title = 'Soy milk', title_folded = 'soy milk'"));
    const refused = await undo(ada, 2, 409);
    assert.deepEqual(refused.body.conflicts.map(({fields}) => fields), [['title']]);
    await undo(ada, 1, 409);
    assert.equal((await get(ada, '/tasks/1')).title, 'Soy milk');
    await ada.expect(200, 'PATCH', `${ada.api}/tasks/1`, {body: {priority: 'High'}});
    await undo(ada, 3, 200);
    assert.deepEqual((await get(ada, '/tasks/1/history')).map(({seq}) => seq), [4, 3, 2, 1]);
  });

  test('what it has made has a history from where that begins', async () => {
    const ada = await someone();
    await ada.expect(200, 'GET', `${ada.api}/tasks`);
    execute(server.folder, 'INSERT INTO users (user_id, created_at) VALUES '
      + `('${ada.user_id}', now()) ON CONFLICT DO NOTHING`);
    execute(server.folder, 'UPDATE users SET last_number = 1, task_count = 1 '
      + `WHERE user_id = '${ada.user_id}'`);
    execute(server.folder, make_sql(ada, 1, 'Milk'));
    assert.deepEqual(await get(ada, '/tasks/1/history'), []);
    const {id} = await get(ada, '/tasks/1');
    await ada.expect(200, 'PATCH', `${ada.api}/tasks/${id}/complete`);
    await ada.expect(204, 'DELETE', `${ada.api}/tasks/1`);
    assert.deepEqual((await get(ada, '/tasks/1/history')).map(({kind}) => kind),
                     ['delete', 'update']);
    await undo(ada, 2, 200);
    await undo(ada, 1, 200);
    assert.equal((await get(ada, '/tasks/1')).status, 'pending');
  });

  test('what it has deleted does not come back, and keeps nothing else from it', async () => {
    const ada = await someone('Milk', 'Bread');
    const operations = [1, 2].map((number) => ({op: 'complete', task_id: String(number)}));
    await ada.expect(200, 'POST', `${ada.api}/batch`, {body: {operations}});
    execute(server.folder, delete_sql(ada, 1));
    assert.deepEqual(await get(ada, '/trash'), []);
    await ada.expect(404, 'GET', `${ada.api}/tasks/1/history`);
    assert.match((await undo(ada, 3, 409)).body.detail, /Task 1 has been deleted for good since/);
    await undo(ada, 3, 200, {partial: true});
    assert.equal((await get(ada, '/tasks/2')).status, 'pending');
  });

  for (const [what, write] of [
    ['changed', (ada) => ada.expect(200, 'PATCH', `${ada.api}/tasks/1`, {body: {title: 'Oats'}})],
    ['completed by its number', (ada) =>
      ada.expect(200, 'PATCH', `${ada.api}/tasks/1/complete`, {body: {completed: true}})],
    ['completed by its id', async (ada) => {
      const {id} = await get(ada, '/tasks/1');
      await ada.expect(200, 'PATCH', `${ada.api}/tasks/${id}/complete`, {body: {completed: true}});
    }],
    ['deleted', (ada) => ada.expect(204, 'DELETE', `${ada.api}/tasks/1`)],
  ]) {
    test(`nothing that it writes is lost where the task is ${what} at once`, async () => {
      const ada = await someone('Milk');
      const lock = `SELECT 1 FROM tasks WHERE user_id = '${ada.user_id}' FOR NO KEY UPDATE; `;
      const old_write = execute_meanwhile(server.folder, 'BEGIN; ' + lock
        + 'SELECT pg_sleep(3); ' + update_sql(ada, 1, "description = 'of both'") + '; COMMIT');
      const is_held = () => execute(server.folder, 'SELECT count(*) FROM pg_stat_activity'
        + " WHERE datname = current_database() AND wait_event = 'PgSleep'");
      const deadline = Date.now() + LIMIT_MS;
      while (Number(is_held()) === 0) {
        assert.ok(Date.now() < deadline, 'the other transaction did not begin');
        await sleep(POLL_MS);
      }
      await write(ada);
      await old_write;
      const [task] = [...await get(ada, '/tasks'), ...(await get(ada, '/trash')).map(
        (trashed) => trashed.task)];
      assert.equal(task.description, 'of both');
      assert.equal(task.version, what === 'deleted' ? 2 : 3);
    });
  }
});
