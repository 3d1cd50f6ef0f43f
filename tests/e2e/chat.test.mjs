// The assistant, as its users talk to it: without a model, in words, over every path there is.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {Client, faults_of} from './support/client.mjs';
import {read_events} from './support/events.mjs';
import {make_folder, remove_folder, start} from './support/server.mjs';
import {INSTANT} from './support/surfaces.mjs';

const GROCERIES = 'Add a task to buy groceries';
const ADDED = /^I've added 'Buy groceries' to your tasks\./;
const LONGEST = 5000;

let folder;
let server;
let nobody;
let users = 0;

before(async () => {
  folder = make_folder();
  server = await start({folder});
  nobody = await Client.of(server);
});
after(async () => {
  await server.stop();
  remove_folder(folder);
});

const somebody = () => nobody.as(`talker-${++users}`);

/// Where `client` may say something.
const paths_of = ({user_id}) => [
  `/api/${user_id}/chat`, `/api/users/${user_id}/chat`, '/api/chat/message',
];

async function say(client, message, {conversation_id, headers} = {}) {
  const body = {message, ...(conversation_id === undefined ? {} : {conversation_id})};
  const answer = await client.expect(200, 'POST', '/api/chat/message', {body, headers});
  return answer.body;
}

const tasks_of = async (client) => (await client.expect(200, 'GET', '/api/tasks')).body;
const history_of = async (client, id) => (await client.expect(
  200, 'GET', `/api/${client.user_id}/conversations/history?conversation_id=${id}`)).body;

describe('what is said to the assistant', () => {
  test('is answered in the shape of each path', async () => {
    const client = somebody();
    const [scoped, of_users, own] = paths_of(client);
    const body = {message: GROCERIES};
    const first = (await client.expect(200, 'POST', scoped, {body})).body;
    assert.match(first.response, ADDED);
    assert.match(first.timestamp, INSTANT);
    assert.ok(Number.isInteger(first.conversation_id));
    assert.deepEqual(first.tool_calls, ['add_task']);
    for (const path of [of_users, own]) {
      const answer = (await client.expect(200, 'POST', path, {body})).body;
      assert.match(answer.response, ADDED);
      const [call] = answer.tool_calls;
      assert.equal(call.tool_name, 'add_task');
      assert.deepEqual(call.parameters, {title: 'Buy groceries'});
      assert.equal(call.result.success, true);
      assert.equal(call.result.data.title, 'Buy groceries');
      assert.equal(call.result.data.completed, false);
    }
    const titles = (await tasks_of(client)).map(({title}) => title);
    assert.deepEqual(titles, Array(3).fill('Buy groceries'));
  });

  test('must be a message, and what is wrong with it is told', async () => {
    const client = somebody();
    const bad = [
      [{}, 'body.message'], [{message: ' '}, 'body.message'], [{message: 7}, 'body.message'],
      [{message: 'x'.repeat(LONGEST + 1)}, 'body.message'],
      [{message: 'hi', conversation_id: 'x'}, 'body.conversation_id'],
      [{message: 'hi', conversaton_id: 1}, 'body.conversaton_id'],
    ];
    const [scoped, of_users, own] = paths_of(client);
    for (const [body, fault] of bad) {
      for (const path of [scoped, own]) {
        assert.deepEqual(faults_of(await client.expect(422, 'POST', path, {body})), [fault]);
      }
      const answer = await client.expect(400, 'POST', of_users, {body});
      assert.ok(answer.body.detail.includes(fault.slice('body.'.length)), answer.body.detail);
    }
    assert.equal((await client.expect(200, 'GET', '/api/conversations')).body.length, 0);
  });

  test('is nobody else\'s business', async () => {
    const [ada, bob] = [somebody(), somebody()];
    const {conversation_id} = await say(ada, GROCERIES);
    const body = {message: 'Show me my tasks'};
    await nobody.expect(401, 'POST', '/api/chat/message', {body});
    for (const path of paths_of(ada).slice(0, 2)) await bob.expect(403, 'POST', path, {body});
    for (const path of paths_of(bob)) {
      await bob.expect(404, 'POST', path, {body: {...body, conversation_id}});
    }
    const listed = await say(bob, 'Show me my tasks');
    assert.equal(listed.tool_calls[0].result.data.count, 0);
    assert.equal((await history_of(ada, conversation_id)).length, 2);
  });

  test('stays in the conversation, for whoever goes on with it', async () => {
    const client = somebody();
    const first = await say(client, GROCERIES);
    const {conversation_id} = first;
    const second = await say(client, 'make it high priority', {conversation_id});
    assert.equal(second.conversation_id, conversation_id);
    const [task] = await tasks_of(client);
    assert.equal(task.priority, 'HIGH');
    const messages = await history_of(client, conversation_id);
    assert.deepEqual(messages.map(({role, content}) => [role, content]), [
      ['user', GROCERIES], ['assistant', first.response],
      ['user', 'make it high priority'], ['assistant', second.response],
    ]);
    assert.equal(messages[1].tool_calls[0].tool_name, 'add_task');
    const [conversation] = (await client.expect(200, 'GET',
      `/api/${client.user_id}/conversations`)).body;
    assert.equal(conversation.id, conversation_id);
    assert.equal(conversation.title, GROCERIES);
    assert.equal(conversation.message_count, 4);
    assert.equal(conversation.last_message, second.response);
    assert.ok(!JSON.stringify(messages).includes('"state"'));
  });

  test('means dates where the user is', async () => {
    const client = somebody();
    await say(client, 'Remind me to call mom on 2031-07-01 at 9am',
              {headers: {'X-Timezone': 'Europe/Berlin'}});
    const [task] = await tasks_of(client);
    assert.equal(task.dueDate, '2031-07-01T07:00:00.000Z');
    const bad = await client.expect(422, 'POST', '/api/chat/message',
      {body: {message: 'hi'}, headers: {'X-Timezone': 'Mars/Olympus'}});
    assert.deepEqual(faults_of(bad), ['header.X-Timezone']);
  });

  test('never deletes what it does not name', async () => {
    const client = somebody();
    for (const title of ['Call the dentist', 'Call the bank']) {
      await client.expect(201, 'POST', '/api/tasks', {body: {title}});
    }
    const asked = await say(client, 'delete the call task');
    assert.ok(asked.response.includes('?'), asked.response);
    assert.equal((await tasks_of(client)).length, 2);
    await say(client, 'the second one', {conversation_id: asked.conversation_id});
    assert.equal((await tasks_of(client)).length, 1);
    const lost = await say(client, 'blue elephants dance on the moon');
    assert.deepEqual(lost.tool_calls, []);
  });

  test('with a key is done once', async () => {
    const client = somebody();
    const options = {body: {message: GROCERIES}, headers: {'Idempotency-Key': 'once'}};
    const first = await client.expect(200, 'POST', '/api/chat/message', options);
    const again = await client.expect(200, 'POST', '/api/chat/message', options);
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
    assert.equal(again.text, first.text);
    assert.equal((await tasks_of(client)).length, 1);
    await client.expect(422, 'POST', '/api/chat/message', {...options, body: {message: 'other'}});
  });

  test('by one of todod\'s own tokens does what its scopes cover', async () => {
    const client = somebody();
    await client.expect(201, 'POST', '/api/tasks', {body: {title: 'Stay'}});
    const token_with = async (scopes) => nobody.with_token((await client.expect(
      201, 'POST', '/api/auth/tokens', {body: {name: scopes.join(), scopes}})).body.token);
    const reader = await token_with(['read']);
    await reader.expect(403, 'POST', '/api/chat/message', {body: {message: 'Show my tasks'}});
    const writer = await token_with(['read', 'write']);
    const refused = await say(writer, 'delete task 1');
    assert.equal(refused.tool_calls.at(-1).result.success, false);
    assert.equal((await tasks_of(client)).length, 1);
  });
});

