// The chat and the conversations of a backend with accounts of its own.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {after, before, describe, test} from 'node:test';

import {
  bad_tokens_of, check_phrases, list, read_history, say, serve_in_turn, tools_of, turns_of,
  without_model,
} from '../support/assistant.mjs';
import {faults_of} from '../support/client.mjs';
import {execute} from '../support/database.mjs';
import {check_refused, serve, while_serving} from '../support/front_end.mjs';
import {calls, says, start_model} from '../support/model.mjs';
import * as t from './t.mjs';

const GROCERIES = 'add task buy groceries';

let server;
let nobody;
let ada;

before(async () => {
  ({server, nobody} = await serve(without_model(t.dotenv)));
  ada = await t.sign_up(nobody, 'Ada Lovelace', 'ada@example.com');
});
after(() => server.stop());

/// Somebody of `client`'s server, whose account the tests do not need.
function someone(client = nobody, user_id = randomUUID()) {
  return Object.assign(client.as(user_id), {
    user_id, tasks: `/api/${user_id}/tasks`, chat: `/api/${user_id}/chat`,
    conversations: `/api/${user_id}/conversations`,
  });
}

/// The calls of a user's conversations.
const calls_of = ({chat, conversations}) => [
  ['POST', chat, {message: GROCERIES}], ['GET', `${conversations}/history`],
  ['DELETE', `${conversations}/clear`],
];

describe('the chat', () => {
  test('answers who has signed in, with the names of the tools', async () => {
    const {conversation_id, response, tool_calls} = await say(ada, GROCERIES);
    assert.ok(Number.isInteger(conversation_id));
    assert.match(response, /'Buy groceries'/);
    assert.deepEqual(tool_calls, ['add_task']);
    const listed = await say(ada, 'show me all tasks');
    assert.deepEqual(listed.tool_calls, ['list_tasks']);
    const thanked = await say(ada, 'thanks');
    assert.deepEqual(thanked.tool_calls, []);
    assert.deepEqual(await list(ada), {1: 'Buy groceries'});
  });

  test('goes on with the conversation that it is given', async () => {
    const client = someone();
    const {conversation_id} = await say(client, GROCERIES);
    assert.equal((await say(client, 'complete it', {conversation_id})).conversation_id,
                 conversation_id);
    const other = await say(client, 'show me all tasks');
    assert.notEqual(other.conversation_id, conversation_id);
    assert.deepEqual(await list(client), {1: 'Buy groceries, done'});
    assert.equal((await read_history(client, conversation_id)).length, 4);
  });

  test('is told what is wrong with a message', async () => {
    const client = someone();
    const bad = [
      [{}, 'message'], [{message: ''}, 'message'], [{message: ['x']}, 'message'],
      [{message: 'x', conversation_id: 'y'}, 'conversation_id'],
      [{message: 'x', conversation_id: 1.5}, 'conversation_id'],
    ];
    for (const [body, field] of bad) {
      const answer = await client.expect(422, 'POST', client.chat, {body});
      assert.deepEqual(faults_of(answer), [`body.${field}`]);
    }
    const unknown = {message: 'x', conversation_id: 4711};
    await check_refused(client, 404, [['POST', client.chat, unknown]]);
    assert.deepEqual(await read_history(client), []);
  });
});

