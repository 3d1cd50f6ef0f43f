// The log of changes as clients use it: histories, change sets, and undo.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {after, before, describe, test} from 'node:test';

import {create, get, serve_changes, set_of, titles_of, undo} from './support/changes.mjs';
import {faults_of} from './support/client.mjs';
import {surfaces} from './support/surfaces.mjs';

let served;
before(async () => {
  served = await serve_changes();
});
after(() => served.stop());

for (const surface of surfaces) {
  const {fields, key, priority, status} = surface;
  const dry = key('dry_run');

  describe(`changes on the ${surface.name} surface`, () => {
    test('are kept in order, each with what it has changed and who asked', async () => {
      const ada = served.someone(surface);
      const made = await ada.expect(201, 'POST', ada.tasks, {body: {title: 'Milk'}});
      const changed = await ada.expect(200, 'PATCH', `${ada.tasks}/1`, {
        body: {title: 'Oat milk', priority: 'high'}, headers: {'X-Request-ID': 'the-second'},
      });
      const removed = await ada.expect(204, 'DELETE', `${ada.tasks}/1`);
      assert.deepEqual([made, changed, removed].map(set_of), [1, 2, 3]);

      const answer = await ada.expect(200, 'GET', `${ada.api}/changes`);
      assert.equal(answer.headers.get('x-last-seq'), '3');
      const log = answer.body;
      assert.deepEqual(log.map(({seq, kind, version}) => [seq, kind, version]),
                       [[1, 'create', 1], [2, 'update', 2], [3, 'delete', 2]]);
      assert.equal(log[0].before, null);
      assert.equal(log[0].after.title, 'Milk');
      assert.deepEqual(log[1].before, {title: 'Milk', priority: priority.medium});
      assert.deepEqual(log[1].after, {title: 'Oat milk', priority: priority.high});
      assert.equal(log[2].after, null);
      assert.deepEqual(log[1].origin, fields({
        via: 'rest', is_service: false, request_id: 'the-second',
      }));
      assert.equal(log[1][key('task_id')], made.body.id);
      assert.equal(log[1][key('task_number')], 1);
      assert.deepEqual(await get(ada, '/changes?since=2'), log.slice(2));
      assert.deepEqual(await get(ada, '/changes?since=3'), []);
      assert.deepEqual(await get(ada, '/changes?limit=1'), log.slice(0, 1));
    });

    test('that are before the log, or after it, are gone', async () => {
      const ada = served.someone(surface);
      await create(ada, {title: 'Milk'});
      const gone = await ada.expect(410, 'GET', `${ada.api}/changes?since=2`);
      assert.match(gone.body.detail, /read everything anew/);
      assert.equal(gone.body.last_seq, 1);
    });

    test('that change nothing are none', async () => {
      const ada = served.someone(surface);
      await create(ada, {title: 'Milk'});
      const same = await ada.expect(200, 'PATCH', `${ada.tasks}/1`, {body: {title: 'Milk'}});
      assert.equal(same.headers.get('x-changeset-id'), null);
      assert.equal((await get(ada, '/changes')).length, 1);
    });

    test('of one task are its history, also in the trash', async () => {
      const ada = served.someone(surface);
      const milk = await create(ada, {title: 'Milk'});
      await create(ada, {title: 'Bread'});
      await ada.expect(200, 'PATCH', `${ada.tasks}/1/complete`, {body: {completed: true}});
      await ada.expect(204, 'DELETE', `${ada.tasks}/1`);
      const history = await get(ada, '/tasks/1/history');
      assert.deepEqual(history.map(({seq, kind}) => [seq, kind]),
                       [[4, 'delete'], [3, 'update'], [1, 'create']]);
      assert.equal(history[1].after.status, status.completed);
      assert.deepEqual(await get(ada, `/tasks/${milk.id}/history`), history);
      assert.deepEqual(await get(ada, '/tasks/1/history?limit=1'), history.slice(0, 1));
      assert.deepEqual(await get(ada, '/tasks/1/history?before=4&limit=1'), history.slice(1, 2));
      await ada.expect(404, 'GET', `${ada.tasks}/3/history`);
      for (const query of ['limit=0', 'limit=1001', 'before=x', 'after=1']) {
        await ada.expect(422, 'GET', `${ada.tasks}/1/history?${query}`);
      }
    });

    test('are seen and taken back by nobody else', async () => {
      const ada = served.someone(surface);
      const bob = served.someone(surface);
      await create(ada, {title: 'Milk'});
      await ada.expect(204, 'DELETE', `${ada.tasks}/1`);
      assert.deepEqual(await get(bob, '/changes'), []);
      assert.deepEqual(await get(bob, '/changesets'), []);
      assert.deepEqual(await get(bob, '/trash'), []);
      await bob.expect(404, 'GET', `${bob.api}/changesets/1`);
      await undo(bob, 1, {}, 404);
      await bob.expect(404, 'GET', `${bob.tasks}/1/history`);
      await bob.expect(404, 'POST', `${bob.api}/trash/1/restore`);
      await bob.expect(404, 'DELETE', `${bob.api}/trash/1`);
      await bob.expect(204, 'DELETE', `${bob.api}/trash`);
      assert.equal((await get(ada, '/trash')).length, 1);
      const others = `/api/${ada.user_id}`;
      for (const path of ['/changes', '/changesets', '/trash']) {
        await bob.expect(403, 'GET', others + path);
      }
      await bob.expect(403, 'POST', `${others}/changesets/2/undo`);
    });
  });

  describe(`change sets on the ${surface.name} surface`, () => {
    test('are what was asked for at once', async () => {
      const ada = served.someone(surface);
      await create(ada, {title: 'Milk'});
      const operations = [{op: 'create', task: {title: 'Bread'}}, {op: 'complete', task_id: '1'}];
      const batch = await ada.expect(200, 'POST', `${ada.api}/batch`, {body: {operations}});
      assert.equal(set_of(batch), 2);
      const sets = await get(ada, '/changesets');
      assert.deepEqual(sets.map(({id, count}) => [id, count]), [[2, 2], [1, 1]]);
      assert.equal(sets[0].first.kind, 'create');
      assert.deepEqual((await get(ada, '/changesets?limit=1')).map(({id}) => id), [2]);
      assert.deepEqual((await get(ada, '/changesets?before=2')).map(({id}) => id), [1]);
      const set = await get(ada, '/changesets/2');
      assert.deepEqual([set.id, set.count, set.undoes], [2, 2, null]);
      assert.deepEqual(set.changes.map(({seq}) => seq), [2, 3]);
      assert.deepEqual((await get(ada, '/changesets/2?since=2')).changes.map(({seq}) => seq), [3]);
      for (const id of ['3', '4', '0', '-1', 'x', '99999999999999999999']) {
        await ada.expect(404, 'GET', `${ada.api}/changesets/${id}`);
        await undo(ada, id, {}, 404);
      }
    });

    test('are taken back: what was made, changed and deleted', async () => {
      const ada = served.someone(surface);
      await create(ada, {title: 'Milk', description: 'two', tags: ['shop']});
      const before = (await ada.expect(200, 'GET', `${ada.tasks}/1`)).body;
      await create(ada, {title: 'Bread'});
      const batch = await ada.expect(200, 'POST', `${ada.api}/batch`, {body: {operations: [
        {op: 'create', task: {title: 'Eggs'}},
        {op: 'update', task_id: '1', task: fields({title: 'Oat milk', description: null,
                                                   due_date: '2031-05-01', tags: []})},
        {op: 'delete', task_id: '2'},
      ]}});
      assert.deepEqual(await titles_of(ada), ['Oat milk', 'Eggs']);
      const undone = await undo(ada, set_of(batch));
      assert.deepEqual(await titles_of(ada), ['Milk', 'Bread']);
      assert.equal(undone.body.undoes, set_of(batch));
      assert.equal(undone.body[key('changeset_id')], set_of(undone));
      assert.deepEqual(undone.body.changes.map(({kind}) => kind), ['restore', 'update', 'delete']);
      assert.deepEqual(undone.body.conflicts, []);
      const now = (await ada.expect(200, 'GET', `${ada.tasks}/1`)).body;
      assert.deepEqual({...now, version: 0, [key('updated_at')]: 0},
                       {...before, version: 0, [key('updated_at')]: 0});
      assert.equal(now.version, 3);
      assert.deepEqual((await get(ada, '/trash')).map(({task}) => task.title), ['Eggs']);

      await undo(ada, set_of(undone));
      assert.deepEqual(await titles_of(ada), ['Oat milk', 'Eggs']);
      assert.equal((await get(ada, `/changesets/${set_of(undone)}`)).undoes, set_of(batch));
    });

    test('are not taken back over what has been changed since', async () => {
      const ada = served.someone(surface);
      for (const title of ['Milk', 'Bread', 'Eggs']) await create(ada, {title});
      const batch = await ada.expect(200, 'POST', `${ada.api}/batch`, {body: {operations: [
        {op: 'update', task_id: '1', task: {title: 'Oat milk', priority: 'high'}},
        {op: 'update', task_id: '2', task: {title: 'Rye bread'}},
        {op: 'update', task_id: '3', task: {title: 'Six eggs'}},
      ]}});
      const id = set_of(batch);
      await ada.expect(200, 'PATCH', `${ada.tasks}/1`, {body: {title: 'Soy milk'}});
      await ada.expect(200, 'PATCH', `${ada.tasks}/2`, {body: {description: 'of another field'}});
      await ada.expect(204, 'DELETE', `${ada.tasks}/3`);
      const log = await get(ada, '/changes');

      for (const body of [undefined, {}, {partial: false}, {[dry]: true}]) {
        const refused = await undo(ada, id, body, 409);
        const conflicts = refused.body.conflicts;
        assert.deepEqual(conflicts.map(({task_number, title, fields: names}) =>
          [task_number, title, names]), [[3, 'Six eggs', []], [1, 'Soy milk', ['title']]]);
        for (const {detail} of conflicts) assert.ok(refused.body.detail.includes(detail), detail);
      }
      assert.deepEqual(await get(ada, '/changes'), log);

      const tried = await undo(ada, id, {partial: true, [dry]: true});
      assert.deepEqual(tried.body.changes.map((change) => change[key('task_number')]), [2]);
      assert.equal(tried.body.conflicts.length, 2);
      assert.deepEqual(await get(ada, '/changes'), log);

      const path = `${ada.api}/changesets/${id}/undo?partial=true`;
      const undone = await ada.expect(200, 'POST', path);
      assert.deepEqual(undone.body.conflicts.map((each) => each[key('task_number')]), [3, 1]);
      assert.deepEqual(await titles_of(ada), ['Soy milk', 'Bread']);
      assert.equal((await get(ada, '/tasks/2')).description, 'of another field');
    });

    test('of which nothing can be taken back stay, and say so', async () => {
      const ada = served.someone(surface);
      await create(ada, {title: 'Milk'});
      await ada.expect(204, 'DELETE', `${ada.tasks}/1`);
      await ada.expect(204, 'DELETE', `${ada.api}/trash/1`);
      const refused = await undo(ada, 2, {}, 409);
      assert.match(refused.body.detail, /deleted for good/);
      const nothing = await undo(ada, 2, {partial: true});
      assert.equal(nothing.body[key('changeset_id')], null);
      assert.equal(nothing.headers.get('x-changeset-id'), null);
      assert.deepEqual(nothing.body.changes, []);
    });

    test('are only tried where the query or the body says so', async () => {
      const ada = served.someone(surface);
      await create(ada, {title: 'Milk'});
      for (const [query, body] of [
        [`?${dry}=true`, undefined], [`?${dry}=true`, {}], [`?${dry}=true`, {[dry]: false}],
        ['', {[dry]: true}], [`?${dry}=false`, {[dry]: true}],
      ]) {
        const path = `${ada.api}/changesets/1/undo${query}`;
        const tried = await ada.expect(200, 'POST', path, {body});
        assert.equal(tried.body[dry], true, `${query} ${JSON.stringify(body)}`);
      }
      assert.deepEqual(await titles_of(ada), ['Milk']);
    });

    test('take only what they know', async () => {
      const ada = served.someone(surface);
      await create(ada, {title: 'Milk'});
      assert.deepEqual(faults_of(await undo(ada, 1, {parcial: true}, 422)), ['body.parcial']);
      assert.deepEqual(faults_of(await undo(ada, 1, {partial: 'x'}, 422)), ['body.partial']);
      for (const query of ['since=-1', 'limit=0', 'limit=1001']) {
        await ada.expect(422, 'GET', `${ada.api}/changes?${query}`);
      }
      await ada.expect(422, 'GET', `${ada.api}/changesets?limit=1001`);
    });
  });
}

