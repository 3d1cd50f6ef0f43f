// Webhooks where a todod stops or is killed, and where there are several: nothing is missed, and
// what is told twice is what nobody could note down.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client} from './support/client.mjs';
import {only_on} from './support/database.mjs';
import {verify} from './support/receiver.mjs';
import {make_folder, remove_folder, start} from './support/server.mjs';
import {ENV, new_owner, seqs} from './support/webhooks.mjs';

const LEASE_MS = 30_000;
const GRACE_MS = 5000;

describe('what is under way', () => {
  test('at the stop is let finish, and the rest comes after the next start', async () => {
    const folder = make_folder();
    try {
      let one = await start({folder, env: ENV});
      const ada = await new_owner({client: await Client.of(one)});
      ada.receiver.answer = () => sleep(1000).then(() => 204);
      for (let i = 0; i < 3; i += 1) await ada.add();
      await ada.receiver.wait_for(1);
      await one.stop();
      const count = ada.receiver.messages.length;
      assert.ok(count < 3, 'it was told to stop too late');
      one = await start({folder, env: ENV});
      await ada.receiver.wait_for(3);
      await sleep(500);
      assert.deepEqual(ada.receiver.seqs, [1, 2, 3], 'nothing came twice');
      await one.stop();
      ada.receiver.close();
    } finally {
      remove_folder(folder);
    }
  });

  test('and is not answered keeps no todod from stopping', async () => {
    const one = await start({env: ENV});
    const ada = await new_owner({client: await Client.of(one)});
    ada.receiver.answer = () => undefined;
    await ada.add();
    await ada.receiver.wait_for(1);
    const begin = Date.now();
    await one.stop();
    assert.ok(Date.now() - begin < GRACE_MS + 4000, 'it waited for the whole time-out');
    ada.receiver.close();
  });
});

describe('two replicas', only_on('postgres'), () => {
  let folder;
  let replicas;

  before(async () => {
    if (only_on('postgres').skip) return;
    folder = make_folder();
    replicas = [await start({folder, env: ENV}), await start({folder, env: ENV})];
  });
  after(() => { if (folder !== undefined) remove_folder(folder); });

  test('tell each change once, in order; and when one is killed the other goes on', async () => {
    const clients = await Promise.all(replicas.map((replica) => Client.of(replica)));
    const HOOKS = 8;
    const TASKS = 20;
    const people_here = await Promise.all(seqs(HOOKS).map((i) =>
      new_owner({client: clients[i % 2]})));
    const add_all = (to) => Promise.all(people_here.map(async (one, i) => {
      for (let n = 0; n < TASKS; n += 1) await one.add('a task', to(i, n).as(one.user_id));
    }));
    for (const one of people_here) one.receiver.answer = () => sleep(5).then(() => 204);
    await add_all((i, n) => clients[(i + n) % 2]);
    for (const one of people_here) {
      await one.receiver.wait_for(TASKS);
      await one.done(TASKS);
      assert.deepEqual(one.receiver.seqs, seqs(TASKS), 'each once, in order');
      assert.ok(one.receiver.messages.every(({at_once}) => at_once === 1));
    }

    for (const one of people_here) one.receiver.answer = () => sleep(50).then(() => 204);
    const adding = add_all(() => clients[1]);
    await people_here[0].receiver.wait_for(TASKS + 3);
    await replicas[0].kill();
    await adding;
    const patience = Date.now() + LEASE_MS + 15_000;
    for (const one of people_here) {
      while (new Set(one.receiver.seqs).size < 2 * TASKS && Date.now() < patience) await sleep(50);
      const told = one.receiver.seqs;
      const in_order = told.filter((seq, i) => seq !== told[i - 1]);
      assert.deepEqual(in_order, seqs(2 * TASKS), 'all, in order, the last before the kill again');
      assert.ok(told.length <= 2 * TASKS + 1, 'at most one came twice');
      for (const message of one.receiver.messages) verify(message, one.secret);
      one.receiver.close();
    }
    await replicas[1].stop();
  });
});