describe('conversations', () => {
  test('are read one by one, and all at once', async () => {
    const client = someone();
    assert.deepEqual(await read_history(client), []);
    const first = await say(client, GROCERIES);
    const second = await say(client, "what's pending?");
    const said = [
      ['user', GROCERIES], ['assistant', first.response],
      ['user', "what's pending?"], ['assistant', second.response],
    ];
    const all = await read_history(client);
    assert.deepEqual(turns_of(all), said);
    for (const [id, turns] of [[first.conversation_id, said.slice(0, 2)],
                               [second.conversation_id, said.slice(2)]]) {
      const messages = await read_history(client, id);
      assert.deepEqual(turns_of(messages), turns);
      assert.deepEqual(messages.map(({conversation_id}) => conversation_id), [id, id]);
    }
    const times = all.map(({timestamp}) => timestamp);
    assert.deepEqual(times, [...times].sort());
    await check_refused(client, 404,
                        [['GET', `${client.conversations}/history?conversation_id=4711`]]);
    const wrong = await client.expect(422, 'GET', `${client.conversations}/history` +
                                                  '?conversation_id=x');
    assert.deepEqual(faults_of(wrong), ['query.conversation_id']);
  });

  test('are cleared, and nothing is left of them but what was done', async () => {
    const client = someone();
    const {conversation_id} = await say(client, GROCERIES);
    await say(client, 'thanks');
    assert.equal((await client.expect(204, 'DELETE', `${client.conversations}/clear`)).text, '');
    assert.deepEqual(await read_history(client), []);
    assert.deepEqual((await client.expect(200, 'GET', client.conversations)).body, []);
    await check_refused(client, 404, [
      ['GET', `${client.conversations}/history?conversation_id=${conversation_id}`],
      ['POST', client.chat, {message: 'thanks', conversation_id}],
    ]);
    assert.deepEqual(await list(client), {1: 'Buy groceries'});
    await client.expect(204, 'DELETE', `${client.conversations}/clear`);
  });

  test("are their user's alone", async () => {
    const [client, eve] = [someone(), someone()];
    const {conversation_id} = await say(client, GROCERIES);
    await check_refused(nobody, 401, calls_of(client));
    for (const token of bad_tokens_of(client.user_id)) {
      await check_refused(nobody.with_token(token), 401, calls_of(client));
    }
    await check_refused(eve, 403, calls_of(client));
    await check_refused(eve, 404, [
      ['GET', `${eve.conversations}/history?conversation_id=${conversation_id}`],
      ['POST', eve.chat, {message: 'complete it', conversation_id}],
    ]);
    await eve.expect(204, 'DELETE', `${eve.conversations}/clear`);
    assert.deepEqual(await read_history(eve), []);
    assert.equal((await read_history(client, conversation_id)).length, 2);
    assert.deepEqual(await list(client), {1: 'Buy groceries'});
  });

  test('go with the account', async () => {
    const short = await t.sign_up(nobody, 'Short', 'short@example.com');
    const message = 'add task that will be gone soon';
    await say(short, message);
    const rows_of = (table, column, text) => Number(execute(server.folder,
      `SELECT count(*) FROM ${table} WHERE ${column} = '${text}'`));
    const rows = () => [rows_of('conversations', 'title', message),
                        rows_of('messages', 'content', message)];
    assert.deepEqual(rows(), [1, 1]);
    await short.expect(204, 'DELETE', '/api/auth/me');
    assert.deepEqual(rows(), [0, 0]);
    await check_refused(short, 401, calls_of(short));
  });
});

/// What such an assistant understands. Where that is not all that it needs, it asks.
const PHRASES = [
  {'add task buy groceries': {uses: ['add_task'], leaves: {8: 'Buy groceries'},
                              says: /added 'Buy groceries'/}},
  {'I need to remember to pay bills': {uses: ['add_task'], leaves: {8: 'Pay bills'},
                                       says: /added 'Pay bills'/}},
  {'create a task for meeting tomorrow': {uses: ['add_task'], leaves: {8: 'Meeting, tomorrow'},
                                          says: /due tomorrow/}},
  {'show me all tasks': {shows: [1, 2, 3, 4, 5, 6, 7]}},
  {"what's pending?": {shows: [1, 2, 3, 4, 5, 7]}},
  {'list completed tasks': {shows: [6]}},
  {'mark task 3 as done': {uses: ['complete_task'], leaves: {3: 'Write the report, done, High'},
                           says: /'Write the report' as completed/}},
  {'complete the grocery task': {uses: ['complete_task'], leaves: {4: 'Buy groceries, done'},
                                 says: /'Buy groceries' as completed/}},
  {'I finished task 5': {uses: ['complete_task'], leaves: {5: 'Call mom, done'},
                         says: /'Call mom' as completed/}},
  {'delete task 2': {uses: ['delete_task'], leaves: {2: undefined},
                     says: /deleted 'Meeting with Bob'/}},
  {'remove the meeting task': {uses: ['delete_task'], leaves: {2: undefined},
                               says: /deleted 'Meeting with Bob'/}},
  {'get rid of task 7': {uses: ['delete_task'], leaves: {7: undefined},
                         says: /deleted 'Water the plants'/}},
  {"change task 1 to 'call mom tonight'": {uses: ['update_task'], leaves: {1: 'Call mom tonight'},
                                           says: /'Call mom tonight'/}},
  {
    'update task 3 description': {says: /description of task 3 'Write the report'.*\?$/},
    'Two pages by Monday': {uses: ['update_task'],
                            leaves: {3: 'Write the report, Two pages by Monday, High'}},
  },
  {
    'rename task 5': {says: /call task 5 'Call mom'\?$/},
    'Call dad': {uses: ['update_task'], leaves: {5: 'Call dad'}, says: /'Call dad'/},
  },
];

