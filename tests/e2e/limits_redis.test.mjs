// Limits that replicas share in Redis, which may be away, held or behind a password.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client} from './support/client.mjs';
import {database} from './support/database.mjs';
import {PrivateRedis} from './support/redis.mjs';
import {make_folder, remove_folder, start} from './support/server.mjs';

const REPLICAS = 3;
const READS = 100;
const WRITES = 30;
const POLL_MS = 20;
const LIMIT_MS = 10_000;
/// So long a Redis may be silent.
const PATIENCE_MS = 250;
const ROUNDS = 20;
/// Answers that show that they go on.
const SOME = 50;

const somebody = () => `user-${randomUUID()}`;

/// Replicas on one PostgreSQL; on SQLite each has its own, and they know the same users by their
/// JWTs alone.
async function start_replicas(redis, env = {}) {
  const folders = [make_folder()];
  while (database === 'sqlite' && folders.length < REPLICAS) folders.push(make_folder());
  const servers = await Promise.all(Array.from({length: REPLICAS}, (_, i) => start({
    folder: folders[i % folders.length],
    env: {RATE_LIMIT_ENABLED: true, REDIS_URL: redis, ...env},
  })));
  const clients = await Promise.all(servers.map((server) => Client.of(server)));
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    folders.forEach(remove_folder);
  };
  return {servers, clients, stop};
}

/// Asks each of `clients` in turn, `count` times in all: {statuses, longest}.
async function ask(clients, user_id, count, {method = 'GET', body} = {}) {
  const users = clients.map((client) => client.as(user_id));
  const statuses = {};
  let longest = 0;
  await Promise.all(Array.from({length: count}, async (_, i) => {
    const begun = performance.now();
    const {status} = await users[i % users.length].call(method, '/api/tasks', {body});
    longest = Math.max(longest, performance.now() - begun);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }));
  return {statuses, longest};
}

const write = {method: 'POST', body: {title: 'written'}};

/// Fails unless the replicas hold one limit together. One that Redis does not answer in time, on a
/// busy machine, holds it by itself for a moment: then that of another user shows it.
async function check_shared(clients) {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const {statuses} = await ask(clients, somebody(), 60, write);
    if (statuses[201] === WRITES && statuses[429] === 60 - WRITES) return;
    assert.ok(Date.now() < deadline, `not shared: ${JSON.stringify(statuses)}`);
  }
}

async function wait_until(is_true, what) {
  const deadline = Date.now() + LIMIT_MS;
  while (!is_true()) {
    assert.ok(Date.now() < deadline, what());
    await sleep(POLL_MS);
  }
}

/// Until each of the replicas has said it so often.
async function wait_for_log(servers, pattern, count = 1) {
  const has = ({log}) => (log.match(new RegExp(pattern, 'g')) ?? []).length >= count;
  await wait_until(() => servers.every(has),
    () => `not said in time: ${pattern}\n${servers[0].log}`);
}

const AWAY = 'Redis at \\S+ cannot be used';
const BACK = 'Redis at \\S+ is back';

