// Tasks as a front end uses them. Whatever is tested here is tested on both surfaces.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {after, before, describe, test} from 'node:test';

import {Client} from './support/client.mjs';
import {start} from './support/server.mjs';
import {INSTANT, surfaces, TASK_KEYS, UUID_V7} from './support/surfaces.mjs';

let server;
let nobody;
let people = 0;

before(async () => {
  server = await start();
  nobody = await Client.of(server);
});
after(() => server.stop());

/// Somebody new, with the path of their tasks.
function someone(surface) {
  people += 1;
  const client = nobody.as(`person-${people}`);
  client.tasks = surface.tasks(client.user_id);
  return client;
}

async function create(client, body) {
  return (await client.expect(201, 'POST', client.tasks, {body})).body;
}

for (const surface of surfaces) {
  const {key, fields, priority, status} = surface;

  describe(`tasks on the ${surface.name} surface`, () => {
    test('carry a front end through its day', async () => {
      const ada = someone(surface);
      assert.deepEqual((await ada.expect(200, 'GET', ada.tasks)).body, []);
      const made = await create(ada, fields({
        title: 'Buy groceries', description: 'Milk, eggs', priority: 'high', tags: ['home'],
        due_date: '2031-05-01',
      }));
      const path = `${ada.tasks}/${made.id}`;
      assert.deepEqual((await ada.expect(200, 'GET', ada.tasks)).body, [made]);
      assert.deepEqual((await ada.expect(200, 'GET', path)).body, made);

      const renamed = await ada.expect(200, 'PATCH', path, {body: {title: 'Buy bread'}});
      assert.equal(renamed.body.title, 'Buy bread');
      assert.equal(renamed.body.description, 'Milk, eggs');
      const done = await ada.expect(200, 'PATCH', `${path}/complete`, {body: {completed: true}});
      assert.equal(done.body.status, status.completed);
      await ada.expect(204, 'DELETE', path);
      await ada.expect(404, 'GET', path);
      assert.deepEqual((await ada.expect(200, 'GET', ada.tasks)).body, []);
    });

    test('begin with every key, and the defaults', async () => {
      const ada = someone(surface);
      const answer = await ada.expect(201, 'POST', ada.tasks, {body: {title: '  Call mom  '}});
      const task = answer.body;
      assert.deepEqual(Object.keys(task).sort(), TASK_KEYS.map(key).sort());
      assert.match(task.id, UUID_V7);
      assert.match(task[key('created_at')], INSTANT);
      assert.equal(task[key('updated_at')], task[key('created_at')]);
      const {id, [key('created_at')]: created, [key('updated_at')]: updated, ...rest} = task;
      assert.deepEqual(rest, fields({
        number: 1, user_id: ada.user_id, title: 'Call mom', description: null,
        status: status.pending, completed: false, priority: priority.medium, tags: [],
        due_date: null, completed_at: null, version: 1,
      }));
      assert.equal(answer.headers.get('location'), `${ada.tasks}/${id}`);
      const shown = await ada.expect(200, 'GET', answer.headers.get('location'));
      assert.deepEqual(shown.body, task);
      assert.equal(shown.headers.get('etag'), answer.headers.get('etag'));
    });

    test('are found by id and by number', async () => {
      const ada = someone(surface);
      await create(ada, {title: 'one'});
      const two = await create(ada, {title: 'two'});
      assert.equal(two.number, 2);
      for (const name of ['2', two.id, two.id.toUpperCase()]) {
        assert.deepEqual((await ada.expect(200, 'GET', `${ada.tasks}/${name}`)).body, two);
      }
      await ada.expect(200, 'PATCH', `${ada.tasks}/2`, {body: {title: 'by number'}});
      await ada.expect(200, 'PATCH', `${ada.tasks}/2/complete`);
      await ada.expect(204, 'DELETE', `${ada.tasks}/2`);
    });

    test('are 404 where the path has neither an id nor a number of theirs', async () => {
      const ada = someone(surface);
      await create(ada, {title: 'one'});
      const wrong = ['0', '2', '-1', '1.0', '1e0', '99999999999999999999', 'one', randomUUID(),
        'urn:uuid:1', '%20'];
      for (const name of wrong) {
        await ada.expect(404, 'GET', `${ada.tasks}/${name}`);
        await ada.expect(404, 'PATCH', `${ada.tasks}/${name}`, {body: {title: 'x'}});
        await ada.expect(404, 'DELETE', `${ada.tasks}/${name}`);
      }
    });

    test('take every spelling of an enumeration, in any letter case', async () => {
      const ada = someone(surface);
      const spellings = {
        priority: [['Low', 'low'], ['LOW', 'low'], ['mEdIuM', 'medium'], ['High', 'high'],
          ['HIGH', 'high'], ['urgent', 'urgent']],
        status: [['pending', 'pending'], ['TODO', 'pending'], ['Todo', 'pending'],
          ['in_progress', 'in_progress'], ['IN_PROGRESS', 'in_progress'],
          ['completed', 'completed'], ['COMPLETED', 'completed']],
      };
      for (const [field, pairs] of Object.entries(spellings)) {
        for (const [given, meant] of pairs) {
          const task = await create(ada, {title: given, [field]: given});
          assert.equal(task[field], surface[field][meant], given);
        }
      }
    });

    test('take their keys in snake_case and in camelCase', async () => {
      const ada = someone(surface);
      for (const name of ['due_date', 'dueDate']) {
        const task = await create(ada, {title: name, [name]: '2031-01-31'});
        assert.equal(task[key('due_date')], '2031-01-31');
      }
    });

    test('give a due date back as it was given, an instant in UTC', async () => {
      const ada = someone(surface);
      const dates = {
        '2031-12-27': '2031-12-27',
        '2032-02-29': '2032-02-29',
        '2031-12-27T17:00:00Z': '2031-12-27T17:00:00.000Z',
        '2031-12-27T01:30:00+02:00': '2031-12-26T23:30:00.000Z',
        '2031-12-27T17:00:00.125-05:30': '2031-12-27T22:30:00.125Z',
      };
      for (const [given, expected] of Object.entries(dates)) {
        const task = await create(ada, fields({title: 'when', due_date: given}));
        assert.equal(task[key('due_date')], expected);
      }
    });

    test('count lengths in code points', async () => {
      const ada = someone(surface);
      const longest = {
        title: '🛒'.repeat(200), description: 'é'.repeat(1000),
        tags: Array.from({length: 32}, (_, i) => `${'😀'.repeat(48)}${String(i).padStart(2, '0')}`),
      };
      const task = await create(ada, longest);
      for (const [name, value] of Object.entries(longest)) assert.deepEqual(task[name], value);
    });

    test('keep the order of tags and drop duplicates', async () => {
      const ada = someone(surface);
      const task = await create(ada, {title: 't', tags: ['b', 'a', ' b ', 'c', 'a']});
      assert.deepEqual(task.tags, ['b', 'a', 'c']);
    });

    for (const method of ['PUT', 'PATCH']) {
      test(`change only what ${method} names`, async () => {
        const ada = someone(surface);
        const task = await create(ada, fields({
          title: 'before', description: 'text', priority: 'low', tags: ['a'],
          due_date: '2031-01-01',
        }));
        const path = `${ada.tasks}/${task.id}`;
        const changes = [
          {title: 'after'}, {description: 'other'}, {description: null}, {priority: 'urgent'},
          {tags: []}, {tags: ['x', 'y']}, {due_date: '2031-02-02T10:00:00Z'}, {due_date: null},
          {status: 'in_progress'},
        ];
        let expected = task;
        for (const change of changes) {
          const answer = await ada.expect(200, method, path, {body: fields(change)});
          const [[name, value]] = Object.entries(change);
          const shown = surface[name]?.[value] ?? (name === 'due_date' && value !== null
            ? '2031-02-02T10:00:00.000Z' : value);
          expected = {...expected, [key(name)]: shown, version: expected.version + 1,
            [key('updated_at')]: answer.body[key('updated_at')]};
          assert.deepEqual(answer.body, expected, `after ${JSON.stringify(change)}`);
          assert.deepEqual((await ada.expect(200, 'GET', path)).body, expected);
        }
        assert.ok(expected[key('updated_at')] >= task[key('updated_at')]);
      });
    }

    test('may be sent back whole, as a front end does', async () => {
      const ada = someone(surface);
      const task = await create(ada, fields({title: 'whole', due_date: '2031-01-01'}));
      const path = `${ada.tasks}/${task.id}`;
      for (const method of ['PUT', 'PATCH']) {
        assert.deepEqual((await ada.expect(200, method, path, {body: task})).body, task);
        assert.deepEqual((await ada.expect(200, method, path, {body: {}})).body, task);
      }
      const renamed = {...task, title: 'renamed'};
      const {body} = await ada.expect(200, 'PUT', path, {body: renamed});
      assert.deepEqual([body.title, body.version], ['renamed', 2]);
    });

    test('are completed by a body, and turned round without one', async () => {
      const ada = someone(surface);
      const {id} = await create(ada, {title: 'finish'});
      const path = `${ada.tasks}/${id}/complete`;
      const complete = async (body) => (await ada.expect(200, 'PATCH', path, {body})).body;
      const steps = [[{completed: true}, true], [{completed: true}, true], [undefined, false],
        [undefined, true], [{completed: false}, false], [{completed: false}, false], [{}, true]];
      for (const [body, expected] of steps) {
        const task = await complete(body);
        assert.equal(task.completed, expected);
        assert.equal(task.status, expected ? status.completed : status.pending);
        if (expected) assert.match(task[key('completed_at')], INSTANT);
        if (!expected) assert.equal(task[key('completed_at')], null);
      }
    });

    test('are completed by status and by completed, on POST, PUT and PATCH alike', async () => {
      const ada = someone(surface);
      for (const body of [{status: 'completed'}, {completed: true}]) {
        const made = await create(ada, {title: 'done at once', ...body});
        assert.ok(made.completed && made.status === status.completed);
        assert.match(made[key('completed_at')], INSTANT);
        for (const method of ['PUT', 'PATCH']) {
          const {id} = await create(ada, {title: 'to do'});
          const task = (await ada.expect(200, method, `${ada.tasks}/${id}`, {body})).body;
          assert.ok(task.completed && task.status === status.completed);
          assert.match(task[key('completed_at')], INSTANT);
          const undone = await ada.expect(200, method, `${ada.tasks}/${id}`,
                                          {body: {completed: false}});
          assert.equal(undone.body[key('completed_at')], null);
        }
      }
    });

    test('may be given their id, once', async () => {
      const ada = someone(surface);
      const bob = someone(surface);
      const id = randomUUID();
      const made = await create(ada, {id, title: 'chosen'});
      assert.equal(made.id, id);
      await ada.expect(409, 'POST', ada.tasks, {body: {id, title: 'again'}});
      await ada.expect(409, 'POST', ada.tasks, {body: {id: id.toUpperCase(), title: 'again'}});
      assert.deepEqual((await ada.expect(200, 'GET', ada.tasks)).body, [made]);
      // It tells nothing about anybody else's.
      assert.equal((await create(bob, {id, title: "bob's"})).number, 1);
      assert.deepEqual((await ada.expect(200, 'GET', `${ada.tasks}/${id}`)).body, made);
    });

    test('never use a number again', async () => {
      const ada = someone(surface);
      for (const expected of [1, 2, 3]) {
        const {number} = await create(ada, {title: 'one of three'});
        assert.equal(number, expected);
      }
      for (const number of [2, 3]) await ada.expect(204, 'DELETE', `${ada.tasks}/${number}`);
      assert.equal((await create(ada, {title: 'the fourth'})).number, 4);
    });

    test('that are made at the same time have numbers of their own', async () => {
      const ada = someone(surface);
      const count = 40;
      const made = await Promise.all(Array.from({length: count}, (_, i) =>
        create(ada, {title: `at once ${i}`})));
      const numbers = made.map(({number}) => number).sort((a, b) => a - b);
      assert.deepEqual(numbers, Array.from({length: count}, (_, i) => i + 1));
    });

    test('are the same when If-None-Match says so', async () => {
      const ada = someone(surface);
      const {headers} = await ada.expect(201, 'POST', ada.tasks, {body: {title: 'tagged'}});
      const path = headers.get('location');
      const etag = headers.get('etag');
      for (const known of [etag, '*', `"other", ${etag}`, `W/${etag}`]) {
        const answer = await ada.expect(304, 'GET', path, {headers: {'If-None-Match': known}});
        assert.equal(answer.headers.get('etag'), etag, known);
      }
      await ada.expect(200, 'GET', path, {headers: {'If-None-Match': '"other"'}});
      await ada.expect(200, 'PATCH', path, {body: {title: 'changed'}});
      await ada.expect(200, 'GET', path, {headers: {'If-None-Match': etag}});
    });

    test('are changed only while If-Match holds', async () => {
      const ada = someone(surface);
      const {headers} = await ada.expect(201, 'POST', ada.tasks, {body: {title: 'mine'}});
      const path = headers.get('location');
      const stale = headers.get('etag');
      const changed = await ada.expect(200, 'PATCH', path,
                                       {body: {title: 'changed'}, headers: {'If-Match': stale}});
      const etag = changed.headers.get('etag');
      assert.notEqual(etag, stale);
      const writes = [['PUT', '', {title: 'x'}], ['PATCH', '', {title: 'x'}],
        ['PATCH', '/complete', undefined], ['DELETE', '', undefined]];
      for (const [method, suffix, body] of writes) {
        for (const condition of [stale, '"nonsense"', `W/${etag}`]) {
          await ada.expect(412, method, path + suffix, {body, headers: {'If-Match': condition}});
        }
      }
      assert.deepEqual((await ada.expect(200, 'GET', path)).body, changed.body);
      await ada.expect(200, 'PUT', path, {body: {title: 'y'}, headers: {'If-Match': '*'}});
      const last = await ada.expect(200, 'GET', path);
      await ada.expect(204, 'DELETE', path, {headers: {'If-Match': last.headers.get('etag')}});
    });
  });
}

