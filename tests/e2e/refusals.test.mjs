// What must not work: other people's tasks, nobody's calls and bad input, on both surfaces. After
// each refusal everything is as it was.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {Client, faults_of} from './support/client.mjs';
import {start} from './support/server.mjs';
import {surfaces} from './support/surfaces.mjs';

let server;
let nobody;

before(async () => {
  server = await start();
  nobody = await Client.of(server);
});
after(() => server.stop());

const NEW = {title: 'new'};

/// Every call on tasks. `path` is added to the path of the tasks; # stands for the task's name.
const CALLS = [
  {method: 'GET', path: ''},
  {method: 'POST', path: '', body: NEW},
  {method: 'GET', path: '/#'},
  {method: 'PUT', path: '/#', body: NEW},
  {method: 'PATCH', path: '/#', body: NEW},
  {method: 'PATCH', path: '/#/complete'},
  {method: 'PATCH', path: '/#/complete', body: {completed: true}},
  {method: 'DELETE', path: '/#'},
];

const long = (count) => 'x'.repeat(count);

/// Bodies that POST, PUT and PATCH refuse with 422, and the field that is to blame.
const BAD_FIELDS = [
  [{title: ''}, 'title'],
  [{title: '   '}, 'title'],
  [{title: long(201)}, 'title'],
  [{title: '🛒'.repeat(201)}, 'title'],
  [{title: null}, 'title'],
  [{title: 5}, 'title'],
  [{title: 'with \0 inside'}, 'title'],
  [{description: long(1001)}, 'description'],
  [{description: ['text']}, 'description'],
  [{priority: 'extreme'}, 'priority'],
  [{priority: 2}, 'priority'],
  [{priority: null}, 'priority'],
  [{status: 'finished'}, 'status'],
  [{status: null}, 'status'],
  [{completed: 'yes'}, 'completed'],
  [{completed: null}, 'completed'],
  [{tags: 'home'}, 'tags'],
  [{tags: null}, 'tags'],
  [{tags: ['ok', 7]}, 'tags.1'],
  [{tags: ['']}, 'tags.0'],
  [{tags: [long(51)]}, 'tags.0'],
  [{tags: Array.from({length: 33}, (_, i) => `tag ${i}`)}, 'tags'],
  [{due_date: 'tomorrow'}, 'due_date'],
  [{due_date: ''}, 'due_date'],
  [{due_date: '2031-02-29'}, 'due_date'],
  [{due_date: '2031-01-01T10:00:00'}, 'due_date'],
  [{due_date: '2031-01-01T25:00:00Z'}, 'due_date'],
  [{due_date: 1893456000}, 'due_date'],
  [{number: 99}, 'number'],
  [{user_id: 'somebody else'}, 'user_id'],
  [{version: 99}, 'version'],
  [{created_at: '2001-01-01T00:00:00.000Z'}, 'created_at'],
  [{updated_at: '2001-01-01T00:00:00.000Z'}, 'updated_at'],
  [{completed_at: '2001-01-01T00:00:00.000Z'}, 'completed_at'],
];

