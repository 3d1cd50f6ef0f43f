// Tasks by the API, for the page to show, and what todod has of those that the page has made.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {isDeepStrictEqual} from 'node:util';

/// As many operations as a batch has.
const BATCH = 100;

/// The page shows what is asked of it before todod has answered: so often todod is looked at.
const TRIES = 200;
const TRY_MS = 50;

async function run_batch(client, operations) {
  const {status, body} = await client.raw('POST', '/api/batch', {body: {operations}});
  assert.equal(status, 200, JSON.stringify(body));
  assert.ok(body.results.every(({success}) => success), JSON.stringify(body));
}

/// Makes tasks of these fields, all in a few requests; them with their ids.
export async function sow(client, all) {
  const tasks = all.map((fields) => ({id: randomUUID(), ...fields}));
  for (let at = 0; at < tasks.length; at += BATCH) {
    await run_batch(client, tasks.slice(at, at + BATCH).map((task) => ({op: 'create', task})));
  }
  return tasks;
}

/// Changes tasks of todod: [[id, fields]…].
export async function change(client, all) {
  for (let at = 0; at < all.length; at += BATCH) {
    await run_batch(client, all.slice(at, at + BATCH)
      .map(([taskId, task]) => ({op: 'update', taskId, task})));
  }
}

export async function remove(client, ids) {
  for (let at = 0; at < ids.length; at += BATCH) {
    await run_batch(client, ids.slice(at, at + BATCH).map((taskId) => ({op: 'delete', taskId})));
  }
}

/// Those of a household, of every kind.
export function household(count) {
  const things = ['Pay the rent', 'Buy milk', 'Call the dentist', 'Water the plants', 'Book it'];
  return Array.from({length: count}, (_, i) => ({
    title: `${things[i % things.length]} ${i + 1}`,
    priority: ['LOW', 'MEDIUM', 'HIGH', 'URGENT'][i % 4],
    tags: [['home'], ['shop', 'food'], [], ['health']][i % 4],
    dueDate: [null, '2030-01-01', '2020-01-01', '2031-02-03T10:00:00.000Z'][i % 4],
    status: ['TODO', 'TODO', 'IN_PROGRESS', 'TODO', 'COMPLETED'][i % 5],
  }));
}

/// The tasks of this title.
export async function titled(client, title) {
  const {body} = await client.expect(200, 'GET', '/api/tasks?limit=1000');
  return body.filter((task) => task.title === title);
}

/// Waits until todod has one task of this title, with these fields.
export async function wait_for_task(client, title, fields = {}) {
  let tasks;
  for (let tries = 0; tries < TRIES; tries += 1) {
    tasks = await titled(client, title);
    const is_so = ([name, value]) => isDeepStrictEqual(tasks[0][name], value);
    if (tasks.length === 1 && Object.entries(fields).every(is_so)) return;
    await new Promise((done) => setTimeout(done, TRY_MS));
  }
  assert.fail(`${JSON.stringify(fields)} is not what todod has: ${JSON.stringify(tasks)}`);
}
