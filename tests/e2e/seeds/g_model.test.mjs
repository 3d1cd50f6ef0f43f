// The chat of a backend that keeps all state in its database, with a model and its tools.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {list, names_of, read_history, say, tools_of, turns_of} from '../support/assistant.mjs';
import {serve, while_serving} from '../support/front_end.mjs';
import {claims_of, sign} from '../support/jwt.mjs';
import {calls, says, start_model} from '../support/model.mjs';
import * as g from './g.mjs';

const MOST_ROUNDS = 5;
const MOST_BEFORE = 20;
const ANOTHERS_TASK = '5e5b2a3c-0f6d-4b57-9d0e-3a2f0e8c1d11';
const CREATED =
  "✅ I've created a task titled 'Buy groceries'. Would you like to set a due date or priority?";
const FINISHED = "✅ Great! I've marked the task as completed. Keep up the good work!";

/// The model uses one tool after the other when it is told `message`, and says `words` then.
function script(message, uses, words) {
  const ids = uses.map((_, index) => `${message.replace(/\W/g, '-')}-${index}`);
  const steps = uses.map((use, index) => calls([ids[index], ...use]));
  return [...steps, {content: words}].map((response, index) =>
    says(message, response, index === 0 ? {} : {after: ids[index - 1]}));
}

/// All at once.
const at_once = (message, uses, words) => {
  const named = uses.map((use, index) => [`${message.replace(/\W/g, '-')}-${index}`, ...use]);
  const [last] = named.at(-1);
  return [says(message, calls(...named)), says(message, {content: words}, {after: last})];
};

const MEETING = {
  title: 'Client meeting', description: 'Agenda', priority: 'high', tags: ['work', 'client'],
  due_date: '2031-05-01T10:00:00',
};
/// A call with each parameter that such a tool has, in order.
const ALL_USES = [
  ['add_task', MEETING],
  ['list_tasks', {status: 'pending', priority: 'high', tags: ['work'], limit: 1}],
  ['update_task', {task_id: '1', title: 'Call', description: 'Later', status: 'pending',
                   priority: 'low'}],
  ['complete_task', {task_id: '1'}],
  ['delete_task', {task_id: '1'}],
];

/// Each goes wrong, with an error that says so.
const WRONG_USES = [
  ['add_task', {}, /title/], ['add_task', {title: ''}, /title/],
  ['add_task', {title: 'x'.repeat(201)}, /title/],
  ['add_task', {title: 'x', description: 'y'.repeat(1001)}, /description/],
  ['add_task', {title: 'x', priority: 'critical'}, /priority/],
  ['add_task', {title: 'x', tags: 'home'}, /tags/],
  ['add_task', {title: 'x', due_date: 'someday'}, /due_date/],
  ['add_task', {titel: 'x'}, /titel/], ['add_task', '{"title": ', /JSON/],
  ['list_tasks', {status: 'open'}, /status/], ['list_tasks', {limit: 0}, /limit/],
  ['update_task', {task_id: '9', title: 'x'}, /not found/], ['update_task', {}, /task_id/],
  ['complete_task', {task_id: '9'}, /not found/], ['delete_task', {task_id: '9'}, /not found/],
  ['drop_table', {}, /drop_table/],
];

const FIXTURES = [
  ...script('Create a task to buy groceries', [['add_task', {title: 'Buy groceries'}]], CREATED),
  ...script('Show me my high priority tasks', [['list_tasks', {priority: 'high'}]],
            'Here are your high priority tasks: none yet. 🎯'),
  ...script('Mark task 1 as done', [['complete_task', {task_id: '1'}]], FINISHED),
  ...script('Use all, and delete task 1 then', ALL_USES, 'Done, all of it.'),
  ...at_once('Go wrong', WRONG_USES.map((use) => use.slice(0, 2)), 'That did not work.'),
  ...at_once('Help yourself', [
    ['add_task', {user_id: 'victim', title: 'Mine'}],
    ['list_tasks', {user_id: 'victim'}],
    ['update_task', {user_id: 'victim', task_id: ANOTHERS_TASK, title: 'Taken'}],
    ['complete_task', {user_id: 'victim', task_id: ANOTHERS_TASK}],
    ['delete_task', {user_id: 'victim', task_id: ANOTHERS_TASK}],
  ], 'That is all I can see.'),
  says('Round and round', calls(['again', 'list_tasks', {}])),
  says('Round and round', calls(['again', 'list_tasks', {}]), {after: 'again'}),
  says('Think aloud', {content: 'I have a look.', ...calls(['look', 'list_tasks', {}])}),
  says('Think aloud', {content: 'You have no tasks.'}, {after: 'look'}),
  says('Number', {content: 'I have counted.'}),
  says('Too much', {error: {message: 'Rate limit reached', type: 'rate_limit_error'},
                    status: 429}),
  says('Fail', {error: {message: 'The server had an error', type: 'server_error'}, status: 500}),
];

