// The chat of a backend whose front end signs in with NextAuth.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {
  bad_tokens_of, check_phrases, list, names_of, read_history, say, tools_of, turns_of,
  without_model,
} from '../support/assistant.mjs';
import {faults_of} from '../support/client.mjs';
import {check_refused, serve, while_serving} from '../support/front_end.mjs';
import {session_token_of} from '../support/jwe.mjs';
import {calls, says, start_model} from '../support/model.mjs';
import {INSTANT} from '../support/surfaces.mjs';
import * as h from './h.mjs';

const GROCERIES = 'Add a task to buy groceries';

let server;
let nobody;

before(async () => {
  ({server, nobody} = await serve(without_model(h.dotenv), h.BY_DOTENV));
});
after(() => server.stop());

const someone = () => h.someone(nobody);

describe('a message', () => {
  test('is answered with a response, the conversation and the time', async () => {
    const ada = someone();
    const {response, conversation_id, timestamp, tool_calls, ...rest} = await say(ada, GROCERIES);
    assert.match(response, /^I've added 'Buy groceries' to your tasks?\b/);
    // Such a backend has a UUID there.
    assert.ok(Number.isInteger(conversation_id));
    assert.match(timestamp, INSTANT);
    assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000, timestamp);
    assert.deepEqual(tool_calls, ['add_task']);
    assert.deepEqual(rest, {});
    assert.deepEqual(await list(ada), {1: 'Buy groceries'});
  });

  test('may belong to the conversation before it', async () => {
    const ada = someone();
    const {conversation_id, response} = await say(ada, GROCERIES);
    const next = await say(ada, 'mark it as done', {conversation_id});
    assert.equal(next.conversation_id, conversation_id);
    assert.deepEqual(await list(ada), {1: 'Buy groceries, done'});
    assert.deepEqual(turns_of(await read_history(ada, conversation_id)), [
      ['user', GROCERIES], ['assistant', response],
      ['user', 'mark it as done'], ['assistant', next.response],
    ]);
  });

  test('is a text, and is told what is wrong with it', async () => {
    const ada = someone();
    for (const body of [{}, {message: ''}, {message: null}, {message: 7}]) {
      const answer = await ada.expect(422, 'POST', ada.chat, {body});
      assert.deepEqual(faults_of(answer), ['body.message']);
      assert.equal(typeof answer.body.detail, 'string');
    }
    assert.equal((await ada.expect(400, 'POST', ada.chat, {text: '{'})).status, 400);
    assert.deepEqual(await read_history(ada), []);
  });

  test('needs a token that holds', async () => {
    const ada = someone();
    const call = ['POST', ada.chat, {message: GROCERIES}];
    await check_refused(nobody, 401, [call]);
    for (const token of bad_tokens_of(ada.user_id)) {
      await check_refused(nobody.with_token(token), 401, [call]);
    }
    assert.deepEqual(await list(ada), {});
  });

  test("is said by nobody else, and in nobody else's conversation", async () => {
    const [ada, eve] = [someone(), someone()];
    const {conversation_id} = await say(ada, GROCERIES);
    await check_refused(eve, 403, [['POST', ada.chat, {message: GROCERIES}]]);
    await check_refused(eve, 404, [['POST', eve.chat, {message: 'delete it', conversation_id}]]);
    assert.deepEqual(await list(ada), {1: 'Buy groceries'});
    assert.deepEqual(await list(eve), {});
  });

  test('may come with a session token of NextAuth', async () => {
    const ada = someone();
    const session = nobody.with_token(session_token_of(ada.user_id));
    const {tool_calls} = await say(Object.assign(session, {chat: ada.chat}), GROCERIES);
    assert.deepEqual(tool_calls, ['add_task']);
    assert.deepEqual(await list(ada), {1: 'Buy groceries'});
  });
});

/// What each of the five tools is for.
const PHRASES = [
  {'Add a task to buy bread': {uses: ['add_task'], leaves: {8: 'Buy bread'},
                               says: /'Buy bread'/}},
  {'Show me my tasks': {shows: [1, 2, 3, 4, 5, 6, 7]}},
  {'Show me my pending tasks': {shows: [1, 2, 3, 4, 5, 7]}},
  {'Show me my completed tasks': {shows: [6]}},
  {'Mark task 1 complete': {uses: ['complete_task'], leaves: {1: 'Pay bills, done'}}},
  {'Remove task 2': {uses: ['delete_task'], leaves: {2: undefined}}},
  {"Change the title of task 3 to 'Read the report'":
    {uses: ['update_task'], leaves: {3: 'Read the report, High'}}},
  {"Update the description of task 3 to 'Two pages'":
    {uses: ['update_task'], leaves: {3: 'Write the report, Two pages, High'}}},
];

describe('without a model', () => {
  for (const phrases of PHRASES) {
    test(`is understood: ${Object.keys(phrases).join(', ')}`,
         () => check_phrases(someone(), phrases));
  }
});

test('the model of the .env is asked, with its key, and tells what it did', async () => {
  const told = "I've added 'Buy groceries' to your task list.";
  const model = await start_model([
    says(GROCERIES, calls(['add', 'add_task', {title: 'Buy groceries', description: 'Milk'}])),
    says(GROCERIES, {content: told}, {after: 'add'}),
  ], {keys: h.OPENAI_KEY});
  try {
    const env = {...h.BY_DOTENV, OPENAI_BASE_URL: model.url};
    await while_serving(h.dotenv, env, async (client, started) => {
      const ada = h.someone(client);
      const {response, tool_calls} = await say(ada, GROCERIES);
      assert.equal(response, told);
      assert.deepEqual(names_of(tool_calls), ['add_task']);
      assert.deepEqual(await list(ada), {1: 'Buy groceries, Milk'});
      const [first, ...more] = await model.journal();
      assert.equal(more.length, 1);
      assert.equal(first.body.model, h.MODEL);
      const tools = tools_of(first);
      const parameters = {
        add_task: ['title', 'description'], list_tasks: ['status'], complete_task: ['task_id'],
        delete_task: ['task_id'], update_task: ['task_id', 'title', 'description'],
      };
      for (const [name, expected] of Object.entries(parameters)) {
        for (const parameter of expected) assert.ok(parameter in tools[name].properties, name);
      }
      // At the level of DEBUG too, what is said is nobody's business.
      assert.ok(!started.log.includes('groceries'));
    });
  } finally {
    await model.stop();
  }
});