describe('replicas with one Redis', () => {
  let redis;
  let replicas;

  before(async () => {
    redis = await PrivateRedis.start();
    replicas = await start_replicas(redis.url);
  });
  after(async () => {
    await replicas.stop();
    await redis.remove();
  });

  test('hold one limit between them', async () => {
    const {clients} = replicas;
    const ada = somebody();
    assert.deepEqual((await ask(clients, ada, 140)).statuses, {200: READS, 429: 40});
    assert.deepEqual((await ask(clients, ada, 40, write)).statuses, {201: WRITES, 429: 10});
    assert.deepEqual((await ask(clients, somebody(), 30)).statuses, {200: 30}, 'another user');
    for (const client of clients) {
      const refused = await client.as(ada).expect(429, 'GET', '/api/tasks');
      assert.equal(refused.headers.get('x-ratelimit-remaining'), '0');
      assert.ok(Number(refused.headers.get('retry-after')) >= 1);
    }
    const bob = somebody();
    for (let i = 0; i < 12; i += 1) {
      const answer = await clients[i % REPLICAS].as(bob).expect(200, 'GET', '/api/tasks');
      assert.equal(answer.headers.get('x-ratelimit-remaining'), String(READS - 1 - i));
    }
  });

  test('keep no name of anybody there', async () => {
    await ask(replicas.clients, 'a-name-to-look-for', 3);
    const keys = await redis.ask('KEYS', '*');
    assert.match(keys, /todod:limit:read:/);
    assert.doesNotMatch(keys, /a-name-to-look-for/);
  });

  test('hold a limit each while it is killed, and fail no request', async () => {
    const {servers, clients} = replicas;
    let asked = 0;
    let is_over = false;
    const load = Promise.all(Array.from({length: 12}, async (_, i) => {
      for (; !is_over; asked += 1) {
        const answer = await clients[i % REPLICAS].as(somebody())
          .call('GET', '/api/tasks');
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.headers.get('x-ratelimit-limit'), String(READS));
      }
    }));
    const wait_for_answers = (count) =>
      wait_until(() => asked >= count, () => `${asked} answers, not ${count}`);
    await wait_for_answers(SOME);
    await redis.kill();
    await wait_for_log(servers, AWAY);
    await wait_for_answers(asked + SOME);
    const ada = somebody();
    const {statuses} = await ask(clients, ada, 120, write);
    assert.deepEqual(statuses, {201: REPLICAS * WRITES, 429: 120 - REPLICAS * WRITES});
    await redis.start();
    await wait_for_log(servers, BACK);
    is_over = true;
    await load;
    await check_shared(clients);
    for (const {log} of servers) {
      assert.equal(log.match(new RegExp(AWAY, 'g')).length, 1, 'a line for each change');
      assert.equal(log.match(new RegExp(BACK, 'g')).length, 1);
      assert.doesNotMatch(log, /ERROR/);
    }
  });

  test('wait for one that does not answer once, not each time', async () => {
    const {servers, clients} = replicas;
    const known = await ask(clients, somebody(), 30, write);
    assert.deepEqual(known.statuses, {201: 30});
    redis.pause();
    try {
      let quickest = Infinity;
      for (let i = 0; i < ROUNDS; i += 1) {
        const {statuses, longest} = await ask(clients, somebody(), 30);
        assert.deepEqual(statuses, {200: 30});
        quickest = Math.min(quickest, longest);
      }
      assert.ok(quickest < PATIENCE_MS, `${quickest} ms at least`);
      const {statuses} = await ask(clients, somebody(), 120, write);
      assert.deepEqual(statuses, {201: REPLICAS * WRITES, 429: 120 - REPLICAS * WRITES});
      await wait_for_log(servers, AWAY, 2);
    } finally {
      redis.resume();
    }
    await wait_for_log(servers, BACK, 2);
    await check_shared(clients);
  });

  test('bring the script where it has been forgotten', async () => {
    assert.match(await redis.ask('SCRIPT', 'FLUSH'), /OK/);
    await check_shared(replicas.clients);
  });
});

describe('a Redis', () => {
  test('with a password is signed in to, and the password is not in the log', async () => {
    const redis = await PrivateRedis.start({password: 'p@ss:w/rd'});
    const {servers, clients, stop} = await start_replicas(redis.url, {LOG_LEVEL: 'DEBUG'});
    try {
      await check_shared(clients);
      await redis.kill();
      await ask(clients, somebody(), 3);
      for (const {log} of servers) assert.doesNotMatch(log, /p@ss|p%40ss/);
    } finally {
      await stop();
      await redis.remove();
    }
  });

  test('may be reached through a Unix socket', async () => {
    const redis = await PrivateRedis.start();
    const {clients, stop} = await start_replicas(redis.unix_url);
    try {
      await check_shared(clients);
    } finally {
      await stop();
      await redis.remove();
    }
  });

  test('may come later than the service', async () => {
    const redis = await PrivateRedis.start();
    await redis.kill();
    const {servers, clients, stop} = await start_replicas(redis.url);
    try {
      await wait_for_log(servers, AWAY);
      assert.deepEqual((await ask(clients, somebody(), 30)).statuses, {200: 30});
      await redis.start();
      await wait_for_log(servers, BACK);
      await check_shared(clients);
    } finally {
      await stop();
      await redis.remove();
    }
  });
});
