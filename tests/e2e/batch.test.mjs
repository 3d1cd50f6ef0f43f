// Batches of writes, and dry runs of every write.
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
  const {fields, key, status} = surface;
  const dry = key('dry_run');

  describe(`a batch on the ${surface.name} surface`, () => {
    const batch = (client, body, expected = 200) =>
      client.expect(expected, 'POST', `${client.api}/batch`, {body});

    test('does several things as one', async () => {
      const ada = served.someone(surface);
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
      const ada = served.someone(surface);
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
      const ada = served.someone(surface);
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
      const ada = served.someone(surface);
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
      const ada = served.someone(surface);
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
      const ada = served.someone(surface);
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
      const ada = served.someone(surface);
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
      const ada = served.someone(surface);
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