test('a task is one thing on both surfaces', async () => {
  const [scoped, own] = surfaces;
  const ada = someone(scoped);
  const shown = await create(ada, {title: 'one thing', status: 'TODO', priority: 'URGENT'});
  const other = (await ada.expect(200, 'GET', `/api/tasks/${shown.number}`)).body;
  for (const name of TASK_KEYS) {
    const value = shown[name];
    const expected = own[name] === undefined || name === 'key' ? value
      : own[name][Object.keys(scoped[name]).find((meant) => scoped[name][meant] === value)];
    assert.deepEqual(other[own.key(name)], expected, name);
  }
});

test('a user id may be any text that fits in a path', async () => {
  const [scoped] = surfaces;
  for (const user_id of ['a b', 'ü/ö?&#', 'x@example.com', '100%', '😀'.repeat(64), '..']) {
    const client = nobody.as(user_id);
    if (user_id !== '..') {
      client.tasks = scoped.tasks(user_id);
      assert.equal((await create(client, {title: 'hello'})).user_id, user_id);
    }
    await client.expect(200, 'GET', '/api/tasks');
  }
});

test('a user id that is a segment of a path has the own surface', async () => {
  for (const user_id of ['tasks', 'auth', 'users', 'chat']) {
    const client = nobody.as(user_id);
    const made = await client.expect(201, 'POST', '/api/tasks', {body: {title: user_id}});
    assert.equal(made.body.userId, user_id);
  }
});