let model;
let server;
let nobody;

before(async () => {
  model = await start_model(FIXTURES, {keys: g.OPENAI_KEY});
  ({server, nobody} = await serve(g.dotenv, {OPENAI_BASE_URL: model.url}));
});
after(async () => {
  await server.stop();
  await model.stop();
});

const someone = () => g.someone(nobody);

/// What the model was asked while `body` ran.
async function requests_of(body) {
  const before_it = (await model.journal()).length;
  await body();
  return (await model.journal()).slice(before_it);
}

/// What a tool gives: whether it has gone well, and data or an error.
function check_envelope({success, data, error, ...rest}) {
  assert.equal(typeof success, 'boolean');
  assert.equal(typeof (success ? data : error), success ? 'object' : 'string');
  assert.equal(success ? error : data, undefined);
  assert.deepEqual(rest, {});
}

describe('the agent', () => {
  test('does what the examples of its prompt show', async () => {
    const ada = someone();
    const created = await say(ada, 'Create a task to buy groceries');
    assert.equal(created.response, CREATED);
    const {conversation_id} = created;
    const shown = await say(ada, 'Show me my high priority tasks', {conversation_id});
    assert.match(shown.response, /^Here are your high priority tasks:/);
    assert.deepEqual(shown.tool_calls[0].parameters, {priority: 'high'});
    const finished = await say(ada, 'Mark task 1 as done', {conversation_id});
    assert.equal(finished.response, FINISHED);
    const answers = [created, shown, finished];
    assert.deepEqual(answers.flatMap(({tool_calls}) => names_of(tool_calls)),
                     ['add_task', 'list_tasks', 'complete_task']);
    assert.deepEqual(await list(ada), {1: 'Buy groceries, done'});
    const replies = (await read_history(ada, conversation_id)).filter(
      ({role}) => role === 'assistant');
    assert.deepEqual(replies.map(({content}) => content), answers.map(({response}) => response));
  });

  test('is told of the tools and what they take, but of no user', async () => {
    const [request] = await requests_of(() => say(someone(), 'Number'));
    assert.equal(request.body.tool_choice ?? 'auto', 'auto');
    const tools = tools_of(request);
    const expected = {
      add_task: [['title'], ['description', 'priority', 'tags', 'due_date'],
                 ['Create a task to buy groceries', 'Add high priority task for client meeting',
                  'Remind me to call mom tomorrow']],
      list_tasks: [[], ['status', 'priority', 'tags', 'limit'],
                   ['Show me my tasks', 'List high priority tasks', 'Show completed tasks']],
      update_task: [['task_id'], ['title', 'description', 'status', 'priority'],
                    ['Change task 5 priority to high']],
      complete_task: [['task_id'], [], ['Mark task 3 as done', 'Complete the groceries task']],
      delete_task: [['task_id'], [], ['Delete task 7', 'Remove the groceries task']],
    };
    for (const [name, [required, optional, examples]] of Object.entries(expected)) {
      const tool = tools[name];
      assert.deepEqual(tool.required, required, name);
      for (const parameter of [...required, ...optional]) {
        assert.ok(parameter in tool.properties, `${name} ${parameter}`);
      }
      for (const example of examples) assert.ok(tool.description.includes(example), example);
    }
    for (const [name, {properties}] of Object.entries(tools)) {
      assert.equal(properties.user_id, undefined, name);
    }
  });

  test('may say something before it uses a tool', async () => {
    const ada = someone();
    let answer;
    const asked = await requests_of(async () => { answer = await say(ada, 'Think aloud'); });
    assert.equal(answer.response, 'I have a look.\n\nYou have no tasks.');
    const [spoken] = asked.at(-1).body.messages.filter(({tool_calls}) => tool_calls);
    assert.equal(spoken.content, 'I have a look.');
  });

  test('that does not come to an end is stopped', async () => {
    const ada = someone();
    const {response, tool_calls} = await say(ada, 'Round and round');
    assert.equal(tool_calls.length, MOST_ROUNDS);
    assert.ok(response.length > 0);
    assert.equal((await read_history(ada)).at(-1).content, response);
  });
});

