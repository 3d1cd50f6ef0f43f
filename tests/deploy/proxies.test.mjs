// The proxies in front: nginx's and HAProxy's configuration in use, Caddy's where there is a Caddy.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {createServer, request as request_plain} from 'node:http';
import {request} from 'node:https';
import {after, before, describe, test} from 'node:test';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {HaProxy, has_haproxy, test_haproxy, write_haproxy} from './support/haproxy.mjs';
import {free_port, has_nginx, test_nginx, with_nginx, write_nginx} from './support/nginx.mjs';
import {has, in_folder, run} from './support/run.mjs';
import {read, ROOT} from './support/variables.mjs';

const LIMIT = {timeout: 20_000};

/// The answer to a request for `path` through a proxy: {status, headers, body}.
async function ask(port, path, {method = 'GET', headers = {}, body, plain = false} = {}) {
  const send = plain ? request_plain : request;
  const outgoing = send({
    host: '127.0.0.1', port, path, method, rejectUnauthorized: false,
    headers: {Host: 'todo.example', ...headers},
  });
  outgoing.end(body);
  const [response] = await once(outgoing, 'response');
  return {status: response.statusCode, headers: response.headers, response};
}

async function json_of({response}) {
  let text = '';
  for await (const piece of response) text += piece;
  return JSON.parse(text);
}

/// Answers as todod would: with what it was asked, or with a stream whose second event waits until
/// `go_on` is called. So many requests as break_off() says are read, and not answered.
function make_upstream() {
  let go_on;
  let to_break_off = 0;
  let broken_off = 0;
  const may_go_on = new Promise((done) => { go_on = done; });
  const server = createServer(async (incoming, response) => {
    let size = 0;
    for await (const piece of incoming) size += piece.length;
    if (to_break_off > 0 && incoming.url !== '/health/ready') {
      to_break_off -= 1;
      broken_off += 1;
      return incoming.socket.destroy();
    }
    if (incoming.headers.accept === 'text/event-stream') {
      // As src/http/response.cpp has it.
      response.writeHead(200, {'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no'});
      response.write('event: delta\ndata: {"text": "1"}\n\n');
      await may_go_on;
      return response.end('event: done\ndata: {}\n\n');
    }
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({url: incoming.url, headers: incoming.headers, size}));
  });
  const break_off = (count) => { [to_break_off, broken_off] = [count, 0]; };
  return {server, go_on: () => go_on(), break_off, broken_off: () => broken_off};
}

describe('nginx', {skip: has_nginx() ? false : 'there is no nginx here'}, () => {
  let folder;
  let upstream;
  let written;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'todod-nginx-'));
    upstream = make_upstream();
    upstream.server.listen(0, '127.0.0.1');
    await once(upstream.server, 'listening');
    written = await write_nginx(folder, upstream.server.address().port);
  });
  after(() => {
    upstream.server.closeAllConnections();
    upstream.server.close();
    rmSync(folder, {recursive: true});
  });
  const serving = (body) => () => with_nginx(written, folder, () => body(written));

  test('takes the configuration', LIMIT, () => {
    assert.deepEqual(test_nginx(written, folder), {status: 0, output: ''});
  });

  test('would not take one that is wrong', LIMIT, () => in_folder(async (other) => {
    const text = read('deploy/nginx.conf').replace('proxy_http_version', 'proxy_http_versoin');
    const {status, output} = test_nginx(await write_nginx(other, 9, text), other);
    assert.notEqual(status, 0);
    assert.match(output, /unknown directive "proxy_http_versoin"/);
  }));

  test('says who the client is, whatever it says itself', LIMIT, serving(async ({tls}) => {
    const {headers, url} = await json_of(await ask(tls, '/api/tasks?q=%20a%2F', {
      headers: {'X-Forwarded-For': '192.0.2.1'},
    }));
    assert.equal(headers['x-forwarded-for'], '127.0.0.1');
    assert.equal(headers.host, 'todo.example');
    assert.equal(headers['x-forwarded-proto'], 'https');
    assert.equal(url, '/api/tasks?q=%20a%2F');
  }));

  test('hands on each event as it comes', LIMIT, serving(async ({tls}) => {
    const {response} = await ask(tls, '/api/chat/message', {
      method: 'POST', headers: {Accept: 'text/event-stream'}, body: '{}',
    });
    // The second is not sent before the first was seen.
    const [first] = await once(response, 'data');
    assert.match(String(first), /^event: delta/);
    upstream.go_on();
    const rest = [];
    for await (const piece of response) rest.push(piece);
    assert.match(rest.join(''), /event: done/);
  }));

  test('leaves large bodies and headers to todod', LIMIT, serving(async ({tls}) => {
    const large = await json_of(await ask(tls, '/api/tasks', {
      method: 'POST', body: Buffer.alloc(1024 * 1024 + 1),
    }));
    assert.equal(large.size, 1024 * 1024 + 1);
    const long = 'x'.repeat(15_000);
    const {headers} = await json_of(await ask(tls, '/', {headers: {'X-Long': long}}));
    assert.equal(headers['x-long'], long);
  }));

  test('keeps the metrics to itself', LIMIT, serving(async ({tls}) => {
    assert.equal((await ask(tls, '/metrics')).status, 404);
  }));

  test('sends who comes without TLS to where it is', LIMIT, serving(async ({plain}) => {
    const {status, headers} = await ask(plain, '/docs?a=b', {plain: true});
    assert.equal(status, 308);
    assert.equal(headers.location, 'https://todo.example/docs?a=b');
  }));
});

