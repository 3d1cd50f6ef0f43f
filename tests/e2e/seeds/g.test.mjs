// A backend whose tasks have a priority and tags, and whose PUT changes any of their fields: Better
// Auth signs the tokens with the BETTER_AUTH_SECRET that both have.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {faults_of} from '../support/client.mjs';
import {
  check_cors, check_no_cors, check_pages, check_refused, scoped_calls, serve, while_serving,
} from '../support/front_end.mjs';
import {claims_of, now_s, sign} from '../support/jwt.mjs';
import {INSTANT, UUID_V7} from '../support/surfaces.mjs';
import * as g from './g.mjs';

const DAY_S = 86_400;

let server;
let nobody;

before(async () => {
  ({server, nobody} = await serve(g.dotenv));
});
after(() => server.stop());

const someone = () => g.someone(nobody);

const create = async (client, body) =>
  (await client.expect(201, 'POST', client.tasks, {body})).body;

test('the root says that the API is running', async () => {
  const {body} = await nobody.expect(200, 'GET', '/');
  assert.deepEqual(body, {status: 'ok', message: 'Todo API is running'});
});

describe('a task', () => {
  test('begins with a medium priority and no tags', async () => {
    const ada = someone();
    const {id, created_at, updated_at, ...rest} = await create(ada, {title: 'Buy groceries'});
    assert.match(id, UUID_V7);
    assert.match(created_at, INSTANT);
    assert.match(updated_at, INSTANT);
    // What todod has beside the fields of such a backend.
    const more = {number: 1, status: 'pending', due_date: null, completed_at: null, version: 1};
    assert.deepEqual(rest, {
      title: 'Buy groceries', description: null, completed: false, priority: 'Medium', tags: [],
      user_id: ada.user_id, ...more,
    });
  });

  test('has the priority that it is given, and is refused with any other', async () => {
    const ada = someone();
    for (const priority of ['High', 'Medium', 'Low']) {
      assert.equal((await create(ada, {title: 'x', priority})).priority, priority);
    }
    for (const priority of ['Critical', '', 1]) {
      const wrong = await ada.expect(422, 'POST', ada.tasks, {body: {title: 'x', priority}});
      assert.deepEqual(faults_of(wrong), ['body.priority']);
    }
  });

  test('keeps its tags in their order', async () => {
    const ada = someone();
    const tags = ['work', 'client', 'a, with a comma'];
    const made = await create(ada, {title: 'Meeting', tags});
    assert.deepEqual(made.tags, tags);
    const {body} = await ada.expect(200, 'GET', `${ada.tasks}/${made.id}`);
    assert.deepEqual(body, made);
  });

  test('is changed by PUT in what is named, and in nothing else', async () => {
    const ada = someone();
    const made = await create(ada, {
      title: 'before', description: 'text', priority: 'Low', tags: ['a'],
    });
    const path = `${ada.tasks}/${made.id}`;
    const changes = [{title: 'after'}, {description: 'other'}, {description: null},
      {completed: true}, {completed: false}, {priority: 'High'}, {tags: ['x', 'y']}, {tags: []},
      {title: 'all', description: 'of it', completed: true, priority: 'Medium', tags: ['z']}];
    const shown = ({title, description, completed, priority, tags}) =>
      ({title, description, completed, priority, tags});
    let expected = shown(made);
    for (const change of changes) {
      expected = {...expected, ...change};
      const {body} = await ada.expect(200, 'PUT', path, {body: change});
      assert.deepEqual(shown(body), expected, JSON.stringify(change));
      assert.ok(body.updated_at >= made.updated_at);
    }
    const {body: same} = await ada.expect(200, 'PUT', path, {body: {}});
    assert.deepEqual(shown(same), expected);
  });

  test('is refused with what its type does not allow', async () => {
    const ada = someone();
    const {id} = await create(ada, {title: 'as it is'});
    const bad = [[{title: ''}, 'title'], [{title: 'x'.repeat(201)}, 'title'],
      [{title: 'x', description: 'y'.repeat(1001)}, 'description'],
      [{title: 'x', tags: 'home'}, 'tags'], [{title: 'x', completed: 'yes'}, 'completed']];
    for (const [body, field] of bad) {
      for (const [method, path] of [['POST', ada.tasks], ['PUT', `${ada.tasks}/${id}`]]) {
        const answer = await ada.expect(422, method, path, {body});
        assert.deepEqual(faults_of(answer), [`body.${field}`]);
      }
    }
    assert.equal((await ada.expect(200, 'GET', `${ada.tasks}/${id}`)).body.title, 'as it is');
  });

  test('is turned round, listed and deleted', async () => {
    const ada = someone();
    const {id} = await create(ada, {title: 'finish'});
    const path = `${ada.tasks}/${id}`;
    for (const completed of [true, false, true]) {
      const {body} = await ada.expect(200, 'PATCH', `${path}/complete`);
      assert.equal(body.completed, completed);
    }
    const {body: list} = await ada.expect(200, 'GET', ada.tasks);
    assert.deepEqual(list.map((task) => [task.id, task.completed]), [[id, true]]);
    assert.equal((await ada.expect(204, 'DELETE', path)).text, '');
    await check_refused(ada, 404, scoped_calls(ada.tasks, id).slice(2));
  });
});

describe('a caller', () => {
  test('needs a token that holds', async () => {
    const ada = someone();
    const {id} = await create(ada, {title: 'mine'});
    const {sub, exp} = claims_of(ada.user_id);
    const forged = [
      sign({sub, exp: now_s() - DAY_S}), sign({exp}), sign({sub, exp}, {secret: 'another secret'}),
      sign({sub, exp}, {header: {alg: 'none'}}), 'no JWT',
    ];
    await check_refused(nobody, 401, scoped_calls(ada.tasks, id));
    for (const token of forged) {
      await check_refused(nobody.with_token(token), 401, [['GET', ada.tasks]]);
    }
    await nobody.with_token(sign({sub, exp})).expect(200, 'GET', ada.tasks);
  });

  test("reaches no other user's tasks", async () => {
    const ada = someone();
    const {id} = await create(ada, {title: 'mine'});
    const eve = someone();
    await check_refused(eve, 403, scoped_calls(ada.tasks, id));
    await check_refused(eve, 404, scoped_calls(eve.tasks, id).slice(2));
    assert.equal((await ada.expect(200, 'GET', ada.tasks)).body[0].title, 'mine');
  });
});

test('the pages, and both origins', async () => {
  await check_pages(nobody);
  const ada = someone();
  for (const origin of ['http://localhost:3000', 'https://yourfrontend.com']) {
    await check_cors(ada, origin, ada.tasks);
  }
  await check_no_cors(ada, 'https://evil.example', ada.tasks);
});

for (const [name, text, secret] of [
  ['the first .env', g.first_dotenv, 'your-secret-key-here'],
  ['the example', g.example, 'your-secret-key-minimum-32-characters'],
]) {
  test(`${name} starts a server that believes its front end`, async () => {
    await while_serving(text, {}, async (client) => {
      const ada = client.with_token(sign(claims_of('ada'), {secret}));
      await ada.expect(201, 'POST', '/api/ada/tasks', {body: {title: 'first'}});
      await client.as('ada').expect(401, 'GET', '/api/ada/tasks');
      await check_cors(ada, 'https://yourfrontend.com', '/api/ada/tasks');
      await check_no_cors(ada, 'http://localhost:3001', '/api/ada/tasks');
    });
  });
}
