// A connection over its life: what shares it, what ends it, and what happens to it when the server
// stops.
import assert from 'node:assert/strict';
import {connect} from 'node:net';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client} from './support/client.mjs';
import {exchange, read_answers, request_of} from './support/socket.mjs';
import {make_folder, remove_folder, start} from './support/server.mjs';

let server;
let nobody;
let ada;

before(async () => {
  server = await start();
  nobody = await Client.of(server);
  ada = nobody.as('ada');
});
after(() => server.stop());

const CLOSE = 'Connection: close';

/// A request that makes a task, as bytes.
function creation(title, headers = [], client = ada) {
  const body = JSON.stringify({title});
  return request_of('POST', '/api/tasks', [
    `Authorization: Bearer ${client.token}`, 'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`, ...headers,
  ], body);
}

async function answers_to(bytes, heads) {
  const {text, closed} = await exchange(server.port, bytes);
  assert.ok(closed, 'the connection was not closed');
  return read_answers(text, heads);
}

const statuses_of = (answers) => answers.map(({status}) => status);

/// A socket that has been written to, and what it has received.
async function open(port, bytes) {
  const socket = connect(port, '127.0.0.1');
  const gathered = {socket, text: '', closed: false};
  socket.setEncoding('latin1');
  socket.on('data', (part) => { gathered.text += part; });
  socket.on('close', () => { gathered.closed = true; });
  socket.on('error', () => {});
  await new Promise((done) => socket.on('connect', done));
  await new Promise((done) => socket.write(bytes, done));
  return gathered;
}

async function until(condition, what) {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, `${what} did not happen`);
    await sleep(5);
  }
}

describe('one connection', () => {
  test('answers what was sent at once, in its order', async () => {
    const bytes = [
      request_of('GET', '/health'), creation('first'), request_of('HEAD', '/health'),
      creation('second'), request_of('GET', '/nothing'),
      request_of('GET', '/api/tasks', [`Authorization: Bearer ${ada.token}`, CLOSE]),
    ].join('');
    const answers = await answers_to(bytes, [2]);
    assert.deepEqual(statuses_of(answers), [200, 201, 200, 201, 404, 200]);
    const titles = [answers[1], answers[3]].map(({body}) => JSON.parse(body).title);
    assert.deepEqual(titles, ['first', 'second']);
    assert.deepEqual(JSON.parse(answers[5].body).map(({title}) => title), ['second', 'first']);
  });

  test('answers a hundred requests that were sent at once', async () => {
    const many = Array.from({length: 100}, (_, i) => request_of('GET', '/health',
                                                                [`X-Request-ID: number-${i}`]));
    const answers = await answers_to(many.join('') + request_of('GET', '/health', [CLOSE]));
    assert.equal(answers.length, 101);
    answers.slice(0, 100).forEach(({headers}, i) =>
      assert.equal(headers.get('x-request-id'), `number-${i}`));
  });

  test('takes a request that comes byte by byte', async () => {
    const bytes = creation('slowly', [CLOSE]);
    const peer = await open(server.port, '');
    peer.socket.setNoDelay(true);
    for (const byte of bytes) {
      await new Promise((done) => peer.socket.write(byte, done));
    }
    await until(() => peer.closed, 'an answer');
    assert.deepEqual(statuses_of(read_answers(peer.text)), [201]);
  });

  test('takes a body in chunks', async () => {
    const chunks = [
      '9', '{"title":', '6;name=value', ' "chun', '4', 'ks"}', '0', 'X-Trailer: x', '', '',
    ].join('\r\n');
    const [answer] = await answers_to(request_of('POST', '/api/tasks', [
      `Authorization: Bearer ${ada.token}`, 'Content-Type: application/json',
      'Transfer-Encoding: chunked', CLOSE,
    ], chunks));
    assert.equal(answer.status, 201);
    assert.equal(JSON.parse(answer.body).title, 'chunks');
  });

  test('stays open unless one side does not want that', async () => {
    const ended = async (request, count = 1) => {
      const {text, closed} = await exchange(server.port, request, (so_far) =>
        so_far.split('HTTP/1.1 ').length > count && so_far.endsWith('}'));
      return {closed, text};
    };
    assert.ok(!(await ended(request_of('GET', '/health'))).closed);
    assert.ok(!(await ended(request_of('GET', '/nothing'))).closed);
    const [closing] = await answers_to(request_of('GET', '/health', [CLOSE]));
    assert.equal(closing.headers.get('connection'), 'close');
    const [old] = await answers_to('GET /health HTTP/1.0\r\n\r\n');
    assert.equal(old.status, 200);
    const kept = await ended('GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n');
    assert.match(kept.text, /\r\nConnection: keep-alive\r\n/i);
  });

  test('is closed after a request that cannot be read', async () => {
    const answers = await answers_to(`GET /health HTTP/1.1\r\nHost : x\r\n\r\n${
      request_of('GET', '/health')}`);
    assert.deepEqual(statuses_of(answers), [400]);
    assert.match(answers[0].headers.get('content-type'), /^application\/problem\+json/);
    assert.equal(JSON.parse(answers[0].body).request_id, answers[0].headers.get('x-request-id'));
  });

  test('may be closed by its client in the middle of anything', async () => {
    const pieces = ['', 'GET', 'GET /health HTTP/1.1\r\nHo', creation('half').slice(0, -5),
      creation('unread'), request_of('GET', '/openapi.json').repeat(50)];
    for (const piece of pieces) {
      const peer = await open(server.port, piece);
      peer.socket.destroy();
    }
    await nobody.expect(200, 'GET', '/health');
    const {body} = await ada.expect(200, 'GET', '/api/tasks?limit=1000');
    assert.ok(body.every(({title}) => title !== 'half'));
  });
});

