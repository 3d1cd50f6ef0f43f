// A hundred tasks that the assistant has changed in one turn are taken back by one sentence, by
// either engine; those that somebody has edited since are left, and named.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {Client, read_all} from './support/client.mjs';
import {calls, says, start_model} from './support/model.mjs';
import {make_folder, remove_folder, start} from './support/server.mjs';

const CHAT = '/api/chat/message';
const COUNT = 100;
const AT_ONCE = 25;
const EDITED = [7, 42, 99];

const numbers = Array.from({length: COUNT}, (_, i) => i + 1);
const uses = [0, 1, 2, 3].map((i) =>
  [`done${i}`, 'complete_tasks',
   {task_ids: numbers.slice(i * AT_ONCE, (i + 1) * AT_ONCE).map(String)}]);

const FIXTURES = [
  says('I have done everything', calls(...uses)),
  says('I have done everything', {content: 'All 100 are done.'}, {after: 'done3'}),
  says('undo that', calls(['back', 'undo_changes', {}])),
  says('undo that', {content: 'I took it back, but for three.'}, {after: 'back'}),
  says('what has changed', calls(['changes', 'list_changes', {limit: 2}])),
  says('what has changed', {content: 'You see.'}, {after: 'changes'}),
  says('would it be wise', calls(['try', 'complete_task', {task_id: '1', dry_run: true}])),
  says('would it be wise', {content: 'It would complete task 1.'}, {after: 'try'}),
];

let folder;
let model;
let server;
let nobody;
let users = 0;

before(async () => {
  folder = make_folder();
  model = await start_model(FIXTURES);
});
after(async () => {
  await server?.stop();
  await model.stop();
  remove_folder(folder);
});

/// Serves the same database, with a model or without one.
async function serve(env) {
  await server?.stop();
  server = undefined;
  server = await start({folder, env});
  nobody = await Client.of(server);
}

const with_model = () => serve({OPENAI_API_KEY: 'sk-of-the-tests-of-undo',
                                OPENAI_BASE_URL: model.url});
const say = async (client, message, conversation_id) =>
  (await client.expect(200, 'POST', CHAT, {
    body: {message, ...(conversation_id && {conversation_id})},
  })).body;

/// Somebody with a hundred tasks, which the model has completed in one turn; three of them they
/// have edited since.
async function have_all_done() {
  const user_id = `user-${++users}`;
  const client = nobody.as(user_id);
  const operations = numbers.map((i) => ({op: 'create', task: {title: `Day ${i}`}}));
  await client.expect(200, 'POST', '/api/batch', {body: {operations}});
  const {conversation_id, tool_calls} = await say(client, 'I have done everything');
  assert.deepEqual(tool_calls.map(({tool_name}) => tool_name), Array(4).fill('complete_tasks'));
  const tasks = await read_all(client);
  assert.equal(tasks.filter(({completed}) => completed).length, COUNT);
  for (const number of EDITED) {
    await client.expect(200, 'PATCH', `/api/tasks/${number}/complete`, {body: {completed: false}});
    await client.expect(200, 'PATCH', `/api/tasks/${number}`, {body: {status: 'in_progress'}});
  }
  return {user_id, conversation_id};
}

async function check_taken_back(client) {
  const tasks = await read_all(client);
  for (const task of tasks) {
    const expected = EDITED.includes(task.number) ? 'IN_PROGRESS' : 'TODO';
    assert.equal(task.status, expected, `task ${task.number}`);
  }
  const sets = (await client.expect(200, 'GET', '/api/changesets?limit=1')).body;
  assert.equal(sets[0].count, COUNT - EDITED.length);
  assert.equal(sets[0].first.origin.via, 'assistant');
}

describe('what one turn has changed', () => {
  test('is one change set, of the conversation', async () => {
    await with_model();
    const {user_id, conversation_id} = await have_all_done();
    const client = nobody.as(user_id);
    const sets = (await client.expect(200, 'GET', '/api/changesets')).body;
    const [of_turn] = sets.filter(({count}) => count === COUNT && count > 1);
    assert.deepEqual(of_turn.first.origin, {
      via: 'assistant', isService: false, conversationId: conversation_id,
      requestId: of_turn.first.origin.requestId,
    });
  });

  test('is taken back by a model, but for what was edited since', async () => {
    await with_model();
    const {user_id, conversation_id} = await have_all_done();
    const client = nobody.as(user_id);
    const {tool_calls} = await say(client, 'undo that', conversation_id);
    const [{result: {success, data}}] = tool_calls;
    assert.equal(success, true);
    assert.equal(data.count, COUNT - EDITED.length);
    assert.equal(data.left.length, EDITED.length);
    for (const number of EDITED) {
      assert.ok(data.left.some((each) => each.startsWith(`task ${number} 'Day ${number}'`)));
    }
    await check_taken_back(client);
  });

  test('is taken back by the builtin engine, which names what it has left', async () => {
    await with_model();
    const {user_id, conversation_id} = await have_all_done();
    await serve({});
    const client = nobody.as(user_id);
    const {response, tool_calls} = await say(client, 'undo that', conversation_id);
    assert.deepEqual(tool_calls.map(({tool_name}) => tool_name), ['undo_changes']);
    assert.match(response, /taken back 97 changes/);
    for (const number of EDITED) assert.ok(response.includes(`task ${number} 'Day ${number}'`));
    await check_taken_back(client);
    const again = await say(client, 'undo', conversation_id);
    assert.match(again.response, /nothing that I could take back/);
    await check_taken_back(client);
  });

  test('is not what somebody else is asked to take back', async () => {
    await serve({});
    const {response} = await say(nobody.as('another'), 'undo that');
    assert.match(response, /nothing that I could take back/);
  });
});

describe('the builtin engine', () => {
  test('brings a deleted task back under its number', async () => {
    await serve({});
    const client = nobody.as('restorer');
    const {conversation_id} = await say(client, 'add a task to buy groceries');
    await say(client, 'delete task 1', conversation_id);
    const {response} = await say(client, 'bring back the groceries task', conversation_id);
    assert.match(response, /restored 'Buy groceries'/);
    const [task] = await read_all(client);
    assert.deepEqual([task.number, task.title], [1, 'Buy groceries']);
  });
});

describe('a model', () => {
  test('is told what was changed, and what a change would come to', async () => {
    await with_model();
    const client = nobody.as('curious');
    await client.expect(201, 'POST', '/api/tasks', {body: {title: 'Milk'}});
    const changes = await say(client, 'what has changed');
    const [set] = changes.tool_calls[0].result.data.changesets;
    assert.deepEqual([set.changeset_id, set.by, set.what], [1, 'the API', "task 1 'Milk': added"]);
    const tried = await say(client, 'would it be wise');
    assert.deepEqual(tried.tool_calls[0].result.data, {
      dry_run: true, changes: ['task 1: status pending → completed'],
    });
    const [task] = await read_all(client);
    assert.equal(task.completed, false);
  });
});
