// The chat of a backend that keeps all state in its database, without a model.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {
  bad_tokens_of, check_phrases, list, names_of, read_history, say, serve_in_turn, turns_of,
  without_model,
} from '../support/assistant.mjs';
import {faults_of} from '../support/client.mjs';
import {check_refused, serve} from '../support/front_end.mjs';
import {INSTANT} from '../support/surfaces.mjs';
import * as g from './g.mjs';

const GROCERIES = 'Create a task to buy groceries';
const LONGEST = 5000;

const dotenv = without_model(g.dotenv);

let server;
let nobody;

before(async () => {
  ({server, nobody} = await serve(dotenv));
});
after(() => server.stop());

const someone = () => g.someone(nobody);

describe('a message', () => {
  test('is answered with its conversation and what the tools did', async () => {
    const ada = someone();
    const answer = await say(ada, GROCERIES);
    assert.ok(Number.isInteger(answer.conversation_id));
    assert.match(answer.response, /'Buy groceries'/);
    assert.deepEqual(names_of(answer.tool_calls), ['add_task']);
    const [{result}] = answer.tool_calls;
    const {id, title, priority} = result.data;
    assert.deepEqual([result.success, title, priority], [true, 'Buy groceries', 'medium']);
    const {body} = await ada.expect(200, 'GET', `${ada.tasks}/${id}`);
    assert.equal(body.title, 'Buy groceries');
    assert.deepEqual((await say(ada, 'thanks', {conversation_id: null})).tool_calls, []);
  });

  test('is documented as the other calls are', () => {
    assert.ok(nobody.document.paths[someone().chat].post.requestBody);
  });

  test('has 1 to 5000 characters, and its conversation a number', async () => {
    const ada = someone();
    const bad = [
      [{}, 'message'], [{message: ''}, 'message'], [{message: 'x'.repeat(LONGEST + 1)}, 'message'],
      [{message: 'x', conversation_id: 'y'}, 'conversation_id'],
    ];
    for (const [body, field] of bad) {
      const answer = await ada.expect(422, 'POST', ada.chat, {body});
      assert.deepEqual(faults_of(answer), [`body.${field}`]);
    }
    assert.deepEqual(await read_history(ada), []);
    for (const message of ['x', 'é'.repeat(LONGEST)]) await say(ada, message);
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
});

describe('a conversation', () => {
  test('is made where there is none, and goes on where it is named', async () => {
    const ada = someone();
    await check_refused(ada, 404, [['POST', ada.chat, {message: GROCERIES, conversation_id: 123}]]);
    const {conversation_id, response} = await say(ada, GROCERIES);
    const next = await say(ada, 'Mark it as done', {conversation_id});
    assert.equal(next.conversation_id, conversation_id);
    assert.deepEqual(turns_of(await read_history(ada, conversation_id)), [
      ['user', GROCERIES], ['assistant', response],
      ['user', 'Mark it as done'], ['assistant', next.response],
    ]);
    assert.deepEqual(await list(ada), {1: 'Buy groceries, done'});
  });

  test('has a title and its times', async () => {
    const ada = someone();
    const {conversation_id} = await say(ada, GROCERIES);
    await say(ada, 'thanks');
    await say(ada, 'thanks', {conversation_id});
    const {body} = await ada.expect(200, 'GET', `/api/${ada.user_id}/conversations`);
    assert.equal(body.length, 2);
    const [{id, title, created_at, updated_at}] = body;
    // Such a backend calls all of them "New Conversation".
    assert.deepEqual([id, title], [conversation_id, GROCERIES]);
    for (const time of [created_at, updated_at]) assert.match(time, INSTANT);
    assert.ok(updated_at >= created_at);
  });

  test("is its user's alone, and so are the tasks that it speaks of", async () => {
    const [ada, eve] = [someone(), someone()];
    const {conversation_id, tool_calls} = await say(ada, GROCERIES);
    for (const message of [GROCERIES, 'delete task 1', 'delete it']) {
      await check_refused(eve, 404, [['POST', eve.chat, {message, conversation_id}]]);
    }
    const [{result: {data: {id}}}] = tool_calls;
    for (const name of ['task 1', `task ${id}`, 'the groceries task']) {
      for (const verb of ['complete', 'delete', 'rename']) {
        const answer = await say(eve, `${verb} ${name}`);
        assert.ok(!answer.response.includes('Buy groceries'), answer.response);
        for (const call of answer.tool_calls.filter(({tool_name}) => tool_name !== 'list_tasks')) {
          assert.deepEqual(call.result, {success: false, error: 'Task not found.'});
        }
      }
    }
    assert.deepEqual((await say(eve, 'Show me my tasks')).tool_calls[0].result.data.tasks, []);
    assert.deepEqual(await list(ada), {1: 'Buy groceries'});
    assert.equal((await read_history(ada)).length, 2);
  });

  test('is known to the next server, since this one keeps nothing', async () => {
    let conversation_id;
    await serve_in_turn(dotenv, {}, async (client) => {
      const ada = g.someone(client, 'ada');
      for (const title of ['Call the dentist', 'Call the bank']) {
        await ada.expect(201, 'POST', ada.tasks, {body: {title}});
      }
      ({conversation_id} = await say(ada, 'Delete the call task'));
      assert.deepEqual(await list(ada), {1: 'Call the dentist', 2: 'Call the bank'});
    }, async (client) => {
      const ada = g.someone(client, 'ada');
      await say(ada, 'the one at the bank', {conversation_id});
      assert.deepEqual(await list(ada), {1: 'Call the dentist'});
      assert.equal((await read_history(ada, conversation_id)).length, 4);
    });
  });
});

/// The examples of the tools and of the prompt.
const PHRASES = [
  {'Create a task to buy groceries': {uses: ['add_task'], leaves: {8: 'Buy groceries'},
                                      says: /'Buy groceries'/}},
  {'Add high priority task for client meeting':
    {uses: ['add_task'], leaves: {8: 'Client meeting, High'}, says: /high priority/}},
  {'Remind me to call mom tomorrow': {uses: ['add_task'], leaves: {8: 'Call mom, tomorrow'},
                                      says: /due tomorrow/}},
  {'Show me my tasks': {shows: [1, 2, 3, 4, 5, 6, 7]}},
  {'List high priority tasks': {shows: [3]}},
  {'Show me my high priority tasks': {shows: [3]}},
  {'Show completed tasks': {shows: [6]}},
  {'Change task 5 priority to high': {uses: ['update_task'], leaves: {5: 'Call mom, High'},
                                      says: /high priority/}},
  {
    'Update the title of my first task': {says: /call task 1 'Pay bills'\?$/},
    'Pay all bills': {uses: ['update_task'], leaves: {1: 'Pay all bills'}},
  },
  {'Mark task 3 as done': {uses: ['complete_task'], leaves: {3: 'Write the report, done, High'},
                           says: /completed/}},
  {'Complete the groceries task': {uses: ['complete_task'], leaves: {4: 'Buy groceries, done'},
                                   says: /completed/}},
  {'Delete task 7': {uses: ['delete_task'], leaves: {7: undefined}, says: /deleted/}},
  {'Remove the groceries task': {uses: ['delete_task'], leaves: {4: undefined}, says: /deleted/}},
];

describe('without a model', () => {
  for (const phrases of PHRASES) {
    test(`is understood: ${Object.keys(phrases).join(', ')}`,
         () => check_phrases(someone(), phrases));
  }
});