describe('Expect: 100-continue', () => {
  const head = (length) => request_of('POST', '/api/tasks', [
    `Authorization: Bearer ${ada.token}`, 'Content-Type: application/json',
    `Content-Length: ${length}`, 'Expect: 100-continue',
  ]);
  const body = JSON.stringify({title: 'expected'});

  test('is told to go on, then answered', async () => {
    const peer = await open(server.port, head(body.length));
    await until(() => peer.text.includes('\r\n\r\n'), 'a 100');
    assert.equal(peer.text, 'HTTP/1.1 100 Continue\r\n\r\n');
    peer.socket.write(body);
    await until(() => peer.text.endsWith('}'), 'an answer');
    assert.match(peer.text, /\r\n\r\nHTTP\/1\.1 201 /);
    peer.socket.destroy();
  });

  test('is not told to go on with what will be refused', async () => {
    const {text} = await exchange(server.port, head(2 * 1024 * 1024));
    assert.match(text, /^HTTP\/1\.1 413 /);
  });

  test('needs no 100 when the body is there already', async () => {
    const {text} = await exchange(server.port, head(body.length) + body,
                                  (so_far) => so_far.endsWith('}'));
    assert.match(text, /^(HTTP\/1\.1 100 Continue\r\n\r\n)?HTTP\/1\.1 201 /);
  });

  test('is 417 for any other expectation', async () => {
    const bytes = request_of('GET', '/health', ['Expect: the-unexpected', CLOSE]);
    assert.deepEqual(statuses_of(await answers_to(bytes)), [417]);
  });
});

describe('a stop', () => {
  test('lets a request in flight end, and loses nothing', async () => {
    const folder = make_folder();
    try {
      const stopping = await start({folder});
      const client = (await Client.of(stopping)).as('ada');
      const bytes = creation('in flight', [], client);
      const half = bytes.length - 5;
      const peer = await open(stopping.port, bytes.slice(0, half));
      const idle = await open(stopping.port, request_of('GET', '/health'));
      await until(() => idle.text.endsWith('}'), 'an answer');

      stopping.signal('SIGTERM');
      await until(() => idle.closed, 'the end of an idle connection');
      const ready = await fetch(`${stopping.url}/ready`)
        .then(({status}) => status, () => 'refused');
      assert.ok([503, 'refused'].includes(ready), `${ready} while stopping`);
      assert.ok(!peer.closed, 'a request was cut off');

      peer.socket.write(bytes.slice(half));
      await until(() => peer.closed, 'an answer');
      const [answer] = read_answers(peer.text);
      assert.equal(answer.status, 201);
      assert.equal(answer.headers.get('connection'), 'close');
      assert.deepEqual(await stopping.wait_until_ended(), {code: 0, signal: null});

      const again = await start({folder});
      const {body} = await (await Client.of(again)).as('ada').expect(200, 'GET', '/api/tasks');
      assert.deepEqual(body, [JSON.parse(answer.body)]);
      await again.stop();
    } finally {
      remove_folder(folder);
    }
  });

  test('answers all that it has read under load', async () => {
    const stopping = await start();
    const client = (await Client.of(stopping)).as('ada');
    const peers = await Promise.all(Array.from({length: 32}, (_, i) =>
      open(stopping.port, creation(`load ${i}`, [], client).repeat(5))));
    await stopping.stop();
    await until(() => peers.every(({closed}) => closed), 'the end of the connections');
    for (const {text} of peers) {
      for (const {status, body, headers} of read_answers(text)) {
        assert.equal(status, 201);
        assert.equal(body.length, Number(headers.get('content-length')), 'an answer cut short');
      }
    }
  });

  test('comes at once when there is nothing to wait for, by either signal', async () => {
    for (const signal of ['SIGTERM', 'SIGINT']) {
      const idle = await start();
      idle.signal(signal);
      assert.deepEqual(await idle.wait_until_ended(), {code: 0, signal: null});
      assert.ok(!await idle.is_healthy());
      idle.remove();
    }
  });
});
