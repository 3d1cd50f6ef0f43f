// Every tool by every way in: for the owner, for somebody else who names the owner or one of their
// tasks, with scopes that do not cover it, and with a credential that does not hold. The tools are
// those that todod lists; mcp_tools.mjs knows what each is called with.
import assert from 'node:assert/strict';
import {after, describe, test} from 'node:test';

import {McpClient, REVISIONS} from './support/mcp.mjs';
import {arguments_of, is_batch, names_a_task, prepare, scope_of} from './support/mcp_tools.mjs';
import {new_name, nobody, speaking_for, stop, WAYS} from './support/ways.mjs';

/// In the title of every task of an owner, so that it is seen where it must not be.
const MARK = 'of the owner alone';
/// In what others make.
const OTHER = 'of somebody else';

after(stop);

const TOOLS = await new McpClient(speaking_for(new_name())).list_tools();

async function make_task({user_id}) {
  const body = {title: MARK};
  return (await speaking_for(user_id).expect(201, 'POST', '/api/tasks', {body})).body;
}

/// All that a tool could have changed of what the user has.
const state_of = async ({user_id}) =>
  (await speaking_for(user_id).expect(200, 'GET', '/api/tasks?limit=1000')).text;

/// What `refuse` does leaves all as it was with each of `users`.
async function check_unchanged(users, refuse) {
  const before = await Promise.all(users.map(state_of));
  await refuse();
  assert.deepEqual(await Promise.all(users.map(state_of)), before);
}

const is_covered = (tool, {scopes}) => scopes === undefined || scopes.includes(scope_of(tool));

/// Both forms of the result say the same.
function open(result) {
  assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
  return result.structuredContent;
}

/// The tool says why not, and nothing about what the owner has.
function check_refused({name}, result, why) {
  const {success, error} = open(result);
  assert.deepEqual([result.isError, success], [true, false], `${name}: ${JSON.stringify(result)}`);
  assert.match(error, why, name);
  assert.ok(!JSON.stringify(result).includes(MARK), JSON.stringify(result));
}

async function check_owner(tool, client, owner, task) {
  await prepare(tool.name, speaking_for(owner.user_id), task);
  const result = await client.call_tool(tool.name, arguments_of(tool.name, {task, mark: MARK}));
  const {success, data} = open(result);
  assert.deepEqual([result.isError ?? false, success], [false, true], JSON.stringify(result));
  assert.ok(JSON.stringify(data).includes(MARK), JSON.stringify(data));
  const {user_id} = owner;
  const next = await make_task(owner);
  await prepare(tool.name, speaking_for(user_id), next);
  const named = await client.call_tool(tool.name, {
    user_id, ...arguments_of(tool.name, {task: next, mark: MARK}),
  });
  assert.equal(open(named).success, true, `the owner's own user_id: ${JSON.stringify(named)}`);
}

/// Somebody else, who says that they are the owner, and who knows the id of a task of theirs.
async function check_another(tool, client, owner, task) {
  const args = arguments_of(tool.name, {task, mark: OTHER});
  const named = await client.call_tool(tool.name, {user_id: owner.user_id, ...args});
  check_refused(tool, named, /user_id/);
  if (!names_a_task(tool.name)) {
    const result = await client.call_tool(tool.name, arguments_of(tool.name, {mark: MARK}));
    const shown = JSON.stringify(open(result)).replaceAll(`"query":"${MARK}"`, '');
    if (tool.annotations.readOnlyHint) assert.ok(!shown.includes(MARK), shown);
    return;
  }
  const result = await client.call_tool(tool.name, args);
  if (!is_batch(tool.name)) return check_refused(tool, result, /not found|no such task|no task/i);
  assert.match(JSON.stringify(open(result)), /not found|no such task|no task/i);
  assert.ok(!JSON.stringify(result).includes(MARK), JSON.stringify(result));
}

/// A credential that does not hold is HTTP's to refuse.
async function check_kept_out(tool, refused, task, revision) {
  const params = {
    name: tool.name, arguments: arguments_of(tool.name, {task, mark: OTHER}),
  };
  for (const [name, made] of Object.entries({nobody, ...refused})) {
    const [client, status] = Array.isArray(made) ? made : [made, 401];
    const answer = await new McpClient(client, revision).post('tools/call', params);
    assert.equal(answer.status, status, `${name}: ${answer.status} ${answer.text}`);
    assert.ok(!answer.text.includes(MARK), answer.text);
    if (status !== 401) continue;
    const challenge = /^Bearer .*\berror="invalid_token"/;
    assert.match(answer.headers.get('www-authenticate') ?? '', challenge, name);
  }
}

async function check_tool(tool, way, revision) {
  const owner = await way.enter();
  const other = await way.enter();
  const task = await make_task(owner);
  const [as_owner, as_other] = [owner, other].map((one) => new McpClient(one, revision));
  const refused = await way.refused(owner);
  await check_unchanged([owner, other], () => check_kept_out(tool, refused, task, revision));
  if (!is_covered(tool, way)) {
    const args = arguments_of(tool.name, {task, mark: OTHER});
    return check_unchanged([owner], async () => {
      check_refused(tool, await as_owner.call_tool(tool.name, args), /scope/i);
    });
  }
  await check_unchanged([owner], () => check_another(tool, as_other, owner, task));
  await check_owner(tool, as_owner, owner, task);
}

WAYS.forEach((way, i) => {
  describe(`who comes by ${way.name}`, () => {
    test('is shown what they may use', async () => {
      const owner = await way.enter();
      for (const revision of REVISIONS) {
        const shown = await new McpClient(owner, revision).list_tools();
        const covered = TOOLS.filter((tool) => is_covered(tool, way));
        assert.deepEqual(shown.map(({name}) => name), covered.map(({name}) => name), revision);
      }
    });

    TOOLS.forEach((tool, j) => {
      const revision = REVISIONS[(i + j) % REVISIONS.length];
      test(`${tool.name} (${revision})`, () => check_tool(tool, way, revision));
    });
  });
});

test('there is something to be tested', () => {
  assert.ok(TOOLS.length >= 5);
  assert.deepEqual(new Set(TOOLS.map(scope_of)), new Set(['read', 'write', 'delete']));
  assert.ok(TOOLS.some(({name}) => !names_a_task(name)));
});
