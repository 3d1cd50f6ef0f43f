// A client that is cut off again and again, and comes back to whichever replica, misses no change
// and sees none twice.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client} from './support/client.mjs';
import {database} from './support/database.mjs';
import {Follower} from './support/follow.mjs';
import {make_folder, remove_folder, start} from './support/server.mjs';

const REPLICAS = database === 'postgres' ? 3 : 1;
const WRITERS = 2;  // a replica
const CUTS = 100;
const LONGEST_MS = 120;

let folder;
let servers;
let clients;

before(async () => {
  folder = make_folder();
  servers = await Promise.all(Array.from({length: REPLICAS}, () => start({folder})));
  clients = await Promise.all(servers.map(async (server) => (await Client.of(server)).as('ada')));
});
after(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  remove_folder(folder);
});

const pick = (list) => list[Math.floor(Math.random() * list.length)];

/// Writes until `is_over`, and notes each change that was answered: "create 3 1" is of the task
/// with the number 3, whose version is 1 then.
async function write(client, is_over, answered) {
  for (let round = 0; !is_over(); ++round) {
    const {body: made} = await client.expect(201, 'POST', '/api/tasks', {body: {title: 'Tea'}});
    answered.push(`create ${made.number} ${made.version}`);
    for (let i = 0; i < 3; ++i) {
      const {body: task} = await client.expect(200, 'PATCH', `/api/tasks/${made.id}/complete`);
      answered.push(`update ${task.number} ${task.version}`);
    }
    if (round % 2 === 0) continue;
    await client.expect(204, 'DELETE', `/api/tasks/${made.id}`);
    answered.push(`delete ${made.number} 4`);
  }
}

test(`with ${REPLICAS} replicas and ${CUTS} cuts`, {timeout: 300_000}, async () => {
  const answered = [];
  let is_over = false;
  const writers = clients.flatMap((client) =>
    Array.from({length: WRITERS}, () => write(client, () => is_over, answered)));

  const seen = [];
  let last_event_id = 0;
  const follow = async (stay) => {
    const follower = await Follower.of(pick(clients), {last_event_id});
    assert.equal(follower.status, 200, follower.text);
    await stay(follower);
    follower.cut();
    assert.ok(follower.events.every(({name}) => name !== 'reset'));
    assert.ok(!follower.has_ended || follower.was_cut);
    seen.push(...follower.changes);
    last_event_id = follower.last_event_id ?? last_event_id;
  };
  for (let cut = 0; cut < CUTS; ++cut) await follow(() => sleep(Math.random() * LONGEST_MS));
  is_over = true;
  await Promise.all(writers);
  await follow((follower) => follower.until(
      () => seen.length + follower.changes.length >= answered.length, 'the rest'));
  await follow(() => sleep(300));

  assert.deepEqual(seen.map(({id}) => Number(id)), Array.from(seen, (_, i) => i + 1));
  assert.deepEqual(seen.map(({data}) => data.seq), Array.from(seen, (_, i) => i + 1));
  const told = seen.map(({data}) => `${data.kind} ${data.taskNumber} ${data.version}`);
  assert.deepEqual(told.sort(), answered.sort());
  assert.ok(answered.length > CUTS, `there was little to miss: ${answered.length}`);
});
