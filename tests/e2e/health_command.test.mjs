// `todod health`: what an image's health check asks.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {createServer} from 'node:http';
import {createServer as create_tcp_server} from 'node:net';
import {after, before, describe, test} from 'node:test';

import {free_port, run, start} from './support/server.mjs';

const IMPATIENT_MS = 1000;

/// Runs `body` with the port of a server that answers so.
async function with_server(answer, body, host = '127.0.0.1') {
  const server = createServer(answer).listen(0, host);
  await once(server, 'listening');
  try {
    await body(server.address().port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function assert_ready(url, args, env) {
  const {code, stdout, stderr} = await run(['health', ...args], {env});
  assert.deepEqual([code, stdout, stderr], [0, `ready: ${url}/health/ready\n`, '']);
}

async function assert_not_ready(args, env) {
  const {code, stdout, stderr} = await run(['health', ...args], {env});
  assert.deepEqual([code, stdout], [1, ''], stderr);
  assert.match(stderr, /^todod: not ready: [^\n]+\n$/);
  return stderr;
}

describe('todod health asks todod', () => {
  let server;
  before(async () => { server = await start(); });
  after(() => server.stop());

  test('at PORT', () => assert_ready(server.url, [], {PORT: server.port}));

  test('where it listens on every address, and as production has it', async () => {
    await assert_ready(server.url, [], {PORT: server.port, HOST: '0.0.0.0'});
    await assert_ready(server.url, [], {PORT: server.port, ENVIRONMENT: 'production'});
  });

  test('at a URL', async () => {
    await assert_ready(server.url, ['--server', server.url]);
    await assert_ready(server.url, ['--server', `${server.url}/`], {PORT: '1'});
  });

  test('through no proxy, for it is of this machine', () =>
    assert_ready(server.url, [], {PORT: server.port, HTTP_PROXY: 'http://127.0.0.1:1'}));
});

describe('todod health', () => {
  const ready = (request, response) =>
    response.writeHead(request.url === '/health/ready' ? 200 : 404).end('{}');

  test('asks once, by a GET of /health/ready', async () => {
    const asked = [];
    await with_server((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      ready(request, response);
    }, (PORT) => assert_ready(`http://127.0.0.1:${PORT}`, [], {PORT}));
    assert.deepEqual(asked, ['GET /health/ready']);
  });

  for (const [HOST, host] of [['::', '[::1]'], ['::1', '[::1]'], ['localhost', 'localhost']]) {
    test(`asks ${host} where HOST is ${HOST}`, () => with_server(
        ready, (PORT) => assert_ready(`http://${host}:${PORT}`, [], {HOST, PORT}), '::'));
  }

  test('is not content with another status', async () => {
    for (const status of [503, 404, 302, 204]) {
      await with_server((_, response) => response.writeHead(status).end(), async (PORT) => {
        assert.match(await assert_not_ready([], {PORT}), new RegExp(`answers ${status}`));
      });
    }
  });

  test('is not content with a connection that is closed', () =>
    with_server((request) => request.socket.destroy(), (PORT) => assert_not_ready([], {PORT})));

  test('is not content with nobody there', async () => {
    const PORT = await free_port();
    assert.match(await assert_not_ready([], {PORT}), new RegExp(`127\\.0\\.0\\.1:${PORT}`));
  });

  test('does not wait for long', async () => {
    const silent = create_tcp_server(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const begun = performance.now();
    const stderr = await assert_not_ready([], {PORT: silent.address().port});
    silent.close();
    // It has waited, and come to an end: `run` kills what does not.
    assert.ok(performance.now() - begun > IMPATIENT_MS, stderr);
  });

  test('says what it cannot ask', async () => {
    for (const [args, env, what] of [
      [[], {PORT: '0'}, /--server/], [['--server', 'localhost:8000'], {}, /--server/],
      [[], {PORT: 'x'}, /PORT/],
    ]) {
      const {code, stdout, stderr} = await run(['health', ...args], {env});
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /^todod: [^\n]+\n$/);
      assert.match(stderr, what);
    }
  });
});