for (const surface of surfaces) {
  const {key, fields} = surface;

  /// Somebody with one task, and what says that nothing of theirs has changed.
  const prepare = async (user_id) => {
    const client = nobody.as(`${surface.name}-${user_id}`);
    client.tasks = surface.tasks(client.user_id);
    const body = fields({
      title: 'untouched', description: 'text', tags: ['a', 'b'], due_date: '2031-01-01',
    });
    client.task = (await client.expect(201, 'POST', client.tasks, {body})).body;
    client.is_as_it_was = async () => {
      const {body: list} = await client.expect(200, 'GET', client.tasks);
      assert.deepEqual(list, [client.task]);
    };
    return client;
  };

  /// The paths of the writes of a body: where they go, and what they are called.
  const writes = (client) => [['POST', client.tasks], ['PUT', `${client.tasks}/1`],
    ['PATCH', `${client.tasks}/1`]];

  describe(`on the ${surface.name} surface`, () => {
    test("another user's task is not there", async () => {
      const ada = await prepare('ada');
      const eve = nobody.as(`${surface.name}-eve`);
      for (const {method, path, body} of CALLS.filter((call) => call.path !== '')) {
        const target = surface.tasks(eve.user_id) + path.replace('#', ada.task.id);
        await eve.expect(404, method, target, {body});
      }
      // Her own numbers begin at 1: Ada's first is not hers either.
      await eve.expect(404, 'GET', `${surface.tasks(eve.user_id)}/1`);
      assert.deepEqual((await eve.expect(200, 'GET', surface.tasks(eve.user_id))).body, []);
      await ada.is_as_it_was();
    });

    test('nobody is let in without a token', async () => {
      const ada = await prepare('alone');
      for (const {method, path, body} of CALLS) {
        await nobody.expect(401, method, ada.tasks + path.replace('#', ada.task.id), {body});
      }
      await ada.is_as_it_was();
    });

    test('a bad field is named, and nothing is changed', async () => {
      const ada = await prepare('fields');
      for (const [body, field] of BAD_FIELDS) {
        for (const [method, path] of writes(ada)) {
          const sent = fields({...(method === 'POST' ? NEW : {}), ...body});
          const answer = await ada.expect(422, method, path, {body: sent});
          // Either spelling names the field.
          const [name, ...more] = field.split('.');
          const expected = [name, key(name)].map((known) => ['body', known, ...more].join('.'));
          const faults = faults_of(answer);
          assert.ok(faults.length === 1 && expected.includes(faults[0]),
                    `${method} ${JSON.stringify(body)}: ${answer.text}`);
        }
      }
      await ada.is_as_it_was();
    });

    test('a title must be there', async () => {
      const ada = await prepare('title');
      for (const body of [{}, {description: 'no title'}]) {
        const answer = await ada.expect(422, 'POST', ada.tasks, {body});
        assert.deepEqual(faults_of(answer), ['body.title']);
      }
      await ada.is_as_it_was();
    });

    test('every fault of a body is said at once', async () => {
      const ada = await prepare('faults');
      const body = fields({title: '', priority: 'extreme', due_date: 'soon', titel: 'x'});
      for (const [method, path] of writes(ada)) {
        const answer = await ada.expect(422, method, path, {body});
        const expected = ['body.title', 'body.priority', `body.${key('due_date')}`, 'body.titel'];
        assert.deepEqual(faults_of(answer).sort(), expected.sort());
      }
    });

    test('status and completed must not contradict each other', async () => {
      const ada = await prepare('contradiction');
      for (const body of [{status: 'completed', completed: false},
        {status: 'TODO', completed: true}, {status: 'in_progress', completed: true}]) {
        for (const [method, path] of writes(ada)) {
          await ada.expect(422, method, path, {body: {...NEW, ...body}});
        }
      }
      await ada.is_as_it_was();
    });

    test('an unknown field is refused, and the nearest one named', async () => {
      const ada = await prepare('unknown');
      const near = {titel: 'title', prioritty: 'priority', [key('due_dat')]: key('due_date')};
      for (const [given, meant] of Object.entries(near)) {
        for (const [method, path] of writes(ada)) {
          const answer = await ada.expect(422, method, path, {body: {...NEW, [given]: 'x'}});
          assert.deepEqual(faults_of(answer), [`body.${given}`]);
          assert.ok(answer.body.errors[0].msg.includes(`'${meant}'`), answer.text);
        }
      }
      const complete = await ada.expect(422, 'PATCH', `${ada.tasks}/1/complete`,
                                        {body: {complete: true}});
      assert.ok(complete.body.errors[0].msg.includes("'completed'"), complete.text);
      await ada.is_as_it_was();
    });

    test('a field that is given twice, in both cases, is refused', async () => {
      const ada = await prepare('twice');
      for (const [method, path] of writes(ada)) {
        await ada.expect(422, method, path, {
          body: {...NEW, due_date: '2031-01-01', dueDate: '2032-02-02'},
        });
      }
      await ada.is_as_it_was();
    });

    test('an id that is no UUID, or is another, is refused', async () => {
      const ada = await prepare('id');
      for (const id of ['1', '', 7, null, '00000000-0000-0000-0000-00000000000g']) {
        for (const [method, path] of writes(ada)) {
          const answer = await ada.expect(422, method, path, {body: {...NEW, id}});
          assert.deepEqual(faults_of(answer), ['body.id']);
        }
      }
      const id = '01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e';
      await ada.expect(422, 'PUT', `${ada.tasks}/1`, {body: {id}});
      await ada.is_as_it_was();
    });

    test('a body that is no JSON is 400, and one that is no object 422', async () => {
      const ada = await prepare('json');
      const paths = [...writes(ada), ['PATCH', `${ada.tasks}/1/complete`]];
      for (const [method, path] of paths) {
        for (const text of ['{', '{"title": "x",}', "{'title': 'x'}", 'title=x', '{} {}',
          '{"title": "\\ud800"}']) {
          await ada.expect(400, method, path, {text});
        }
        for (const body of [[], 'text', 5, true, [{title: 'x'}]]) {
          await ada.expect(422, method, path, {body});
        }
        await ada.expect(422, method, path, {text: 'null'});
      }
      for (const [method, path] of writes(ada)) {
        const answer = await ada.call(method, path);
        assert.ok([400, 422].includes(answer.status), `${method} without a body: ${answer.status}`);
      }
      await ada.is_as_it_was();
    });

    test('a body of another media type is 415', async () => {
      const ada = await prepare('media');
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'text/json',
        'multipart/form-data; boundary=x', 'application/jsonp']) {
        for (const [method, path] of writes(ada)) {
          await ada.expect(415, method, path,
                           {text: JSON.stringify(NEW), headers: {'Content-Type': type}});
        }
      }
      await ada.is_as_it_was();
    });

    test('an unknown query parameter is refused, and the nearest one named', async () => {
      const ada = await prepare('query');
      const answer = await ada.expect(422, 'GET', `${ada.tasks}?statsu=pending`);
      assert.deepEqual(faults_of(answer), ['query.statsu']);
      assert.ok(answer.body.errors[0].msg.includes("'status'"), answer.text);
      for (const {method, path, body} of CALLS) {
        const target = `${ada.tasks}${path.replace('#', '1')}?dry_rum=true`;
        await ada.expect(422, method, target, {body});
      }
      await ada.is_as_it_was();
      await ada.expect(200, 'GET', `${ada.tasks}?_=1234`);
      const twice = await ada.expect(422, 'GET', `${ada.tasks}?limit=1&limit=2`);
      assert.deepEqual(faults_of(twice), ['query.limit']);
    });

    test('a list is not asked for with what it does not take', async () => {
      const ada = await prepare('list');
      const bad = {
        status: 'finished', priority: 'extreme', sort: 'size',
        limit: ['0', '1001', '-1', 'ten', ''],
        skip: ['-1', 'x'], overdue: 'maybe', [key('due_before')]: ['soon', '2031-01-01T10:00:00'],
        [key('due_after')]: '2031-13-01', cursor: ['x', 'W10', ''], tag: long(51), q: long(201),
      };
      for (const [name, values] of Object.entries(bad)) {
        for (const value of [values].flat()) {
          const answer = await ada.expect(422, 'GET', `${ada.tasks}?${name}=${value}`);
          assert.equal(faults_of(answer)[0].split('.').slice(0, 2).join('.'), `query.${name}`);
        }
      }
      const answer = await ada.expect(422, 'GET', ada.tasks,
                                      {headers: {'X-Timezone': 'Mars/Olympus'}});
      assert.deepEqual(faults_of(answer), ['header.X-Timezone']);
    });
  });
}

test('no call takes a query parameter that it does not know', async () => {
  const ada = nobody.as('query-ada');
  for (const [template, operations] of Object.entries(nobody.document.paths)) {
    const path = template.replace('{user_id}', ada.user_id).replace('{task_id}', '1');
    for (const method of Object.keys(operations)) {
      const body = method === 'get' || method === 'delete' ? undefined : {};
      const answer = await ada.expect(422, method.toUpperCase(), `${path}?surprise=1`, {body});
      assert.ok(faults_of(answer).includes('query.surprise'), answer.text);
    }
  }
});

test("another user's path is 403, whether that user is there or not", async () => {
  const [scoped] = surfaces;
  const ada = nobody.as('path-ada');
  const eve = nobody.as('path-eve');
  const {body: task} = await ada.expect(201, 'POST', scoped.tasks('path-ada'), {body: NEW});
  for (const owner of ['path-ada', 'path-nobody', 'PATH-EVE', 'path-eve%20']) {
    for (const {method, path, body} of CALLS) {
      await eve.expect(403, method, `/api/${owner}/tasks${path.replace('#', task.id)}`, {body});
    }
  }
  const {body: list} = await ada.expect(200, 'GET', '/api/path-ada/tasks');
  assert.deepEqual(list, [task]);
});
