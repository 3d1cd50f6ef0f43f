// What a user and the assistant have said: listed, shown and deleted, on either surface.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {Client} from './support/client.mjs';
import {add_conversation} from './support/conversations.mjs';
import {start} from './support/server.mjs';

let server;
let nobody;
let people = 0;

before(async () => {
  server = await start();
  nobody = await Client.of(server);
});
after(() => server.stop());

const SURFACES = {
  scoped: {path: (user_id) => `/api/${user_id}/conversations`, key: (name) => name},
  own: {
    path: () => '/api/conversations',
    key: (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase()),
  },
};

/// Somebody new, whom todod has met.
async function somebody(surface) {
  const user_id = `user-${people += 1}`;
  const client = nobody.as(user_id);
  const base = surface.path(user_id);
  await client.expect(200, 'GET', base);
  return {
    user_id,
    add: (...said) => add_conversation(server.folder, user_id, said),
    get: async (rest = '', status = 200) => (await client.expect(status, 'GET', base + rest)).body,
    remove: (rest, status = 204) => client.expect(status, 'DELETE', base + rest),
    steal: (rest, owner) => client.expect(403, 'GET', SURFACES.scoped.path(owner.user_id) + rest),
  };
}

for (const [name, surface] of Object.entries(SURFACES)) {
  describe(`conversations on the ${name} surface`, () => {
    test('are none at first', async () => {
      const ada = await somebody(surface);
      assert.deepEqual(await ada.get(), []);
      assert.deepEqual(await ada.get('/history'), []);
      await ada.get('/history?conversation_id=1', 404);
      await ada.remove('/1', 404);
      await ada.remove('/clear');
    });

    test('are listed, shown and deleted', async () => {
      const ada = await somebody(surface);
      assert.equal(ada.add('Buy milk', 'Done.'), 1);
      assert.equal(ada.add('Hello'), 2);
      assert.deepEqual((await ada.get()).map((each) => each[surface.key('last_message')]),
                       ['Hello', 'Done.']);
      const said = await ada.get('/history?conversation_id=1');
      assert.deepEqual(said.map(({role, content}) => [role, content]),
                       [['user', 'Buy milk'], ['assistant', 'Done.']]);
      assert.deepEqual(said.map((each) => each[surface.key('conversation_id')]), [1, 1]);
      assert.equal((await ada.get('/history')).length, 3);
      await ada.remove('/1');
      await ada.get('/history?conversation_id=1', 404);
      await ada.remove('/clear');
      assert.deepEqual(await ada.get('/history'), []);
      assert.equal(ada.add('Again'), 3);
    });

    test('are nobody else\'s', async () => {
      const [ada, bob] = [await somebody(surface), await somebody(surface)];
      ada.add('Buy milk', 'Done.');
      assert.deepEqual(await bob.get(), []);
      assert.deepEqual(await bob.get('/history'), []);
      await bob.get('/history?conversation_id=1', 404);
      await bob.remove('/1', 404);
      await bob.remove('/clear');
      for (const rest of ['', '/history']) await bob.steal(rest, ada);
      assert.equal((await ada.get('/history')).length, 2);
    });
  });
}
