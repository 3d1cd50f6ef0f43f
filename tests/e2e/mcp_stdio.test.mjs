// `todod mcp`: the Model Context Protocol on standard input and output, over the database itself.
import assert from 'node:assert/strict';
import {closeSync, openSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {Client} from './support/client.mjs';
import {Agent, LEGACY, MODERN} from './support/mcp_stdio.mjs';
import {launch, make_folder, remove_folder, run, start} from './support/server.mjs';

const PASSWORD = 'correct horse battery';
const ONE_MIB = 2 ** 20;

async function make_user(folder, email) {
  const {code, stdout, stderr} = await run(['user', 'add', email],
                                           {folder, input: `${PASSWORD}\n`});
  assert.equal(code, 0, stderr);
  return stdout.trim();
}

const titles_of = (data) => data.tasks.map(({title}) => title).sort();

/// Adds, lists, updates, completes and deletes.
async function work(agent) {
  const {task_id, title} = await agent.call('add_task', {title: 'Buy oats'});
  assert.equal(title, 'Buy oats');
  assert.deepEqual(titles_of(await agent.call('list_tasks')), ['Buy oats']);
  await agent.call('update_task', {task_id, title: 'Buy more oats'});
  await agent.call('complete_task', {task_id});
  assert.deepEqual(titles_of(await agent.call('list_tasks', {status: 'completed'})),
    ['Buy more oats']);
  await agent.call('delete_task', {task_id});
  assert.deepEqual(titles_of(await agent.call('list_tasks')), []);
}

describe('todod mcp', () => {
  let folder;
  before(() => { folder = make_folder(); });
  after(() => remove_folder(folder));

  test('needs no account and no tables', async () => {
    const agent = new Agent([], {folder});
    await agent.begin('2025-06-18');
    await work(agent);
    await agent.end();
    const {stdout} = await run(['user', 'list'], {folder});
    assert.match(stdout, /^local\t-\t-\t0\t\S+\n$/);
  });

  for (const revision of LEGACY) {
    test(`works with a client of ${revision}`, async () => {
      const agent = new Agent([], {folder});
      await agent.begin(revision);
      assert.deepEqual(await agent.result('ping'), {});
      const {tools} = await agent.result('tools/list');
      assert.ok(tools.some(({name}) => name === 'add_task'));
      await work(agent);
      assert.match(await agent.refusal('nonsense', {}, -32601), /nonsense/);
      await agent.end();
    });
  }

  test(`works with a client of ${MODERN}`, async () => {
    const agent = new Agent([], {folder, modern: true});
    const found = await agent.result('server/discover');
    assert.deepEqual(found.supportedVersions, [MODERN]);
    const {tools, resultType} = await agent.result('tools/list');
    assert.equal(resultType, 'complete');
    assert.ok(tools.some(({name}) => name === 'add_task'));
    await work(agent);
    assert.match(await agent.refusal('ping', {}, -32601), /ping/);
    await agent.end();
  });

  test('means days and times in the zone of the machine', async () => {
    const agent = new Agent([], {folder, env: {TZ: 'Asia/Tokyo'}});
    const {task_id, due_date} =
      await agent.call('add_task', {title: 'Call', due_date: '2027-05-01T09:00:00'});
    assert.equal(Date.parse(due_date), Date.parse('2027-05-01T00:00:00Z'));
    await agent.call('delete_task', {task_id});
    await agent.end();
  });

  test('offers only what changes nothing where it is asked to', async () => {
    const agent = new Agent(['--read-only'], {folder});
    const {tools} = await agent.result('tools/list');
    assert.ok(tools.length > 0);
    for (const {name, annotations} of tools) assert.ok(annotations.readOnlyHint, name);
    assert.deepEqual(titles_of(await agent.call('list_tasks')), []);
    const refused = await agent.request('tools/call',
                                        {name: 'add_task', arguments: {title: 'x'}});
    assert.ok(refused.error ?? refused.result.isError, JSON.stringify(refused));
    assert.deepEqual(titles_of(await agent.call('list_tasks')), []);
    await agent.end();
  });

  test('makes nothing where it may only read', async () => {
    const empty = make_folder();
    const {code, stderr} = await run(['mcp', '--read-only'], {folder: empty});
    assert.equal(code, 1);
    assert.match(stderr, /there is no database|no tables yet/);
    assert.deepEqual(readdirSync(empty), []);
    remove_folder(empty);
  });

  test('says what is wrong with a line, and goes on', async () => {
    const agent = new Agent([], {folder});
    const bad = [['nonsense', -32700], ['{"jsonrpc":"2.0"', -32700], ['[]', -32600],
                 ['17', -32600], ['x'.repeat(ONE_MIB + 1), -32600]];
    for (const [line, code] of bad) {
      agent.write(`${line}\n`);
      const {id, error} = await agent.next();
      assert.deepEqual([id, error.code], [null, code]);
      assert.deepEqual(await agent.result('ping'), {});
    }
    agent.write('\r\n   \n');
    await agent.end();
  });

  test('tells who waits that the line cannot be read', async () => {
    const agent = new Agent([], {folder});
    const say = (text, id) =>
      `{"method":"ping","params":{"a":"${text}"},"jsonrpc":"2.0","id":${id}}`;
    const much = 'x'.repeat(ONE_MIB);
    for (const [line, wanted, code, pattern] of [
      [say('\\ud800', 7), 7, -32700, /not JSON/], [say('\\udc00', '"a"'), 'a', -32700, /surrogate/],
      [say(much, 8), 8, -32600, /at most/], [`{"id":9,"a":"${much}"}`, 9, -32600, /at most/],
      [say(much, 'null'), null, -32600, /at most/]]) {
      agent.write(`${line}\n`);
      const {id, error} = await agent.next();
      assert.deepEqual([id, error.code], [wanted, code]);
      assert.match(error.message, pattern);
    }
    assert.deepEqual(await agent.result('ping'), {});
    await agent.end();
  });

  test('answers a batch with a batch', async () => {
    const agent = new Agent([], {folder});
    const ping = {jsonrpc: '2.0', method: 'ping'};
    agent.write(`${JSON.stringify([{...ping, id: 1}, ping, {...ping, id: 'two'}])}\n`);
    assert.deepEqual((await agent.next()).map(({id}) => id), [1, 'two']);
    await agent.end();
  });

  test('is not put off by a cancellation of what is over', async () => {
    const agent = new Agent([], {folder});
    await agent.result('ping');
    for (const requestId of [1, 77, 'x', null, {}]) {
      agent.notify('notifications/cancelled', {requestId});
    }
    agent.notify('notifications/cancelled');
    assert.deepEqual(await agent.result('ping'), {});
    await agent.end();
  });

  test('has answered all when the input has ended', async () => {
    const agent = new Agent([], {folder});
    const count = 300;
    const ids = [];
    for (let i = 0; i < count; i += 1) {
      ids.push(agent.ask('tools/call', {name: 'add_task', arguments: {title: `task ${i}`}}));
    }
    agent.hang_up();
    const {code, stderr, rest} = await agent.ended();
    assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual(rest.map(({id}) => id).sort((a, b) => a - b), ids);
    for (const {result} of rest) assert.ok(!result.isError);
    const {stdout} = await run(['user', 'list'], {folder});
    assert.match(stdout, new RegExp(`^local\\t-\\t-\\t${count}\\t`));
  });

  test('reads a file', async () => {
    const requests = join(folder, 'requests');
    writeFileSync(requests, '{"jsonrpc":"2.0","id":1,"method":"ping"}\n'.repeat(3));
    const input = openSync(requests, 'r');
    const output = openSync(join(folder, 'answers'), 'w');
    const child = launch(['mcp'], {folder, stdio: [input, output, 'inherit']});
    const code = await new Promise((done) => child.on('close', done));
    closeSync(input);
    closeSync(output);
    assert.equal(code, 0);
    assert.equal(readFileSync(join(folder, 'answers'), 'utf8'),
      '{"jsonrpc":"2.0","id":1,"result":{}}\n'.repeat(3));
  });

  for (const signal of ['SIGTERM', 'SIGINT']) {
    test(`ends well on ${signal}`, async () => {
      const agent = new Agent([], {folder});
      await agent.result('ping');
      agent.signal(signal);
      assert.deepEqual(await agent.ended(), {code: 0, signal: null, stderr: '', rest: []});
    });
  }

  test('ends when nobody reads the answers', async () => {
    const agent = new Agent([], {folder});
    await agent.result('ping');
    agent.stop_reading();
    agent.ask('ping');
    const {code, signal, stderr} = await agent.ended();
    assert.deepEqual([code, signal, stderr], [0, null, '']);
  });

  test('writes nothing but messages to standard output, whatever is logged', async () => {
    const agent = new Agent([], {folder, env: {LOG_LEVEL: 'DEBUG'}});
    await agent.call('list_tasks', {limit: 1});
    await agent.end();
  });
});

describe('todod mcp with accounts', () => {
  let folder;
  before(async () => {
    folder = make_folder();
    await new Agent([], {folder, env: {MIGRATE_ON_START: 'true'}}).end();
  });
  after(() => remove_folder(folder));

  async function fail(args, options) {
    const {code, stdout, stderr} = await run(['mcp', ...args], options);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^todod: [^\n]+\n$/);
    return stderr;
  }

  test('wants to know whose tasks, where there are several', async () => {
    const ada = await make_user(folder, 'ada@example.com');
    assert.match(await fail([], {folder}), /several accounts: --user says which/);
    assert.match(await fail(['--user', 'eve@example.com'], {folder}), /no account 'eve@/);
    for (const user of [ada, 'ADA@example.com', 'local']) {
      const agent = new Agent(['--user', user], {folder});
      await agent.call('add_task', {title: user});
      await agent.end();
    }
    const agent = new Agent(['--user', ada], {folder});
    assert.deepEqual(titles_of(await agent.call('list_tasks')), ['ADA@example.com', ada].sort());
    await agent.end();
  });

  test('leaves a schema alone that is not to be migrated', async () => {
    const empty = make_folder();
    try {
      assert.match(await fail([], {folder: empty, env: {MIGRATE_ON_START: 'false'}}),
        /todod migrate up/);
    } finally {
      remove_folder(empty);
    }
  });

  test('sees what a server does at the same time, and is seen', async () => {
    const server = await start({folder});
    const api = (await Client.of(server)).as('mcp|1');
    await api.expect(201, 'POST', '/api/tasks', {body: {title: 'of the server'}});
    const agent = new Agent(['--user', 'mcp|1'], {folder});
    assert.deepEqual(titles_of(await agent.call('list_tasks')), ['of the server']);
    const {task_id} = await agent.call('add_task', {title: 'of the agent'});
    for (let i = 0; i < 20; i += 1) {
      const title = `change ${i}`;
      await agent.call('update_task', {task_id, title});
      const {body} = await api.expect(200, 'GET', `/api/tasks/${task_id}`);
      assert.equal(body.title, title);
      await api.expect(200, 'PUT', `/api/tasks/${task_id}`, {body: {title: `${title} back`}});
      assert.deepEqual(titles_of(await agent.call('list_tasks')),
        [`${title} back`, 'of the server'].sort());
    }
    await agent.end();
    await server.stop();
  });
});