describe('as server-sent events', () => {
  test('what was answered before says so', async () => {
    const client = somebody();
    const options = {body: {message: GROCERIES}, headers: {'Idempotency-Key': 'once'}};
    const first = await client.expect(200, 'POST', '/api/chat/message', options);
    const again = await client.raw('POST', '/api/chat/message',
      {...options, headers: {...options.headers, Accept: 'text/event-stream'}});
    assert.match(again.headers.get('content-type'), /^text\/event-stream/);
    assert.equal(again.headers.get('idempotency-replayed'), 'true');
    assert.equal(again.text, `event: done\ndata: ${first.text}\n\n`);
  });

  test('the answer comes as it is made, and last as a whole', async () => {
    const client = somebody();
    const [scoped] = paths_of(client);
    const {status, headers, events} = await read_events(client, scoped, {message: GROCERIES});
    assert.equal(status, 200);
    assert.match(headers.get('content-type'), /^text\/event-stream/);
    assert.equal(headers.get('cache-control'), 'no-store');
    const of = (name) => events.filter((event) => event.name === name).map(({data}) => data);
    assert.deepEqual(of('tool_call'), [
      {tool_name: 'add_task', parameters: {title: 'Buy groceries'}},
    ]);
    assert.equal(of('tool_result')[0].result.data.title, 'Buy groceries');
    const text = of('delta').map((data) => data.text).join('');
    assert.match(text, ADDED);
    assert.equal(events.at(-1).name, 'done');
    assert.deepEqual(of('done').map(({response}) => response), [text]);
    assert.equal((await tasks_of(client)).length, 1);
  });

  test('a request that is refused is a problem as ever', async () => {
    const client = somebody();
    const {status, headers} = await read_events(client, '/api/chat/message', {message: ''});
    assert.equal(status, 422);
    assert.match(headers.get('content-type'), /^application\/problem\+json/);
  });
});

test('turns of the assistant are limited by the minute', async () => {
  const limited = await start({env: {RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_CHAT: '3'}});
  try {
    const client = (await Client.of(limited)).as('talker');
    for (let turn = 0; turn < 3; ++turn) await say(client, 'Show me my tasks');
    const answer = await client.expect(429, 'POST', '/api/chat/message', {body: {message: 'hi'}});
    assert.match(answer.headers.get('retry-after'), /^\d+$/);
    await client.expect(200, 'GET', '/api/tasks');
  } finally {
    await limited.stop();
  }
});

test('a conversation goes on at another replica, after the first has been killed', async () => {
  const shared = make_folder();
  const first = await start({folder: shared});
  try {
    const {conversation_id} = await say((await Client.of(first)).as('talker'), GROCERIES);
    await first.kill();
    const second = await start({folder: shared});
    try {
      const client = (await Client.of(second)).as('talker');
      await say(client, 'mark it as done', {conversation_id});
      assert.equal((await tasks_of(client))[0].completed, true);
    } finally {
      await second.stop();
    }
  } finally {
    remove_folder(shared);
  }
});
