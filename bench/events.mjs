// What idle streams of changes cost, over HTTP:
//
//   node bench/events.mjs [STREAMS]
//
// STREAMS (10,000) are opened and say nothing: what a stream takes of todod's memory, and the 99th
// percentile of task requests, some 1,600 a second and half of them writes, without and beside
// them, in turns. Then what is written, with one stream of each user who writes: how long until it
// has been told. On the embedded database, or on that of $DATABASE_URL. Needs wrk. $TODOD is the
// binary, build/release/todod where it is not set.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {connect} from 'node:net';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client} from '../tests/e2e/support/client.mjs';
import {Follower} from '../tests/e2e/support/follow.mjs';
import {token_of} from '../tests/e2e/support/jwt.mjs';
import {start} from '../tests/e2e/support/server.mjs';
import {fill, load, median} from './wrk.mjs';

const STREAMS = Number(process.argv[2] ?? 10_000);
const OF_USER = 20;
const AT_ONCE = 200;
const TASKS = 20;
const CONNECTIONS = 32;
const SECONDS = 3;
const ROUNDS = 15;
/// Streams say every 11 to 15 s that they are there, and credentials are looked at after 45 s.
const IDLE_MS = 30_000;
/// Between an answer and the next request of the same connection, on average.
const THINK_MS = 20;
const TOLD = 300;

const requests = [
  ['GET', '/api/tasks/1'], ['GET', '/api/tasks?limit=20'], ['POST', '/api/tasks', {title: 'x'}],
  ['PATCH', '/api/tasks/2/complete'],
];

/// In KB.
function memory_of(server) {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]);
}

/// CPU time that was taken, in seconds.
function time_of(server) {
  const stat = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(stat[11]) + Number(stat[12])) / 100;
}

/// One stream, once its first event has come.
function open(server, user) {
  return new Promise((done, failed) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write(
        'GET /api/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n' +
        `Authorization: Bearer ${token_of(user)}\r\n\r\n`));
    socket.on('error', failed).on('data', (bytes) => {
      if (bytes.includes('event: ready')) return done(socket);
      if (bytes.includes('HTTP/1.1 ') && !bytes.includes(' 200 OK')) failed(new Error(`${bytes}`));
    });
  });
}

async function open_all(server) {
  const all = [];
  while (all.length < STREAMS) {
    const count = Math.min(AT_ONCE, STREAMS - all.length);
    all.push(...await Promise.all(Array.from({length: count}, (_, i) =>
      open(server, `follower-${Math.floor((all.length + i) / OF_USER)}`))));
  }
  return all;
}

const usual = (server) => load(server, requests, {
  seconds: SECONDS, connections: CONNECTIONS, think_ms: THINK_MS,
});

/// The memory and time of `server` with its streams, and requests to it and to one without, in
/// turns so short that both have the same luck with the machine.
async function measure_idle(server, without) {
  await usual(server);
  const before = memory_of(server);
  const sockets = await open_all(server);
  await sleep(1000);
  const after = memory_of(server);
  console.log(`${STREAMS} streams: ${(before / 1024).toFixed(0)} MB before, ` +
              `${(after / 1024).toFixed(0)} MB with them, ` +
              `${((after - before) / STREAMS).toFixed(1)} KB each`);
  await sleep(IDLE_MS);
  const begun = time_of(server);
  await sleep(IDLE_MS);
  console.log(`idle: ${((time_of(server) - begun) / IDLE_MS * 1e5).toFixed(1)} % of a core`);
  const alone = [];
  const beside = [];
  for (let round = 0; round < ROUNDS; ++round) {
    alone.push((await usual(without)).p99);
    beside.push((await usual(server)).p99);
  }
  assert.ok(sockets.every(({destroyed}) => !destroyed));
  const ratio = median(beside) / median(alone);
  console.log(`tasks: p99 ${median(alone)} ms alone, ${median(beside)} ms beside them: ` +
              `${ratio.toFixed(2)} times`);
}

/// From the answer to a write, or from its request, until its event.
async function measure_told(server) {
  const ada = (await Client.of(server)).as('ada');
  const follower = await Follower.of(ada);
  await follower.wait_for(1);
  const times = [];
  for (let i = 0; i < TOLD; ++i) {
    const begun = performance.now();
    const [answer] = await Promise.all([
      ada.raw('POST', '/api/tasks', {body: {title: 'x'}}),
      (async () => {
        while (follower.events.length < i + 2) await new Promise(setImmediate);
      })(),
    ]);
    assert.equal(answer.status, 201);
    times.push(performance.now() - begun);
  }
  follower.cut();
  times.sort((a, b) => a - b);
  const at = (part) => times[Math.floor(part * times.length)].toFixed(2);
  console.log(`told: ${at(0.5)} ms from the request for a write to its event, p99 ${at(0.99)} ms`);
}

const env = {
  WORKERS: 2, ...process.env.DATABASE_URL ? {DATABASE_URL: process.env.DATABASE_URL} : {},
};
const servers = [await start({env}), await start({env})];
try {
  for (const server of servers) await fill(server, TASKS);
  await measure_told(servers[0]);
  await measure_idle(...servers);
} finally {
  for (const server of servers) await server.stop();
}