describe('without a model', () => {
  for (const phrases of PHRASES) {
    test(`is understood: ${Object.keys(phrases).join(', ')}`,
         () => check_phrases(someone(), phrases));
  }

  test('asks which task is meant, and gives examples', async () => {
    const client = someone();
    for (const title of ['Meeting with Bob', 'Meeting with Ada']) {
      await client.expect(201, 'POST', client.tasks, {body: {title}});
    }
    const both = {1: 'Meeting with Bob', 2: 'Meeting with Ada'};
    const {response, conversation_id} = await say(client, 'remove the meeting task');
    assert.match(response, /\?/);
    for (const title of Object.values(both)) assert.ok(response.includes(title), response);
    assert.deepEqual(await list(client), both);
    await say(client, 'the one with Ada', {conversation_id});
    assert.deepEqual(await list(client), {1: 'Meeting with Bob'});
    assert.match((await say(client, 'what can you do?')).response, /"Add a task to /);
  });
});

/// What each tool gives, as the history shows it.
describe('a tool', () => {
  const deeds = {
    'mark task 1 as done': ['complete_task', 'completed', 'Call mom'],
    "change task 1 to 'call dad'": ['update_task', 'updated', 'Call dad'],
    'delete task 1': ['delete_task', 'deleted', 'Call mom'],
  };

  /// The last tool call of what is said by somebody with a task, and who that is.
  async function call_of(message) {
    const client = someone();
    const body = {title: 'Call mom', description: 'At 8'};
    await client.expect(201, 'POST', client.tasks, {body});
    await say(client, message);
    const [, {tool_calls}] = await read_history(client);
    assert.equal(tool_calls.at(-1).result.success, true);
    return {client, ...tool_calls.at(-1)};
  }

  for (const [message, [name, status, title]] of Object.entries(deeds)) {
    test(`tells what it has done: ${name}`, async () => {
      const {tool_name, result: {data}} = await call_of(message);
      assert.deepEqual([tool_name, data.task_id, data.status, data.title],
                       [name, 1, status, title]);
      assert.match(data.message, /Call (mom|dad)/);
    });
  }

  test('tells what it has done: add_task', async () => {
    const {tool_name, result: {data}} = await call_of(GROCERIES);
    assert.deepEqual([tool_name, data.task_id, data.status, data.title],
                     ['add_task', 2, 'created', 'Buy groceries']);
    assert.match(data.message, /Buy groceries/);
  });

  test('lists with a count and the filter', async () => {
    const of_messages = {'show me all tasks': ['all', 1], "what's pending?": ['pending', 1],
                         'list completed tasks': ['completed', 0]};
    for (const [message, [status_filter, count]] of Object.entries(of_messages)) {
      const {client, tool_name, result: {data}} = await call_of(message);
      assert.equal(tool_name, 'list_tasks');
      assert.deepEqual([data.status_filter, data.count], [status_filter, count]);
      const {body: tasks} = await client.expect(200, 'GET',
                                                `${client.tasks}?status=${status_filter}`);
      const shown = ({id, title, description, completed, created_at}) =>
        ({id, title, description, completed, created_at});
      assert.deepEqual(data.tasks.map(shown), tasks.map(shown));
    }
  });
});

describe('with a model', () => {
  const FIXTURES = [
    says(GROCERIES, calls(['add', 'add_task', {title: 'Buy groceries'}])),
    says(GROCERIES, {content: "I've added 'Buy groceries'."}, {after: 'add'}),
    says('I finished it', calls(['look', 'list_tasks', {status: 'pending'}])),
    says('I finished it', calls(['done', 'complete_task', {task_id: 1}]), {after: 'look'}),
    says('I finished it', {content: 'Well done!'}, {after: 'done'}),
    says('be broken', {error: {message: 'The server had an error', type: 'server_error'},
                       status: 500}),
  ];
  let model;

  before(async () => {
    model = await start_model(FIXTURES, {keys: t.OPENROUTER_KEY});
  });
  after(() => model.stop());

  /// The address of the provider is the model's, whichever of the .envs is read.
  for (const [name, dotenv, more] of [['.env', t.dotenv, {}],
                                      ['secrets on Kubernetes', t.secrets, t.DEPLOYMENT]]) {
    test(`asks it as the ${name} says`, async () => {
      const asked_before = (await model.journal()).length;
      await while_serving(dotenv, {...more, OPENAI_BASE_URL: model.url}, async (client) => {
        const bob = someone(client);
        const {response, tool_calls, conversation_id} = await say(bob, GROCERIES);
        assert.equal(response, "I've added 'Buy groceries'.");
        assert.deepEqual(tool_calls, ['add_task']);
        const finished = await say(bob, 'I finished it', {conversation_id});
        assert.equal(finished.response, 'Well done!');
        assert.deepEqual(finished.tool_calls, ['list_tasks', 'complete_task']);
        assert.deepEqual(await list(bob), {1: 'Buy groceries, done'});
      });
      const asked = (await model.journal()).slice(asked_before);
      assert.equal(asked.length, 5);
      for (const request of asked) {
        assert.equal(request.body.model, t.MODEL);
        const tools = tools_of(request);
        for (const tool of ['add_task', 'list_tasks', 'complete_task', 'delete_task',
                            'update_task']) {
          assert.ok(tools[tool], tool);
        }
      }
      // What was said before comes from the database.
      const texts = asked.at(-1).body.messages.map(({role, content}) => `${role} ${content}`);
      for (const text of [`user ${GROCERIES}`, "assistant I've added 'Buy groceries'."]) {
        assert.ok(texts.includes(text), texts.join('\n'));
      }
    });
  }

  test('that fails, the message is kept and nothing of the provider shown', async () => {
    const env = {OPENAI_BASE_URL: model.url};
    await while_serving(t.dotenv, env, async (client) => {
      const bob = someone(client);
      // Such a backend answers 500.
      const answer = await bob.call('POST', bob.chat, {body: {message: 'be broken'}});
      assert.ok([502, 503].includes(answer.status), answer.text);
      assert.doesNotMatch(answer.text, /server had an error|server_error/);
      assert.deepEqual(turns_of(await read_history(bob)), [['user', 'be broken']]);
    });
  });
});

test('a question is still open after a restart', async () => {
  const user_id = randomUUID();
  let conversation_id;
  await serve_in_turn(without_model(t.dotenv), {}, async (client) => {
    const bob = someone(client, user_id);
    await bob.expect(201, 'POST', bob.tasks, {body: {title: 'Call mom'}});
    ({conversation_id} = await say(bob, 'rename task 1'));
  }, async (client) => {
    const bob = someone(client, user_id);
    assert.equal((await read_history(bob, conversation_id)).length, 2);
    await say(bob, 'Call dad', {conversation_id});
    assert.deepEqual(await list(bob), {1: 'Call dad'});
  });
});
