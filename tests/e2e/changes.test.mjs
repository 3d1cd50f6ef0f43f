// The log of changes as clients use it: histories, change sets, undo, the trash, batches and dry
// runs. What both surfaces have is tested on both.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {after, before, describe, test} from 'node:test';

import {Client, faults_of} from './support/client.mjs';
import {start} from './support/server.mjs';
import {surfaces} from './support/surfaces.mjs';

let server;
let nobody;
let people = 0;

before(async () => {
  server = await start();
  nobody = await Client.of(server);
});
after(() => server.stop());

/// Somebody new, with the paths that are theirs.
function someone(surface) {
  people += 1;
  const client = nobody.as(`changer-${people}`);
  client.tasks = surface.tasks(client.user_id);
  client.api = client.tasks.slice(0, -'/tasks'.length);
  return client;
}

const set_of = (answer) => Number(answer.headers.get('x-changeset-id'));
const create = async (client, body) => (await client.expect(201, 'POST', client.tasks, {body})).body;
const get = async (client, path) => (await client.expect(200, 'GET', client.api + path)).body;
const titles_of = async (client) =>
  (await client.expect(200, 'GET', `${client.tasks}?sort=-created`)).body.map(({title}) => title);

for (const surface of surfaces) {
  const {key, fields, priority, status} = surface;
  const dry = key('dry_run');
  const undo = (client, id, body, expected = 200) =>
    client.expect(expected, 'POST', `${client.api}/changesets/${id}/undo`, {body});

  describe(`changes on the ${surface.name} surface`, () => {
    test('are kept in order, each with what it has changed and who asked', async () => {
      const ada = someone(surface);
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
      const ada = someone(surface);
      await create(ada, {title: 'Milk'});
      const gone = await ada.expect(410, 'GET', `${ada.api}/changes?since=2`);
      assert.match(gone.body.detail, /read everything anew/);
      assert.equal(gone.body.last_seq, 1);
    });

    test('that change nothing are none', async () => {
      const ada = someone(surface);
      await create(ada, {title: 'Milk'});
      const same = await ada.expect(200, 'PATCH', `${ada.tasks}/1`, {body: {title: 'Milk'}});
      assert.equal(same.headers.get('x-changeset-id'), null);
      assert.equal((await get(ada, '/changes')).length, 1);
    });

    test('of one task are its history, also in the trash', async () => {
      const ada = someone(surface);
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
      const ada = someone(surface);
      const bob = someone(surface);
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
      const ada = someone(surface);
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
      const ada = someone(surface);
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
      const ada = someone(surface);
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
      const ada = someone(surface);
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

    test('take only what they know', async () => {
      const ada = someone(surface);
      await create(ada, {title: 'Milk'});
      assert.deepEqual(faults_of(await undo(ada, 1, {parcial: true}, 422)), ['body.parcial']);
      assert.deepEqual(faults_of(await undo(ada, 1, {partial: 'x'}, 422)), ['body.partial']);
      for (const query of ['since=-1', 'limit=0', 'limit=1001']) {
        await ada.expect(422, 'GET', `${ada.api}/changes?${query}`);
      }
      await ada.expect(422, 'GET', `${ada.api}/changesets?limit=1001`);
    });
  });

  describe(`the trash on the ${surface.name} surface`, () => {
    const trash_of = (client, query = '') => get(client, `/trash${query}`);

    test('has what was deleted, which is nowhere else', async () => {
      const ada = someone(surface);
      for (const title of ['Milk', 'Bread', 'Eggs']) await create(ada, {title});
      const bread = (await ada.expect(200, 'GET', `${ada.tasks}/2`)).body;
      for (const number of [2, 1]) await ada.expect(204, 'DELETE', `${ada.tasks}/${number}`);
      const trash = await trash_of(ada);
      assert.deepEqual(trash.map(({task}) => task.number), [1, 2]);
      assert.deepEqual(trash[1].task, bread);
      assert.ok(trash[1][key('deleted_at')] < trash[1][key('expires_at')]);
      assert.deepEqual(await trash_of(ada, '?limit=1'), trash.slice(0, 1));
      assert.deepEqual(await trash_of(ada, '?before=1'), trash.slice(1));
      for (const path of ['/tasks/2', `/tasks/${bread.id}`]) {
        await ada.expect(404, 'GET', ada.api + path);
        await ada.expect(404, 'PATCH', ada.api + path, {body: {title: 'x'}});
        await ada.expect(404, 'DELETE', ada.api + path);
      }
      assert.deepEqual(await titles_of(ada), ['Eggs']);
      assert.equal((await ada.expect(200, 'GET', `${ada.tasks}?q=bread`)).body.length, 0);
    });

    test('gives a task back as it was', async () => {
      const ada = someone(surface);
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
      const ada = someone(surface);
      const id = randomUUID();
      await create(ada, {id, title: 'Milk'});
      await ada.expect(204, 'DELETE', `${ada.tasks}/1`);
      await create(ada, {id, title: 'Oat milk'});
      await ada.expect(409, 'POST', `${ada.api}/trash/1/restore`);
      assert.equal((await trash_of(ada)).length, 1);
    });

    test('is emptied for good', async () => {
      const ada = someone(surface);
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

  describe(`a batch on the ${surface.name} surface`, () => {
    const batch = (client, body, expected = 200) =>
      client.expect(expected, 'POST', `${client.api}/batch`, {body});

    test('does several things as one', async () => {
      const ada = someone(surface);
      const milk = await create(ada, {title: 'Milk'});
      await create(ada, {title: 'Bread'});
      await ada.expect(204, 'DELETE', `${ada.tasks}/2`);
      const id = randomUUID();
      const {body} = await batch(ada, {operations: [
        {op: 'create', task: fields({id, title: 'Eggs', due_date: '2031-05-01'})},
        {op: 'update', task_id: milk.id, if_match: '"1-1"', task: {title: 'Oat milk'}},
        {op: 'complete', task_id: '1'},
        {op: 'complete', task_id: '1', completed: false},
        {op: 'delete', task_id: id},
        {op: 'restore', task_id: '2'},
      ]});
      assert.deepEqual(body.results.map((each) => [each.index, each.op, each.success, each.status]),
                       [[0, 'create', true, 201], [1, 'update', true, 200],
                        [2, 'complete', true, 200], [3, 'complete', true, 200],
                        [4, 'delete', true, 204], [5, 'restore', true, 200]]);
      assert.deepEqual([body.succeeded, body.failed], [6, 0]);
      assert.equal(body.results[0].task.id, id);
      assert.equal(body.results[3].task.version, 4);
      assert.deepEqual(await titles_of(ada), ['Oat milk', 'Bread']);
      assert.equal((await get(ada, '/changesets'))[0].count, 6);
    });

    test('is done wholly or not at all', async () => {
      const ada = someone(surface);
      await create(ada, {title: 'Milk'});
      const log = await get(ada, '/changes');
      const missing = await batch(ada, {operations: [
        {op: 'create', task: {title: 'Bread'}}, {op: 'delete', task_id: '9'},
        {op: 'restore', task_id: '1'},
      ]}, 422);
      assert.deepEqual(faults_of(missing), ['body.operations.1', 'body.operations.2']);
      assert.deepEqual(missing.body.errors.map(({type}) => type), ['not_found', 'not_found']);
      const stale = await batch(ada, {mode: 'atomic', operations: [
        {op: 'create', task: {title: 'Bread'}},
        {op: 'update', task_id: '1', if_match: '"1-9"', task: {title: 'x'}},
      ]}, 409);
      assert.deepEqual(stale.body.errors.map(({loc, type}) => [loc.at(-1), type]),
                       [['1', 'precondition_failed']]);
      assert.deepEqual(await get(ada, '/changes'), log);
      assert.deepEqual(await titles_of(ada), ['Milk']);
      assert.equal((await create(ada, {title: 'Bread'})).number, 2);
    });

    test('does what can be done where it is told to', async () => {
      const ada = someone(surface);
      await create(ada, {title: 'Milk'});
      const {body} = await batch(ada, {mode: 'best_effort', operations: [
        {op: 'complete', task_id: '9', completed: true},
        {op: 'complete', task_id: '1', completed: true},
        {op: 'update', task_id: '1', if_match: '"1-1"', task: {title: 'x'}},
      ]});
      assert.deepEqual(body.results.map(({success, status: code}) => [success, code]),
                       [[false, 404], [true, 200], [false, 412]]);
      assert.equal(body.results[0].error, 'Task not found.');
      assert.deepEqual([body.succeeded, body.failed], [1, 2]);
      assert.equal((await get(ada, '/tasks/1')).status, status.completed);
    });

    test('is refused where it does not say what is to be done', async () => {
      const ada = someone(surface);
      await create(ada, {title: 'Milk'});
      const at = (operation) => ({mode: 'best_effort', operations: [operation]});
      for (const [body, fault] of [
        [{}, 'body.operations'],
        [{operations: []}, 'body.operations'],
        [{operations: Array(101).fill({op: 'complete', task_id: '1'})}, 'body.operations'],
        [{mode: 'some', operations: [{op: 'complete', task_id: '1'}]}, 'body.mode'],
        [at({}), 'body.operations.0.op'],
        [at({op: 'move', task_id: '1'}), 'body.operations.0.op'],
        [at({op: 'create'}), 'body.operations.0.task'],
        [at({op: 'create', task: {}}), 'body.operations.0.task.title'],
        [at({op: 'create', task: {title: 'a', titel: 'b'}}), 'body.operations.0.task.titel'],
        [at({op: 'create', task_id: '1', task: {title: 'a'}}), 'body.operations.0.task_id'],
        [at({op: 'update', task_id: '1'}), 'body.operations.0.task'],
        [at({op: 'update', task: {title: 'a'}}), 'body.operations.0.task_id'],
        [at({op: 'delete', task_id: '1', completed: true}), 'body.operations.0.completed'],
        [at({op: 'restore', task_id: '1', if_match: '*'}), 'body.operations.0.if_match'],
        [at({op: 'update', task_id: '1', task: {status: 'pending', completed: true}}),
         'body.operations.0.task.completed'],
      ]) {
        const refused = await batch(ada, body, 422);
        assert.deepEqual(faults_of(refused), [fault], JSON.stringify(body));
      }
      assert.equal((await get(ada, '/changes')).length, 1);
    });

    test('of a hundred is one change set', async () => {
      const ada = someone(surface);
      const operations = Array.from({length: 100},
                                    (_, i) => ({op: 'create', task: {title: `task ${i + 1}`}}));
      const made = await batch(ada, {operations});
      assert.deepEqual(made.body.results.map(({task}) => task.number),
                       operations.map((_, i) => i + 1));
      await undo(ada, set_of(made));
      assert.deepEqual(await titles_of(ada), []);
    });
  });

  describe(`a dry run on the ${surface.name} surface`, () => {
    test('says what would change, and changes nothing', async () => {
      const ada = someone(surface);
      await create(ada, {title: 'Milk'});
      await create(ada, {title: 'Bread'});
      await ada.expect(204, 'DELETE', `${ada.tasks}/2`);
      const log = await get(ada, '/changes');
      const headers = {'Idempotency-Key': 'tried'};
      const body = {title: 'Eggs'};
      for (const [method, path, options, kinds] of [
        ['POST', '/tasks', {body, headers}, ['create']],
        ['PATCH', '/tasks/1', {body}, ['update']],
        ['PUT', '/tasks/1', {body: {...body, id: (await get(ada, '/tasks/1')).id}}, ['update']],
        ['PATCH', '/tasks/1', {body: {title: 'Milk'}}, []],
        ['PATCH', '/tasks/1/complete', {}, ['update']],
        ['DELETE', '/tasks/1', {}, ['delete']],
        ['POST', '/batch', {body: {operations: [{op: 'create', task: body},
                                                {op: 'delete', task_id: '1'}]}},
         ['create', 'delete']],
        ['POST', '/changesets/1/undo', {}, ['delete']],
        ['POST', '/trash/2/restore', {}, ['restore']],
        ['DELETE', '/trash/2', {}, ['purge']],
        ['DELETE', '/trash', {}, ['purge']],
      ]) {
        const what = `${method} ${path}`;
        const tried = await ada.expect(200, method, `${ada.api}${path}?${dry}=true`, options);
        assert.equal(tried.body[dry], true, what);
        assert.deepEqual(tried.body.changes.map(({kind}) => kind), kinds, what);
        for (const change of tried.body.changes) assert.equal(change.seq, 0, what);
        assert.equal(tried.headers.get('x-changeset-id'), null, what);
        assert.equal(tried.headers.get('location'), null, what);
        assert.deepEqual(await get(ada, '/changes'), log, what);
      }
      assert.deepEqual(await titles_of(ada), ['Milk']);
      const made = await ada.expect(201, 'POST', ada.tasks, {body: {title: 'Tea'}, headers});
      assert.equal(made.body.number, 3);
      assert.equal(made.headers.get('idempotency-replayed'), null);
    });

    test('fails as the real thing does', async () => {
      const ada = someone(surface);
      const milk = await create(ada, {title: 'Milk'});
      for (const [expected, method, path, options] of [
        [422, 'POST', '/tasks', {body: {title: ''}}],
        [409, 'POST', '/tasks', {body: {id: milk.id, title: 'Eggs'}}],
        [404, 'PATCH', '/tasks/9', {body: {title: 'Eggs'}}],
        [412, 'PATCH', '/tasks/1', {body: {title: 'Eggs'}, headers: {'If-Match': '"1-9"'}}],
        [422, 'PATCH', '/tasks/1', {body: {number: 9}}],
        [404, 'PATCH', '/tasks/9/complete', {}],
        [404, 'DELETE', '/tasks/9', {}],
        [422, 'POST', '/batch', {body: {operations: [{op: 'delete', task_id: '9'}]}}],
        [404, 'POST', '/changesets/9/undo', {}],
        [404, 'POST', '/trash/1/restore', {}],
        [404, 'DELETE', '/trash/1', {}],
      ]) {
        for (const query of ['', `?${dry}=true`]) {
          await ada.expect(expected, method, ada.api + path + query, options);
        }
      }
      await ada.expect(422, 'DELETE', `${ada.tasks}/1?${dry}=perhaps`);
      assert.equal((await get(ada, '/changes')).length, 1);
    });

    test('of what can be done names what cannot', async () => {
      const ada = someone(surface);
      await create(ada, {title: 'Milk'});
      const {body} = await ada.expect(200, 'POST', `${ada.api}/batch?${dry}=true`, {body: {
        mode: 'best_effort',
        operations: [{op: 'delete', task_id: '9'}, {op: 'delete', task_id: '1'}],
      }});
      assert.equal(body.changes.length, 1);
      assert.deepEqual(body.failed.map(({index, status: code}) => [index, code]), [[0, 404]]);
    });
  });
}

describe('a token that a program was given', () => {
  test('stands with what it has changed, and goes no further than its scopes', async () => {
    const email = `${randomUUID()}@example.com`;
    const password = 'correct horse battery';
    await nobody.expect(201, 'POST', '/api/auth/register', {body: {name: 'Ada', email, password}});
    const {body: {access_token}} = await nobody.expect(200, 'POST', '/api/auth/login',
                                                       {body: {email, password}});
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
