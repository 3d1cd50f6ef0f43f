// Real MCP clients and agents, each doing with a user's tasks what people do, over HTTP and stdio.
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {Client} from './support/client.mjs';
import {database_url} from './support/database.mjs';
import {Inspector, Peer} from './support/mcp_peers.mjs';
import {calls, says, start_model} from './support/model.mjs';
import {make_folder, remove_folder, run, start, TODOD} from './support/server.mjs';

const SCOPES = ['read', 'write', 'delete'];
const RESOURCES = ['todo://today', 'todo://overdue'];
const TEMPLATE = 'todo://tasks/{id}';
const PROMPTS = ['plan_my_day', 'weekly_review', 'triage'];
/// How many clients work at the same time.
const AT_ONCE = 2;
const PASSWORD = 'correct horse battery';

const OLD = 'Water the plants';
const NEW = 'Water the plants on the balcony';
/// What is done, one after the other, by somebody who has no task yet; `leaves`: what REST says of
/// the tasks then.
const STEPS = [
  {tool: 'add_task', args: {title: OLD, priority: 'high'}, leaves: [[1, OLD, 'High', 'pending']]},
  {tool: 'list_tasks', args: {status: 'pending'}, leaves: [[1, OLD, 'High', 'pending']]},
  {tool: 'update_task', args: {task_id: 1, title: NEW, priority: 'low'},
   leaves: [[1, NEW, 'Low', 'pending']]},
  {tool: 'complete_task', args: {task_id: 1}, leaves: [[1, NEW, 'Low', 'completed']]},
  {tool: 'delete_task', args: {task_id: 1}, leaves: []},
];
const TITLE_AFTER = {
  add_task: OLD, list_tasks: OLD, update_task: NEW, complete_task: NEW, delete_task: NEW,
};

const request_for = (tool) => `Please use ${tool}.`;
const answer_after = (tool) => `${tool} is done.`;
const call_of = (tool) => `call-of-${tool}`;
const FIXTURES = STEPS.flatMap(({tool, args}) => [
  says(request_for(tool), calls([call_of(tool), tool, args])),
  says(request_for(tool), {content: answer_after(tool)}, {after: call_of(tool)}),
]);
const KEY = 'sk-of-an-agent-in-these-tests';

let folder;
let server;
let nobody;
let model;
let people = 0;

before(async () => {
  folder = make_folder();
  server = await start({folder});
  nobody = await Client.of(server);
  model = await start_model(FIXTURES);
});
after(async () => {
  await model?.stop();
  await server?.stop();
  remove_folder(folder);
});

/// Somebody new, and where their agent finds todod.
async function meet() {
  const user = nobody.as(`agent-of-${people += 1}`);
  const {body} = await user.expect(201, 'POST', '/api/auth/tokens',
                                   {body: {name: 'an agent', scopes: SCOPES}});
  return {user, where: {url: `${server.url}/mcp`, token: body.token}};
}

/// Somebody with an account, and the todod that their client starts.
async function meet_on_stdio() {
  const email = `stdio-${people += 1}@example.com`;
  const made = await run(['user', 'add', email], {folder, input: `${PASSWORD}\n`});
  assert.equal(made.code, 0, made.stderr);
  const DATABASE_URL = database_url(folder) ?? `sqlite:///${join(folder, 'todod.db')}`;
  const where = {
    command: TODOD, args: ['mcp', '--user', email], env: {DATABASE_URL}, cwd: folder,
  };
  return {user: nobody.as(made.stdout.trim()), where};
}

async function tasks_of(user) {
  const {body} = await user.expect(200, 'GET', `/api/${user.user_id}/tasks`);
  return body.map(({number, title, priority, status}) => [number, title, priority, status]);
}

/// The envelope in a tool's result, which has it in both its forms.
function open(result, tool) {
  assert.notEqual(result.isError, true, JSON.stringify(result));
  assert.equal(result.content[0].type, 'text');
  assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
  const {success, data} = result.structuredContent;
  assert.equal(success, true, tool);
  return data;
}

/// What a tool gives of the one task that there is.
function check_data(tool, data) {
  const [task] = tool === 'list_tasks' ? data.tasks : [data];
  assert.deepEqual([task.task_id, task.title], [1, TITLE_AFTER[tool]]);
  if (tool === 'list_tasks') assert.equal(data.count, 1);
}

async function check_tools(peer) {
  const tools = await peer.ask('list_tools');
  const names = tools.map(({name}) => name);
  for (const {tool} of STEPS) assert.ok(names.includes(tool), `${tool} is not in ${names}`);
  for (const {name, description, inputSchema, annotations} of tools) {
    assert.ok(description?.length > 0, name);
    assert.equal(inputSchema.type, 'object', name);
    assert.equal(typeof annotations?.readOnlyHint, 'boolean', name);
  }
  const of_seeds = ['list_tasks', 'add_task', 'update_task', 'complete_task', 'delete_task'];
  assert.deepEqual(names.slice(0, of_seeds.length), of_seeds);
  for (const group of [tools.slice(0, of_seeds.length), tools.slice(of_seeds.length)]) {
    const may_write = group.map(({annotations}) => !annotations.readOnlyHint);
    assert.deepEqual(may_write, [...may_write].sort(), `what only reads goes first: ${names}`);
  }
}

