// The chat of a backend that keeps nothing in memory and counts its users' turns.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {
  bad_tokens_of, check_phrases, list, read_history, say, serve_in_turn, tools_of, turns_of,
} from '../support/assistant.mjs';
import {Client} from '../support/client.mjs';
import {check_refused, serve, while_serving} from '../support/front_end.mjs';
import {calls, says, start_model} from '../support/model.mjs';
import {start} from '../support/server.mjs';
import * as r from './r.mjs';

const GROCERIES = 'Add a task to buy groceries';
const ADDED = "I've added 'Buy groceries' to your tasks.";
const TURNS_A_MINUTE = 20;
const FIVE_TOOLS = ['add_task', 'list_tasks', 'complete_task', 'update_task', 'delete_task'];

let server;
let nobody;
let people = 0;

before(async () => {
  ({server, nobody} = await serve(r.dotenv));
});
after(() => server.stop());

const someone = () => r.someone(nobody, `talker-${people += 1}`);

/// The one tool call of an answer is that which such a backend shows.
function check_added({response, tool_calls}) {
  assert.ok(response.startsWith(ADDED), response);
  assert.equal(tool_calls.length, 1);
  const [{tool_name, parameters, result, ...rest}] = tool_calls;
  assert.equal(tool_name, 'add_task');
  assert.deepEqual(parameters, {title: 'Buy groceries'});
  assert.equal(result.success, true);
  const {id, title, completed} = result.data;
  assert.equal(typeof id, 'string');
  assert.deepEqual([title, completed], ['Buy groceries', false]);
  assert.deepEqual(rest, {});
  return id;
}

describe('a message', () => {
  test('is answered with what the tools were given and have given', async () => {
    const ada = someone();
    const id = check_added(await say(ada, GROCERIES));
    const {body: task} = await ada.expect(200, 'GET', `${ada.tasks}/${id}`);
    assert.equal(task.title, 'Buy groceries');
    const shown = await say(ada, 'Show me my incomplete tasks');
    const [{tool_name, parameters, result}] = shown.tool_calls;
    assert.deepEqual([tool_name, parameters.status], ['list_tasks', 'pending']);
    assert.equal(result.data.count, 1);
    assert.equal(result.data.tasks[0].id, id);
    assert.ok(shown.response.includes('Buy groceries'));
  });

  test('that is none is a bad request', async () => {
    const ada = someone();
    const longest = 5000;
    const bad = [{}, {message: ''}, {message: '  '}, {message: null}, {message: 7}, [],
      {message: 'x'.repeat(longest + 1)}, {message: 'x', conversation_id: 'y'}];
    for (const body of bad) await check_refused(ada, 400, [['POST', ada.chat, body]]);
    const {body} = await ada.expect(400, 'POST', ada.chat, {body: {}});
    assert.match(body.detail, /message/);
    assert.equal((await ada.expect(400, 'POST', ada.chat, {text: '{"message'})).status, 400);
    assert.deepEqual(await read_history(ada), []);
    await say(ada, 'x'.repeat(longest));
  });

  test("needs its user's own token", async () => {
    const ada = someone();
    const eve = someone();
    const call = ['POST', ada.chat, {message: GROCERIES}];
    await check_refused(nobody, 401, [call]);
    for (const token of bad_tokens_of(ada.user_id)) {
      await check_refused(nobody.with_token(token), 401, [call]);
    }
    await check_refused(eve, 403, [call]);
    assert.deepEqual(await list(ada), {});
  });

  test("is never said in another user's conversation", async () => {
    const [ada, eve] = [someone(), someone()];
    const {conversation_id} = await say(ada, GROCERIES);
    // Such a backend answers 403, and so tells that there is one.
    await check_refused(eve, 404, [['POST', eve.chat, {message: 'delete it', conversation_id}]]);
    assert.equal((await read_history(ada, conversation_id)).length, 2);
    assert.deepEqual(await read_history(eve), []);
    assert.deepEqual(await list(ada), {1: 'Buy groceries'});
  });

  test('is understood by what was said before it', async () => {
    const ada = someone();
    const {conversation_id} = await say(ada, GROCERIES);
    await say(ada, 'Add a task to call mom', {conversation_id});
    await say(ada, 'make it high priority', {conversation_id});
    await say(ada, 'Show me my tasks', {conversation_id});
    await say(ada, 'complete the second one', {conversation_id});
    assert.deepEqual(await list(ada), {1: 'Buy groceries, done', 2: 'Call mom, High'});
    assert.equal((await read_history(ada, conversation_id)).length, 10);
  });

  test('is in no log, and found by its id', async () => {
    const ada = someone();
    const answer = await ada.expect(200, 'POST', ada.chat,
                                    {body: {message: 'Add a task to hide the treasure'}});
    assert.ok(answer.headers.get('x-request-id'));
    assert.doesNotMatch(server.log, /treasure/);
  });

  test('is one of twenty a minute, each user by themselves', async () => {
    const [ada, eve] = [someone(), someone()];
    for (let turn = 0; turn < TURNS_A_MINUTE; ++turn) await say(ada, 'thanks');
    const {headers, body} = await ada.expect(429, 'POST', ada.chat, {body: {message: 'thanks'}});
    assert.match(headers.get('retry-after'), /^\d+$/);
    assert.equal(headers.get('x-ratelimit-limit'), String(TURNS_A_MINUTE));
    assert.equal(headers.get('x-ratelimit-remaining'), '0');
    assert.equal(body.request_id, headers.get('x-request-id'));
    await say(eve, 'thanks');
    assert.equal((await read_history(ada)).length, 2 * TURNS_A_MINUTE);
  });
});

