// What the assistant costs, over HTTP on the embedded database:
//
//   node bench/chat.mjs
//
// First turns of the builtin engine, which adds, lists and completes, over 32 connections; then the
// 99th percentile of task requests, some 1,600 a second, alone and beside 200 chats at once over a
// model that takes two seconds, in turns. Needs wrk. $TODOD is the binary, build/release/todod
// where it is not set.
import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import {setTimeout as sleep} from 'node:timers/promises';

import {start} from '../tests/e2e/support/server.mjs';
import {fill, load, median} from './wrk.mjs';

const TASKS = 20;
const CONNECTIONS = 32;
const SECONDS = 10;
const ROUNDS = 4;
const CHATS = 200;
/// On average: half of it either way, so that the chats do not keep step.
const MODEL_MS = 2000;
/// Between an answer and the next request of the same connection, on average.
const THINK_MS = 20;
const MESSAGES = [
  'Add a task to buy groceries tomorrow', "what's pending?", 'mark task 1 as done',
  'remind me to call mom on friday at 3pm', 'show completed tasks',
  'change task 2 to high priority',
];

/// Answers every chat completion after MODEL_MS.
async function slow_model() {
  const message = {role: 'assistant', content: 'Well.'};
  const choices = [{index: 0, message, finish_reason: 'stop'}];
  const model = createServer((asked, answer) => {
    asked.resume();
    setTimeout(() => {
      answer.setHeader('Content-Type', 'application/json');
      answer.end(JSON.stringify({id: 'x', object: 'chat.completion', choices}));
    }, MODEL_MS * (0.5 + Math.random()));
  });
  await new Promise((done) => model.listen(0, '127.0.0.1', done));
  return model;
}

/// CHATS at once while `work` goes on, which begins when all have begun.
async function beside_chats(server, work) {
  const chat = ['POST', '/api/chat/message', {message: 'How are you?'}];
  const seconds = SECONDS / 2 + 2 * MODEL_MS / 1000;
  const chats = load(server, [chat], {seconds, connections: CHATS});
  await sleep(2 * MODEL_MS);
  const result = await work();
  assert.ok((await chats).rate > CHATS / (MODEL_MS / 1000) / 2);
  return result;
}

async function measure_builtin() {
  const server = await start();
  try {
    await fill(server, TASKS);
    const turns = MESSAGES.map((message) => ['POST', '/api/chat/message', {message}]);
    const {rate, p99} = await load(server, turns, {seconds: SECONDS, connections: CONNECTIONS});
    console.log(`builtin: ${rate} turns a second, p99 ${p99} ms`);
  } finally {
    await server.stop();
  }
}

async function measure_beside_model() {
  const model = await slow_model();
  const server = await start({env: {
    OPENAI_API_KEY: 'sk-of-the-benchmark', WORKERS: 2,
    OPENAI_BASE_URL: `http://127.0.0.1:${model.address().port}/v1`,
  }});
  try {
    await fill(server, TASKS);
    const requests = [
      ['GET', '/api/tasks/1'], ['GET', '/api/tasks?limit=20'], ['POST', '/api/tasks', {title: 'x'}],
      ['PATCH', '/api/tasks/2/complete'],
    ];
    const alone = [];
    const beside = [];
    for (let round = 0; round < ROUNDS; ++round) {
      const usual = () => load(server, requests, {
        seconds: SECONDS / 2, connections: CONNECTIONS, think_ms: THINK_MS,
      });
      alone.push((await usual()).p99);
      beside.push((await beside_chats(server, usual)).p99);
    }
    const ratio = median(beside) / median(alone);
    console.log(`tasks: p99 ${median(alone)} ms alone, ${median(beside)} ms beside ${CHATS} ` +
                `chats over a model of ${MODEL_MS} ms: ${ratio.toFixed(2)} times`);
  } finally {
    await server.stop();
    model.close();
  }
}

await measure_builtin();
await measure_beside_model();
