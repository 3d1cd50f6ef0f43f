// What MCP costs a model: the tools are few words, and nothing that is read is more than a client
// hands on, however many tasks there are.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {Client} from './support/client.mjs';
import {McpClient, REVISIONS} from './support/mcp.mjs';
import {Inspector} from './support/mcp_peers.mjs';
import {arguments_of} from './support/mcp_tools.mjs';
import {start} from './support/server.mjs';

const TASKS = 10_000;
const AT_ONCE = 32;
const DAY_MS = 86_400_000;
/// What clients cut off; Claude Code does, by default.
const MOST_TOKENS = 25_000;
const CHARACTERS_A_TOKEN = 4;
const MOST_BYTES_OF_TOOLS = 24 * 1024;
/// So many are read of those that have as many rows as nobody has asked for.
const FEW_PAGES = 3;

const WORDS = 'water the plants on the balcony before it is too hot for them to be outside ';
const of_length = (length) => WORDS.repeat(Math.ceil(length / WORDS.length)).slice(0, length);
const day = (days) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

let server;
let user;
let mcp;
let where;

/// As large as a task may be, the last ones with all the tags that it may have.
function make_body(n) {
  const body = {
    title: `${n} ${of_length(200)}`.slice(0, 200), description: of_length(1000),
    priority: ['low', 'medium', 'high', 'urgent'][n % 4], due_date: day(n % 3 - 1),
  };
  if (n <= TASKS - 1000) return body;
  return {...body, tags: Array.from({length: 32}, (_, i) => `${i} ${of_length(50)}`.slice(0, 50))};
}

async function make_tasks() {
  let made = 0;
  const make = async () => {
    while (made < TASKS) {
      const body = JSON.stringify(make_body(made += 1));
      const answer = await fetch(`${server.url}/api/tasks`, {
        method: 'POST', body,
        headers: {'Content-Type': 'application/json', Authorization: `Bearer ${user.token}`},
      });
      assert.equal(answer.status, 201, await answer.text());
    }
  };
  await Promise.all(Array.from({length: AT_ONCE}, make));
}

before(async () => {
  server = await start();
  user = (await Client.of(server)).as('ada');
  const {body} = await user.expect(201, 'POST', '/api/auth/tokens', {
    body: {name: 'an agent', scopes: ['read', 'write', 'delete']},
  });
  where = {url: `${server.url}/mcp`, token: body.token};
  mcp = new McpClient(user.with_token(body.token));
  await make_tasks();
});
after(() => server.stop());

function check_size(result, what) {
  const tokens = JSON.stringify(result).length / CHARACTERS_A_TOKEN;
  assert.ok(tokens <= MOST_TOKENS, `${what} gives ${tokens} tokens`);
}

test('the Inspector finds no fault with the tools', async () => {
  for (const era of ['legacy', 'modern']) {
    const {code, stderr} = await new Inspector(where, era).run('tools/list', '--strict');
    assert.equal(code, 0, stderr);
  }
});

for (const revision of REVISIONS) {
  test(`the list of the tools is short (${revision})`, async () => {
    const {status, text} = await new McpClient(mcp.client, revision).post('tools/list');
    assert.equal(status, 200);
    const bytes = Buffer.byteLength(text);
    assert.ok(bytes < MOST_BYTES_OF_TOOLS, `${bytes} bytes`);
  });
}

/// What the tool can be asked beside what it must be: as many rows as there may be, and each value
/// that is one of several.
function variants_of({inputSchema: {properties}}) {
  const found = [{}];
  for (const [name, schema] of Object.entries(properties)) {
    if (name === 'limit') found.push({limit: schema.maximum ?? TASKS}, {limit: 1});
    if (schema.type === 'boolean') found.push({[name]: true, limit: properties.limit?.maximum});
    for (const value of schema.enum ?? []) {
      found.push({[name]: value, ...properties.limit && {limit: properties.limit.maximum}});
    }
  }
  return found.map((args) => Object.fromEntries(
    Object.entries(args).filter(([, value]) => value !== undefined)));
}

async function call(tool, args) {
  const mark = WORDS.split(' ')[0];
  const asked = {...arguments_of(tool.name, {task: {id: TASKS}, mark}), ...args};
  const result = await mcp.call_tool(tool.name, asked);
  assert.equal(result.structuredContent.success, true, JSON.stringify(result));
  check_size(result, `${tool.name} with ${JSON.stringify(asked)}`);
  return result.structuredContent.data;
}

/// The numbers of the tasks on all pages, or on the first `pages`.
async function read_pages(tool, args, pages = Infinity) {
  const numbers = [];
  let cursor;
  for (let i = 0; i < pages && cursor !== null; i += 1) {
    const data = await call(tool, cursor === undefined ? args : {...args, cursor});
    assert.ok(data.tasks.length > 0, `${tool.name} has an empty page`);
    numbers.push(...data.tasks.map(({task_id: number}) => number));
    cursor = data.next_cursor ?? null;
  }
  return numbers;
}

describe('what is read of very many tasks', () => {
  test('is never too much, whatever is asked', async () => {
    const tools = (await mcp.list_tools()).filter(({annotations}) => annotations.readOnlyHint);
    assert.ok(tools.length > 1);
    for (const tool of tools) {
      for (const args of variants_of(tool)) await call(tool, args);
    }
  });

  test('is reached to its end by the cursor', async () => {
    const tools = (await mcp.list_tools()).filter(({inputSchema}) =>
      inputSchema.properties.cursor !== undefined);
    assert.ok(tools.length > 0);
    for (const tool of tools) {
      const limit = tool.inputSchema.properties.limit.maximum;
      const numbers = await read_pages(tool, {limit});
      assert.equal(numbers.length, TASKS, tool.name);
      assert.equal(new Set(numbers).size, TASKS, tool.name);
      const first = await read_pages(tool, {}, FEW_PAGES);
      assert.deepEqual(first, numbers.slice(0, first.length), tool.name);
    }
  });

  test('is never too much in a prompt', async () => {
    const {prompts} = await mcp.ask('prompts/list');
    assert.ok(prompts.length > 0);
    for (const {name} of prompts) check_size(await mcp.ask('prompts/get', {name}), name);
  });

  test('is never too much in a resource', async () => {
    const {resources} = await mcp.ask('resources/list');
    assert.ok(resources.length > 0);
    check_size({resources}, 'resources/list');
    for (const uri of [...resources.map((each) => each.uri), `todo://tasks/${TASKS}`]) {
      check_size(await mcp.ask('resources/read', {uri}), uri);
    }
  });
});