describe('a token that a program was given', () => {
  test('stands with what it has changed, and goes no further than its scopes', async () => {
    const email = `${randomUUID()}@example.com`;
    const password = 'correct horse battery';
    const {nobody} = served;
    await nobody.expect(201, 'POST', '/api/auth/register', {body: {name: 'Ada', email, password}});
    const login = {body: {email, password}};
    const {body: {access_token}} = await nobody.expect(200, 'POST', '/api/auth/login', login);
    const ada = nobody.with_token(access_token);
    const {body: made} = await ada.expect(201, 'POST', '/api/auth/tokens',
                                          {body: {name: 'script', scopes: ['read', 'write']}});
    const script = nobody.with_token(made.token);
    await script.expect(201, 'POST', '/api/tasks', {body: {title: 'Milk'}});
    const [change] = (await script.expect(200, 'GET', '/api/changes')).body;
    assert.equal(change.origin.tokenId, made.id);

    await script.expect(403, 'POST', '/api/changesets/1/undo');
    await script.expect(403, 'POST', '/api/batch',
                        {body: {operations: [{op: 'delete', task_id: '1'}]}});
    await script.expect(200, 'POST', '/api/batch',
                        {body: {operations: [{op: 'complete', task_id: '1'}]}});
    await script.expect(200, 'POST', '/api/changesets/2/undo');
    await ada.expect(204, 'DELETE', '/api/tasks/1');
    await script.expect(200, 'POST', '/api/trash/1/restore');
    await script.expect(403, 'DELETE', '/api/trash/1');
    await script.expect(403, 'DELETE', '/api/trash');
  });
});
