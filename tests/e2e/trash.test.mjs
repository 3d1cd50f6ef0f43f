// The trash, as clients use it.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {after, before, describe, test} from 'node:test';

import {create, get, serve_changes, set_of, titles_of} from './support/changes.mjs';
import {surfaces} from './support/surfaces.mjs';

let served;
before(async () => {
  served = await serve_changes();
});
after(() => served.stop());

for (const surface of surfaces) {
  const {key} = surface;
  describe(`the trash on the ${surface.name} surface`, () => {
    const trash_of = (client, query = '') => get(client, `/trash${query}`);

    test('has what was deleted, which is nowhere else', async () => {
      const ada = served.someone(surface);
      for (const title of ['Milk', 'Bread', 'Eggs']) await create(ada, {title});
      const bread = (await ada.expect(200, 'GET', `${ada.tasks}/2`)).body;
      for (const number of [2, 1]) await ada.expect(204, 'DELETE', `${ada.tasks}/${number}`);
      const trash = await trash_of(ada);
      assert.deepEqual(trash.map(({task}) => task.number), [1, 2]);
      assert.deepEqual(trash[1].task, bread);
      assert.ok(trash[1][key('deleted_at')] < trash[1][key('expires_at')]);
      assert.deepEqual(await trash_of(ada, '?limit=1'), trash.slice(0, 1));
      assert.deepEqual(trash.map(({seq}) => seq), [5, 4]);
      assert.deepEqual(await trash_of(ada, '?before=5'), trash.slice(1));
      for (const path of ['/tasks/2', `/tasks/${bread.id}`]) {
        await ada.expect(404, 'GET', ada.api + path);
        await ada.expect(404, 'PATCH', ada.api + path, {body: {title: 'x'}});
        await ada.expect(404, 'DELETE', ada.api + path);
      }
      assert.deepEqual(await titles_of(ada), ['Eggs']);
      assert.equal((await ada.expect(200, 'GET', `${ada.tasks}?q=bread`)).body.length, 0);
    });

    test('gives a task back as it was', async () => {
      const ada = served.someone(surface);
      const milk = await create(ada, {title: 'Milk', tags: ['shop'], completed: true});
      await ada.expect(204, 'DELETE', `${ada.tasks}/1`);
      const restored = await ada.expect(200, 'POST', `${ada.api}/trash/${milk.id}/restore`);
      assert.equal(set_of(restored), 3);
      assert.deepEqual({...restored.body, version: 1, [key('updated_at')]: 0},
                       {...milk, [key('updated_at')]: 0});
      assert.deepEqual((await ada.expect(200, 'GET', `${ada.tasks}/1`)).body, restored.body);
      assert.deepEqual(await trash_of(ada), []);
      await ada.expect(404, 'POST', `${ada.api}/trash/1/restore`);
      assert.equal((await create(ada, {title: 'Bread'})).number, 2);
    });

    test('keeps a task whose id another one has by now', async () => {
      const ada = served.someone(surface);
      const id = randomUUID();
      await create(ada, {id, title: 'Milk'});
      await ada.expect(204, 'DELETE', `${ada.tasks}/1`);
      await create(ada, {id, title: 'Oat milk'});
      await ada.expect(409, 'POST', `${ada.api}/trash/1/restore`);
      assert.equal((await trash_of(ada)).length, 1);
    });

    test('is emptied for good', async () => {
      const ada = served.someone(surface);
      for (const title of ['Milk', 'Bread', 'Eggs']) await create(ada, {title});
      for (const number of [1, 2, 3]) await ada.expect(204, 'DELETE', `${ada.tasks}/${number}`);
      await ada.expect(204, 'DELETE', `${ada.api}/trash/2`);
      assert.deepEqual((await trash_of(ada)).map(({task}) => task.number), [3, 1]);
      const emptied = await ada.expect(204, 'DELETE', `${ada.api}/trash`);
      assert.deepEqual(await trash_of(ada), []);
      const set = await get(ada, `/changesets/${set_of(emptied)}`);
      assert.deepEqual(set.changes.map(({kind}) => kind), ['purge', 'purge']);
      await ada.expect(404, 'POST', `${ada.api}/trash/1/restore`);
      await ada.expect(404, 'DELETE', `${ada.api}/trash/1`);
      const nothing = await ada.expect(204, 'DELETE', `${ada.api}/trash`);
      assert.equal(nothing.headers.get('x-changeset-id'), null);
    });
  });
}