/// What each of the five tools is for, in all its ways.
const PHRASES = [
  {'Add a task to buy bread': {uses: ['add_task'], leaves: {8: 'Buy bread'}}},
  {'Show me all my tasks': {shows: [1, 2, 3, 4, 5, 6, 7]}},
  {'Show me my incomplete tasks': {shows: [1, 2, 3, 4, 5, 7]}},
  {'Show me my completed tasks': {shows: [6]}},
  {'Mark task 1 as completed': {uses: ['complete_task'], leaves: {1: 'Pay bills, done'}}},
  {"Change task 2 to 'Meeting with Ada'": {uses: ['update_task'],
                                           leaves: {2: 'Meeting with Ada'}}},
  {'Delete task 3': {uses: ['delete_task'], leaves: {3: undefined}}},
];

describe('without a model', () => {
  for (const phrases of PHRASES) {
    test(`is understood: ${Object.keys(phrases).join(', ')}`,
         () => check_phrases(someone(), phrases));
  }
});

test('a conversation survives its server, and goes on at any other', async () => {
  let conversation_id;
  const said = [];
  const saying = (message) => async (client) => {
    const ada = r.someone(client, 'ada');
    const answer = await say(ada, message, conversation_id && {conversation_id});
    ({conversation_id} = answer);
    said.push(['user', message], ['assistant', answer.response]);
    assert.deepEqual(turns_of(await read_history(ada, conversation_id)), said);
    return list(ada);
  };
  const at_two = async (client, {folder}) => {
    const env = {AUTH_SECRET: undefined};
    const other = await start({folder, dotenv: r.dotenv, env});
    try {
      const client_of_other = await Client.of(other);
      await saying('Buy bread')(client_of_other);
      await saying('Show me my tasks')(client);
      const tasks = await saying('mark it as done')(client_of_other);
      assert.deepEqual(tasks, {1: 'Buy bread, done'});
    } finally {
      await other.stop();
    }
  };
  await serve_in_turn(r.dotenv, {}, saying(GROCERIES), saying('rename it'), at_two);
});

test('an answer comes even where the log cannot be written', async () => {
  const to_full_disk = (folder) => `${r.dotenv(folder)}LOG_FILE=/dev/full\n`;
  await while_serving(to_full_disk, {}, async (client) => {
    const ada = r.someone(client, 'ada');
    check_added(await say(ada, GROCERIES));
    assert.deepEqual(await list(ada), {1: 'Buy groceries'});
  });
});

describe('with a model', () => {
  const FIXTURES = [
    says(GROCERIES, calls(['add', 'add_task', {title: 'Buy groceries'}])),
    says(GROCERIES, {content: ADDED}, {after: 'add'}),
    says('Show me my incomplete tasks', calls(['list', 'list_tasks', {status: 'pending'}])),
    says('Show me my incomplete tasks', {content: 'You have one: Buy groceries.'},
         {after: 'list'}),
    says('too much', {error: {message: 'Rate limit reached', type: 'rate_limit_error'},
                      status: 429}),
    says('be broken', {error: {message: 'The server had an error', type: 'server_error'},
                       status: 500}),
  ];
  let model;

  before(async () => {
    model = await start_model(FIXTURES, {keys: r.OPENAI_KEY});
  });
  after(() => model.stop());

  const served = (dotenv, body) => while_serving(dotenv, {OPENAI_BASE_URL: model.url},
                                                 (client) => body(r.someone(client, 'ada')));

  for (const [name, dotenv, expected] of [['is the one of OPENAI_MODEL', r.with_model, r.MODEL],
                                          ['has a default', r.in_production, r.DEFAULT_MODEL]]) {
    test(`which ${name}, tasks are made and shown`, async () => {
      const asked_before = (await model.journal()).length;
      await served(dotenv, async (ada) => {
        const first = await say(ada, GROCERIES);
        check_added(first);
        assert.equal(first.response, ADDED);
        const {conversation_id} = first;
        const shown = await say(ada, 'Show me my incomplete tasks', {conversation_id});
        assert.equal(shown.response, 'You have one: Buy groceries.');
        assert.equal(shown.tool_calls[0].result.data.tasks[0].title, 'Buy groceries');
        assert.deepEqual(await list(ada), {1: 'Buy groceries'});
      });
      const asked = (await model.journal()).slice(asked_before);
      assert.equal(asked.length, 4);
      for (const request of asked) {
        assert.equal(request.body.model, expected);
        for (const tool of FIVE_TOOLS) assert.ok(tools_of(request)[tool], tool);
      }
      const said = asked.at(-1).body.messages.map(({content}) => content);
      for (const text of [GROCERIES, ADDED]) assert.ok(said.includes(text), text);
    });
  }

  test('that does not answer, the message is stored by then', async () => {
    await served(r.with_model, async (ada) => {
      const limited = await ada.expect(429, 'POST', ada.chat, {body: {message: 'too much'}});
      assert.match(limited.headers.get('retry-after'), /^\d+$/);
      // Such a backend answers 500.
      const broken = await ada.call('POST', ada.chat, {body: {message: 'be broken'}});
      assert.ok([502, 503].includes(broken.status), broken.text);
      for (const {text} of [limited, broken]) {
        assert.doesNotMatch(text, /Rate limit reached|server had an error|_error/);
      }
      assert.deepEqual(turns_of(await read_history(ada)),
                       [['user', 'too much'], ['user', 'be broken']]);
      check_added(await say(ada, GROCERIES));
    });
  });
});