describe('a tool', () => {
  test('takes what it is described with, and gives the task', async () => {
    const ada = someone();
    const {response, tool_calls} = await say(ada, 'Use all, and delete task 1 then');
    assert.equal(response, 'Done, all of it.');
    assert.deepEqual(tool_calls.map(({tool_name, parameters}) => [tool_name, parameters]),
                     ALL_USES);
    for (const {result} of tool_calls) {
      check_envelope(result);
      assert.equal(result.success, true, result.error);
    }
    const [added, listed, updated, completed, deleted] = tool_calls.map(({result}) => result.data);
    const {id} = added;
    const {title, description, priority, tags, due_date, completed: is_completed} = added;
    // Where the time has no zone it is in the user's.
    assert.deepEqual({title, description, priority, tags, due_date, is_completed},
                     {...MEETING, due_date: '2031-05-01T10:00:00.000Z', is_completed: false});
    assert.equal(listed.tasks.length, 1);
    assert.deepEqual([listed.tasks[0].id, listed.tasks[0].tags, listed.tasks[0].completed],
                     [id, MEETING.tags, false]);
    const of = (data) => [data.id, data.title, data.description, data.completed, data.priority];
    assert.deepEqual(of(updated), [id, 'Call', 'Later', false, 'low']);
    assert.deepEqual(of(completed), [id, 'Call', 'Later', true, 'low']);
    assert.deepEqual([deleted.id, deleted.deleted], [id, true]);
    assert.deepEqual(await list(ada), {});
  });

  test('says what is wrong, and the conversation goes on', async () => {
    const ada = someone();
    const {response, tool_calls} = await say(ada, 'Go wrong');
    assert.equal(response, 'That did not work.');
    assert.equal(tool_calls.length, WRONG_USES.length);
    tool_calls.forEach(({tool_name, result}, index) => {
      const [name, , error] = WRONG_USES[index];
      assert.equal(tool_name, name);
      check_envelope(result);
      assert.match(result.error ?? '', error);
    });
    assert.deepEqual(await list(ada), {});
    assert.equal((await say(ada, 'Create a task to buy groceries')).response, CREATED);
  });

  test("reaches its user's tasks alone, whatever a model makes of it", async () => {
    const victim = g.someone(nobody, 'victim');
    await victim.expect(201, 'POST', victim.tasks, {body: {id: ANOTHERS_TASK, title: 'Secret'}});
    const eve = someone();
    const {tool_calls} = await say(eve, 'Help yourself');
    const [added, listed, ...others] = tool_calls;
    for (const {parameters, result} of tool_calls) {
      assert.equal(parameters.user_id, undefined);
      check_envelope(result);
      assert.ok(!JSON.stringify(result).includes('Secret'));
    }
    assert.equal(added.result.success, true);
    assert.deepEqual(listed.result.data.tasks.map(({title}) => title), ['Mine']);
    assert.equal(others.length, 3);
    for (const {result} of others) assert.match(result.error, /not found/);
    assert.deepEqual(await list(eve), {1: 'Mine'});
    assert.deepEqual(await list(victim), {1: 'Secret'});
  });
});

describe('a turn', () => {
  test('is asked with the last twenty messages before it', async () => {
    const ada = someone();
    const {conversation_id} = await say(ada, 'Number 1');
    for (let turn = 2; turn <= MOST_BEFORE / 2 + 1; ++turn) {
      await say(ada, `Number ${turn}`, {conversation_id});
    }
    const [request] = await requests_of(() => say(ada, 'Number last', {conversation_id}));
    const [system, ...messages] = request.body.messages;
    assert.equal(system.role, 'system');
    const history = turns_of(await read_history(ada, conversation_id));
    // All but the first turn, and the answer to the last one.
    assert.equal(history.length, MOST_BEFORE + 4);
    assert.deepEqual(turns_of(messages), history.slice(2, -1));
    const [other] = await requests_of(() => say(ada, 'Number of another'));
    assert.deepEqual(turns_of(other.body.messages.slice(1)), [['user', 'Number of another']]);
  });

  for (const [message, statuses] of [['Too much', [429]], ['Fail', [502, 503]]]) {
    test(`is kept where the model fails (${message}), and is told of in plain words`, async () => {
      const ada = someone();
      // Such a backend answers 500 where it is not 429.
      const {status, body, text} = await ada.call('POST', ada.chat, {body: {message}});
      assert.ok(statuses.includes(status), text);
      assert.ok(body.detail.length > 0);
      assert.doesNotMatch(text, /Rate limit reached|server had an error|_error|127\.0\.0\.1/);
      assert.deepEqual(turns_of(await read_history(ada)), [['user', message]]);
      await say(ada, 'Number');
    });
  }
});

test('the model is the one that the .env names', async () => {
  await while_serving(g.example, {OPENAI_BASE_URL: model.url}, async (client) => {
    const secret = 'your-secret-key-minimum-32-characters';
    const ada = Object.assign(client.with_token(sign(claims_of('ada'), {secret})),
                              {chat: '/api/chat/message'});
    const [request] = await requests_of(() => say(ada, 'Number'));
    assert.equal(request.body.model, g.MODEL);
  });
});
