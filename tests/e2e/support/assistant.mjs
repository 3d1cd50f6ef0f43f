// Somebody who talks to the assistant over the path `chat` that their front end uses, and has some
// tasks at `tasks`.
import assert from 'node:assert/strict';

import {Client} from './client.mjs';
import {claims_of, now_s, sign} from './jwt.mjs';
import {make_folder, remove_folder, SECRET, start} from './server.mjs';
import {INSTANT} from './surfaces.mjs';

const DAY_MS = 86_400_000;
const LOOK_UP = ['list_tasks', 'get_task'];

const TASKS = [
  {title: 'Pay bills'}, {title: 'Meeting with Bob'}, {title: 'Write the report', priority: 'High'},
  {title: 'Buy groceries'}, {title: 'Call mom'}, {title: 'Read', completed: true},
  {title: 'Water the plants'},
];
/// What they are to list(), by their numbers.
const AS_THEY_WERE = {
  1: 'Pay bills', 2: 'Meeting with Bob', 3: 'Write the report, High', 4: 'Buy groceries',
  5: 'Call mom', 6: 'Read, done', 7: 'Water the plants',
};

/// The .env without what asks a model, so that todod answers by itself.
export const without_model = (dotenv) => (folder) =>
  dotenv(folder).replace(/^(OPENAI|OPENROUTER)_(API_KEY|BASE_URL|MODEL)=.*\n/gm, '');

/// What `client` is answered, by 200, when they say `message`. `headers` go with it, all else into
/// its body.
export async function say(client, message, {headers, ...more} = {}) {
  const body = {message, ...more};
  return (await client.expect(200, 'POST', client.chat, {body, headers})).body;
}

/// The messages of `client`, or of one of their conversations.
export async function read_history(client, conversation_id) {
  const query = conversation_id === undefined ? '' : `?conversation_id=${conversation_id}`;
  const path = `/api/${client.user_id}/conversations/history${query}`;
  const {body} = await client.expect(200, 'GET', path);
  for (const {timestamp} of body) assert.match(timestamp, INSTANT);
  return body;
}

/// Who said what, in order.
export const turns_of = (messages) => messages.map(({role, content}) => [role, content]);

export const names_of = (tool_calls) => tool_calls.map((call) => call.tool_name ?? call);

const tomorrow = () => new Date(Date.now() + DAY_MS).toISOString().slice(0, 10);

function describe_task({title, description, completed, priority, due_date}, tomorrows) {
  const due = tomorrows.includes(due_date) ? 'tomorrow' : due_date;
  const rest = [description, completed && 'done', priority !== 'Medium' && priority, due];
  return [title, ...rest.filter(Boolean)].join(', ');
}

/// {1: 'Pay bills', 3: 'Write the report, High'}: the tasks of `client` by their numbers, each with
/// what it has beside its title.
export async function list(client, tomorrows = [tomorrow()]) {
  const {body} = await client.expect(200, 'GET', client.tasks);
  return Object.fromEntries(body.map((task) => [task.number, describe_task(task, tomorrows)]));
}

/// `AS_THEY_WERE` with `changes`; undefined is gone.
function changed(changes) {
  const tasks = {...AS_THEY_WERE, ...changes};
  return Object.fromEntries(Object.entries(tasks).filter(([, task]) => task !== undefined));
}

export async function have_tasks(client) {
  for (const body of TASKS) await client.expect(201, 'POST', client.tasks, {body});
}

/// Says one thing after the other in a conversation, to each of which `phrases` has what comes of
/// it: `uses`, the tools that it uses to change something; `leaves`, what is different in the tasks
/// then; `shows`, the numbers of the tasks in the answer; `says`, what the answer is like.
export async function check_phrases(client, phrases) {
  await have_tasks(client);
  const said = [];
  let conversation_id;
  for (const [message, {uses = [], leaves = {}, shows, says}] of Object.entries(phrases)) {
    const tomorrows = [tomorrow()];
    const answer = await say(client, message, conversation_id && {conversation_id});
    tomorrows.push(tomorrow());
    const names = names_of(answer.tool_calls);
    assert.deepEqual(names.filter((name) => !LOOK_UP.includes(name)), uses, answer.response);
    if (shows) {
      const numbers = [...answer.response.matchAll(/^- Task (\d+): /gm)].map(([, n]) => Number(n));
      assert.deepEqual(numbers.sort(), [...shows].sort(), answer.response);
      assert.deepEqual(names, ['list_tasks']);
    }
    if (says) assert.match(answer.response, says);
    assert.deepEqual(await list(client, tomorrows), changed(leaves), answer.response);
    conversation_id ??= answer.conversation_id;
    said.push(['user', message], ['assistant', answer.response]);
  }
  assert.deepEqual(turns_of(await read_history(client, conversation_id)), said);
}

/// Tokens that let nobody in as `user_id`.
export const bad_tokens_of = (user_id) => [
  'no JWT', sign(claims_of(user_id, {exp: now_s() - 3600})),
  sign(claims_of(user_id), {secret: `${SECRET} of another`}),
  sign(claims_of(user_id), {header: {alg: 'none'}}),
];

/// The tools of which a model was told in a request, by their names: {description, properties,
/// required}.
export function tools_of({body}) {
  return Object.fromEntries(body.tools.map(({type, function: {name, description, parameters}}) => {
    assert.equal(type, 'function');
    const {properties, required = []} = parameters;
    return [name, {description, properties, required}];
  }));
}

/// Serves `dotenv` from one folder again and again: each of `bodies` has a client and a server of
/// its own, which is gone before the next one starts.
export async function serve_in_turn(dotenv, env, ...bodies) {
  const folder = make_folder();
  const by_dotenv = {AUTH_SECRET: undefined, RATE_LIMIT_ENABLED: undefined};
  try {
    for (const body of bodies) {
      const server = await start({folder, dotenv, env: {...by_dotenv, ...env}});
      try {
        await body(await Client.of(server), server);
      } finally {
        await server.stop();
      }
    }
  } finally {
    remove_folder(folder);
  }
}