async function check_journey(peer, user) {
  for (const {tool, args, leaves} of STEPS) {
    check_data(tool, open(await peer.ask('call_tool', tool, args), tool));
    assert.deepEqual(await tasks_of(user), leaves, tool);
  }
}

/// What came back from the tool, as the model was told it.
async function told_by(tool) {
  const asked = (await model.journal()).flatMap(({body}) => body?.messages ?? [])
    .filter(({role, tool_call_id: id}) => role === 'tool' && id === call_of(tool));
  const {content} = asked.at(-1) ?? assert.fail(`the model was told of no ${tool}`);
  const text = typeof content === 'string' ? content : content.map((part) => part.text).join('');
  // One of them hands on the items of the result, the other what is in the only one.
  const told = JSON.parse(text);
  return Array.isArray(told) ? JSON.parse(told[0].text) : told;
}

async function check_agent(peer, user) {
  for (const {tool, leaves} of STEPS) {
    const said = await peer.ask('ask', {url: model.url, key: KEY, model: 'a-model'},
                                request_for(tool));
    assert.equal(said, answer_after(tool));
    const {success, data} = await told_by(tool);
    assert.equal(success, true, tool);
    check_data(tool, data);
    assert.deepEqual(await tasks_of(user), leaves, tool);
  }
}

/// Who is slow is asked for one of each kind only.
async function check_prompts(peer, is_slow) {
  const prompts = await peer.ask('list_prompts');
  assert.deepEqual(prompts.map(({name}) => name).sort(), [...PROMPTS].sort());
  for (const {name, description} of is_slow ? prompts.slice(0, 1) : prompts) {
    assert.ok(description.length > 0, name);
    const {messages} = await peer.ask('get_prompt', name, {});
    assert.ok(messages.some(({content}) => content.text?.length > 0), name);
  }
}

async function check_listed_resources(peer, is_slow) {
  const listed = (await peer.ask('list_resources')).map(({uri}) => uri);
  for (const uri of RESOURCES) assert.ok(listed.includes(uri), `${uri} is not in ${listed}`);
  for (const uri of is_slow ? [] : listed) {
    const [content] = (await peer.ask('read_resource', uri)).contents;
    assert.equal(content.uri, uri);
    assert.ok(content.text.length > 0, uri);
  }
}

async function check_resources(peer, user, is_slow) {
  await check_listed_resources(peer, is_slow);
  const title = 'Read the meter';
  const {body: task} = await user.expect(201, 'POST', '/api/tasks', {body: {title}});
  const templates = (await peer.ask('list_templates')).map(({uriTemplate}) => uriTemplate);
  assert.ok(templates.includes(TEMPLATE), `${templates}`);
  for (const id of is_slow ? [task.id] : [task.id, task.number]) {
    const [content] = (await peer.ask('read_resource', TEMPLATE.replace('{id}', id))).contents;
    assert.ok(content.text.includes(title), content.text);
  }
  await user.expect(204, 'DELETE', `/api/tasks/${task.id}`);
}

const PEERS = [
  {name: 'SDK v1', meet: [meet, meet_on_stdio], connect: (where) => Peer.connect('sdk_v1', where)},
  ...['legacy', 'auto', {pin: '2026-07-28'}].map((mode) => ({
    name: `SDK v2 (${mode.pin ?? mode})`, meet: [meet, meet_on_stdio],
    connect: (where) => Peer.connect('sdk_v2', where, mode),
    revision: mode === 'legacy' ? '2025-11-25' : '2026-07-28',
  })),
  {name: 'the OpenAI Agents SDK', meet: [meet], is_agent: true, has_prompts: false,
   connect: (where) => Peer.connect('openai_agents', where)},
  {name: 'the AI SDK', meet: [meet], is_agent: true,
   connect: (where) => Peer.connect('ai_sdk', where)},
  ...['legacy', 'auto', 'modern'].map((era) => ({
    name: `the Inspector (${era})`, meet: era === 'auto' ? [meet, meet_on_stdio] : [meet],
    is_slow: true,  // a process for each request
    connect: async (where) => new Inspector(where, era),
  })),
];

const WITH = PEERS.flatMap((peer) => peer.meet.map((way) => ({...peer, meet: way})));

describe('MCP', {concurrency: AT_ONCE}, () => {
  for (const one of WITH) {
    const is_on_stdio = one.meet === meet_on_stdio;
    const name = `${one.name} ${is_on_stdio ? 'on stdio' : 'over HTTP'}`;
    describe(name, {concurrency: 1}, () => {
      let user;
      let peer;
      before(async () => {
        const met = await one.meet();
        user = met.user;
        peer = await one.connect(met.where);
      });
      after(() => peer?.close());

      test('lists the tools', () => check_tools(peer));
      test('adds, lists, updates, completes and deletes', () => check_journey(peer, user));
      if (one.revision) {
        test(`speaks ${one.revision}`, async () => {
          assert.equal(await peer.ask('revision'), one.revision);
        });
      }
      if (one.has_prompts !== false) {
        test('gets the prompts', () => check_prompts(peer, one.is_slow));
      }
      test('reads the resources', () => check_resources(peer, user, one.is_slow));
      if (!one.is_agent) return;
      test('does the same where a model says so', async () => {
        const other = await one.meet();
        const agent = await one.connect(other.where);
        try {
          await check_agent(agent, other.user);
        } finally {
          await agent.close();
        }
      });
    });
  }
});