describe('HAProxy', {skip: has_haproxy() ? false : 'there is no HAProxy here'}, () => {
  let folder;
  let upstream;
  let haproxy;
  let ports;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'todod-haproxy-'));
    upstream = make_upstream();
    upstream.server.listen(0, '127.0.0.1');
    await once(upstream.server, 'listening');
    const {port} = upstream.server.address();
    ports = {replicas: [port, port, port], tls: await free_port(), plain: await free_port()};
    const file = write_haproxy(folder, ports);
    assert.deepEqual(test_haproxy(file), {status: 0, output: 'Configuration file is valid\n'});
    haproxy = await HaProxy.start(folder, ports.tls);
  });
  after(async () => {
    await haproxy.stop();
    upstream.server.closeAllConnections();
    upstream.server.close();
    rmSync(folder, {recursive: true});
  });

  test('would not take a configuration that is wrong', LIMIT, () => in_folder((other) => {
    const text = read('deploy/haproxy.cfg').replace('http-reuse safe', 'http-reuse save');
    const {status, output} = test_haproxy(write_haproxy(other, ports, text));
    assert.notEqual(status, 0);
    assert.match(output, /'http-reuse' only supports/);
  }));

  test('says who the client is, whatever it says itself', LIMIT, async () => {
    const {headers, url} = await json_of(await ask(ports.tls, '/api/tasks?q=%20a%2F', {
      headers: {'X-Forwarded-For': '192.0.2.1'},
    }));
    assert.equal(headers['x-forwarded-for'], '127.0.0.1');
    assert.equal(headers.host, 'todo.example');
    assert.equal(headers['x-forwarded-proto'], 'https');
    assert.equal(url, '/api/tasks?q=%20a%2F');
  });

  test('hands on each event as it comes', LIMIT, async () => {
    const {response} = await ask(ports.tls, '/api/chat/message', {
      method: 'POST', headers: {Accept: 'text/event-stream'}, body: '{}',
    });
    const [first] = await once(response, 'data');
    assert.match(String(first), /^event: delta/);
    upstream.go_on();
    const rest = [];
    for await (const piece of response) rest.push(piece);
    assert.match(rest.join(''), /event: done/);
  });

  test('keeps the metrics to itself', LIMIT, async () => {
    assert.equal((await ask(ports.tls, '/metrics')).status, 404);
  });

  test('sends who comes without TLS to where it is', LIMIT, async () => {
    const {status, headers} = await ask(ports.plain, '/docs?a=b', {plain: true});
    assert.equal(status, 308);
    assert.equal(headers.location, 'https://todo.example/docs?a=b');
  });

  // Each of the three breaks off what it has read of a request, and does not answer.
  const REPEATED = {
    'GET /api/tasks': [{}, true],
    'POST /api/tasks': [{}, false],
    'POST /api/tasks with an Idempotency-Key': [{'Idempotency-Key': 'k'}, true],
    'POST /api/auth/register with an Idempotency-Key': [{'Idempotency-Key': 'k'}, false],
    'PATCH /api/tasks/1/complete': [{}, false],
    'DELETE /api/tasks/1': [{}, false],
  };
  for (const [name, [headers, is_repeated]] of Object.entries(REPEATED)) {
    test(`sends ${is_repeated ? 'again' : 'once only'}: ${name}`, LIMIT, async () => {
      const [method, path] = name.split(' ');
      upstream.break_off(1);
      const body = method === 'POST' ? '{"title": "a"}' : undefined;
      const {status} = await ask(ports.tls, path, {method, headers, body});
      assert.equal(status, is_repeated ? 200 : 502);
      assert.equal(upstream.broken_off(), 1);
    });
  }
});

describe('Caddy', {skip: has('caddy') ? false : 'there is no Caddy here'}, () => {
  const validate = (file, home) => run('caddy', [
    'validate', '--adapter', 'caddyfile', '--config', file,
  ], {env: {...process.env, HOME: home}});

  test('takes the configuration', () => in_folder((home) => {
    const {status, output} = validate(`${ROOT}deploy/Caddyfile`, home);
    assert.equal(status, 0, output);
    assert.doesNotMatch(output, /"level":"warn"/);
  }));

  test('would not take one that is wrong', () => in_folder((home) => {
    const file = join(home, 'Caddyfile');
    writeFileSync(file, read('deploy/Caddyfile').replace('flush_interval', 'flush_intervall'));
    assert.notEqual(validate(file, home).status, 0);
  }));
});

test('all are in front of a todod that is told so', () => {
  for (const name of ['nginx.conf', 'Caddyfile', 'haproxy.cfg']) {
    const text = read(`deploy/${name}`);
    for (const line of [
      'ENVIRONMENT=production', 'TRUSTED_PROXIES=loopback', 'PUBLIC_URL=https://todo.example',
    ]) {
      assert.ok(text.includes(`#   ${line}\n`), `${name}: ${line}`);
    }
  }
});
