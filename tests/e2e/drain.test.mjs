// SHUTDOWN_DELAY: what todod does between being told to stop and stopping, so that a load balancer
// has the time to notice.
import assert from 'node:assert/strict';
import {existsSync, renameSync} from 'node:fs';
import {Agent, request} from 'node:http';
import {join} from 'node:path';
import {describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client} from './support/client.mjs';
import {open_events} from './support/events.mjs';
import {start} from './support/server.mjs';

/// Longer than any test: only a signal ends it.
const LONG_S = 300;
const LIMIT_MS = 20_000;
const POLL_MS = 5;

async function until(condition, what) {
  const deadline = Date.now() + LIMIT_MS;
  while (!condition()) {
    assert.ok(Date.now() < deadline, `not in time: ${what}`);
    await sleep(POLL_MS);
  }
}

/// A connection that is kept, and whether it has ended.
function keep_connection(server) {
  const agent = new Agent({keepAlive: true, maxSockets: 1});
  const kept = {has_ended: false};
  kept.get = (path) => new Promise((done, failed) => {
    const outgoing = request(new URL(path, server.url), {agent}, (response) => {
      response.resume().on('end', () => {
        done({status: response.statusCode, connection: response.headers.connection});
      });
    });
    outgoing.once('socket', (socket) => {
      if (!outgoing.reusedSocket) socket.once('close', () => { kept.has_ended = true; });
    });
    outgoing.on('error', failed).end();
  });
  return kept;
}

/// A server that has been told to stop by `signal`, and goes on.
async function start_leaving({signal = 'SIGTERM', env = {}, prepare = () => {}} = {}) {
  const server = await start({env: {SHUTDOWN_DELAY: LONG_S, ...env}});
  const nobody = await Client.of(server);
  const prepared = await prepare(server, nobody);
  server.signal(signal);
  await until(() => server.log.includes('Leaving: '), 'the begin of the delay');
  return {server, nobody, prepared};
}

async function expect_end(server) {
  assert.deepEqual(await server.wait_until_ended(), {code: 0, signal: null});
  assert.match(server.log, /Stopping: [^\n]*\n[^]*Stopped\n$/);
  server.remove();
}

const listen = (client) => open_events(client, '/mcp', {
  jsonrpc: '2.0', id: 1, method: 'subscriptions/listen',
  params: {
    notifications: {resourceSubscriptions: ['todo://open']},
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
}, {headers: {
  Accept: 'application/json, text/event-stream', 'MCP-Protocol-Version': '2026-07-28',
  'Mcp-Method': 'subscriptions/listen',
}});

describe('a server that is told to stop, with a delay,', () => {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    test(`is not ready at once, and serves all who come: ${signal}`, async () => {
      const {server, nobody, prepared: [used, idle]} = await start_leaving({
        signal,
        prepare: async (each) => {
          const connections = [keep_connection(each), keep_connection(each)];
          for (const {get} of connections) {
            assert.deepEqual(await get('/health'), {status: 200, connection: undefined});
          }
          return connections;
        },
      });
      for (const path of ['/ready', '/health/ready']) {
        const {body, headers} = await nobody.expect(503, 'GET', path);
        assert.deepEqual(body, {status: 'stopping', database: 'connected'});
        assert.equal(headers.get('connection'), 'close');
      }
      const ada = nobody.as('ada');
      const {body: task} = await ada.expect(201, 'POST', '/api/tasks', {body: {title: 'late'}});
      assert.deepEqual((await ada.expect(200, 'GET', '/api/tasks')).body, [task]);
      const alive = await nobody.expect(200, 'GET', '/health');
      assert.equal(alive.headers.get('connection'), 'close');
      assert.deepEqual(await used.get('/health'), {status: 200, connection: 'close'});
      await until(() => used.has_ended, 'the end of a connection that was answered');
      assert.ok(!idle.has_ended, 'an idle connection is kept until the end');

      server.signal(signal);
      await expect_end(server);
      await until(() => idle.has_ended, 'the end of an idle connection');
    });
  }

  test('keeps streams until the end of the delay', async () => {
    const {server, prepared: {ada, events}} = await start_leaving({
      prepare: async (_, nobody) => {
        const client = nobody.as('ada');
        const stream = await listen(client);
        const {value} = await stream.events.next();
        assert.equal(value.data.method, 'notifications/subscriptions/acknowledged');
        return {ada: client, events: stream.events};
      },
    });
    await ada.expect(201, 'POST', '/api/tasks', {body: {title: 'to be told of'}});
    const {value: told} = await events.next();
    assert.equal(told.data.method, 'notifications/resources/updated');
    server.signal('SIGINT');
    const {value: last} = await events.next();
    assert.equal(last.data.result.resultType, 'complete');
    assert.ok((await events.next()).done);
    await expect_end(server);
  });

  test('stops by itself when it is over', async () => {
    const {server} = await start_leaving({env: {SHUTDOWN_DELAY: 1}});
    await expect_end(server);
  });

  test('opens its log anew meanwhile, and goes on', async () => {
    const {server, nobody} = await start_leaving({env: {LOG_FILE: 'todod.log'}});
    const file = join(server.folder, 'todod.log');
    renameSync(file, `${file}.1`);
    server.signal('SIGUSR1');
    await until(() => existsSync(file), 'a new log');
    await nobody.expect(503, 'GET', '/ready');
    assert.ok(!server.log.includes('Stopping: '));
    server.signal('SIGTERM');
    await expect_end(server);
  });
});

test('without a delay a server that is told to stop does so at once', async () => {
  const server = await start();
  server.signal('SIGTERM');
  await expect_end(server);
  assert.doesNotMatch(server.log, /Leaving/);
});
