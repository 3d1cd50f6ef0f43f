// Three replicas behind HAProxy, as deploy/haproxy.cfg has it, on one PostgreSQL and one Redis:
// what whoever asks notices of one that is restarted (nothing), and of one that is killed.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, afterEach, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {HaProxy, write_haproxy} from '../deploy/support/haproxy.mjs';
import {Client} from './support/client.mjs';
import {execute, only_on} from './support/database.mjs';
import {Load} from './support/load.mjs';
import {PrivateRedis} from './support/redis.mjs';
import {free_port, make_folder, remove_folder, start} from './support/server.mjs';

const NAMES = ['one', 'two', 'three'];
const CONNECTIONS = 12;
/// As deploy/haproxy.cfg tells.
const SHUTDOWN_DELAY = 5;
const LIMIT_MS = 60_000;
const POLL_MS = 20;
/// Of each connection, in each state.
const SOME = 10;
const PLENTY = 1_000_000;

let folder;
let redis;
let replicas;  // name -> {port, server}
let haproxy_folder;
let haproxy;
let url;
let clients;

const env_of = (port) => ({
  PORT: port, SHUTDOWN_DELAY, REDIS_URL: redis.url, TRUSTED_PROXIES: 'loopback',
  RATE_LIMIT_ENABLED: true, RATE_LIMIT_READ: PLENTY, RATE_LIMIT_WRITE: PLENTY,
});

const start_replica = (port, env = {}) => start({folder, env: {...env_of(port), ...env}});

async function until(condition, what) {
  const deadline = Date.now() + LIMIT_MS;
  while (!await condition()) {
    assert.ok(Date.now() < deadline, `not in time: ${what}`);
    await sleep(POLL_MS);
  }
}

const until_state = (name, state) =>
  until(async () => (await haproxy.replica(name)).status === state, `${name} is ${state}`);

/// What HAProxy has had to put right of a replica.
async function troubles_of(name) {
  const {econ, eresp, wretr, wredis} = await haproxy.replica(name);
  return {econ, eresp, wretr, wredis};
}

async function readiness_of(server) {
  const response = await fetch(`${server.url}/health/ready`, {headers: {Connection: 'close'}});
  return {status: response.status, body: await response.json()};
}

/// Every write that was answered is there, and no other but those that failed.
function check_writes(load) {
  for (const {client, tasks, unknown} of load.visitors) {
    const rows = execute(folder,
      `SELECT id, version FROM tasks WHERE user_id = '${client.user_id}'`).trim().split('\n');
    const versions = new Map(rows.map((row) => row.split('|')).map(([id, n]) => [id, Number(n)]));
    let too_many = 0;
    for (const [id, changes] of tasks) {
      assert.ok(versions.has(id), `the task ${id} was answered, and is not there`);
      assert.ok(versions.get(id) > changes, `${id} is at ${versions.get(id)} after ${changes}`);
      too_many += versions.get(id) - 1 - changes;
    }
    assert.ok(too_many <= unknown.changes, `${too_many} changes that nobody was told of`);
    assert.ok(versions.size <= tasks.size + unknown.tasks, 'tasks that nobody was told of');
  }
}

const told = ({failures}) => failures.map(({what}) => what).join('\n');

before(async () => {
  if (only_on('postgres').skip) return;
  folder = make_folder();
  haproxy_folder = mkdtempSync(join(tmpdir(), 'todod-haproxy-'));
  redis = await PrivateRedis.start();
  const ports = [await free_port(), await free_port(), await free_port()];
  const servers = await Promise.all(ports.map(start_replica));
  replicas = new Map(NAMES.map((name, i) => [name, {port: ports[i], server: servers[i]}]));
  const plain = await free_port();
  write_haproxy(haproxy_folder, {replicas: ports, plain});
  haproxy = await HaProxy.start(haproxy_folder, plain);
  url = `http://127.0.0.1:${plain}`;
  const nobody = await Client.of(servers[0]);
  clients = () => Array.from({length: CONNECTIONS}, () => nobody.as(`user-${randomUUID()}`));
  for (const name of NAMES) await until_state(name, 'UP');
});
after(async () => {
  if (replicas === undefined) return;
  await haproxy?.stop();
  await Promise.all([...replicas.values()].map(async ({server}) => {
    server.signal('SIGTERM');
    server.signal('SIGINT');
    await server.wait_until_ended();
  }));
  await redis.remove();
  remove_folder(folder);
  rmSync(haproxy_folder, {recursive: true, force: true});
});

describe('behind a load balancer', only_on('postgres'), () => {
  let load;
  afterEach(() => load?.stop());

  test('replicas that are restarted one by one fail no request', async (t) => {
    load = new Load(url, clients());
    await load.go_on(SOME);
    for (const [name, replica] of replicas) {
      replica.server.signal('SIGTERM');
      assert.deepEqual(await replica.server.wait_until_ended(), {code: 0, signal: null});
      assert.match(replica.server.log, /Leaving: .*\n[^]*Stopping: .*\n[^]*Stopped/);
      await load.go_on(SOME);
      replica.server = await start_replica(replica.port);
      assert.equal((await readiness_of(replica.server)).status, 200);
      await until_state(name, 'UP');
      await load.go_on(SOME);
    }
    await load.stop();
    t.diagnostic(`${load.asked} requests, ${load.failures.length} failed`);
    assert.deepEqual(load.failures, [], told(load));
    check_writes(load);
    for (const name of NAMES) assert.ok(haproxy.log.includes(`todod/${name} `), `${name} is idle`);
  });

  test('a replica that leaves is asked no more before it goes', async () => {
    load = new Load(url, clients());
    const [name, replica] = [...replicas][2];
    replica.server.signal('SIGTERM');
    await replica.server.wait_until_ended();
    // Until it is told twice.
    replica.server = await start_replica(replica.port, {SHUTDOWN_DELAY: 300});
    await until_state(name, 'UP');
    await load.go_on(SOME);
    const before_it = await troubles_of(name);
    replica.server.signal('SIGTERM');
    await until_state(name, 'DOWN');
    await load.go_on(SOME);
    replica.server.signal('SIGTERM');
    assert.deepEqual(await replica.server.wait_until_ended(), {code: 0, signal: null});
    await load.go_on(SOME);
    assert.deepEqual(await troubles_of(name), before_it, 'HAProxy had something to put right');
    replica.server = await start_replica(replica.port);
    await until_state(name, 'UP');
    await load.stop();
    assert.deepEqual(load.failures, [], told(load));
    check_writes(load);
  });

  test('a replica that is killed fails what it was answering, and nothing else', async (t) => {
    load = new Load(url, clients());
    await load.go_on(SOME);
    const [name, replica] = [...replicas][1];
    const others = NAMES.filter((each) => each !== name);
    const before_it = await Promise.all(others.map(troubles_of));
    await replica.server.kill();
    await until_state(name, 'DOWN');
    await load.go_on(1);
    const failed = load.failures.length;
    await load.go_on(SOME);
    replica.server = await start_replica(replica.port);
    await until_state(name, 'UP');
    await load.go_on(SOME);
    await load.stop();
    t.diagnostic(`${load.asked} requests, ${failed} failed`);
    assert.equal(load.failures.length, failed, `after it was left out:\n${told(load)}`);
    for (const visitor of load.visitors) {
      // HAProxy may take a second request to a connection whose end it has not seen yet.
      assert.ok(visitor.failed <= 2, `more than was in flight:\n${told(load)}`);
    }
    // Which may not be repeated, as HAProxy does with what was read.
    for (const {what} of load.failures) assert.match(what, /^(POST|PATCH) /);
    assert.deepEqual(await Promise.all(others.map(troubles_of)), before_it, 'of the others');
    check_writes(load);
  });

  test('a migration of the next release leaves replicas of this one ready', async () => {
    const insert = (number) => execute(folder,
      'INSERT INTO schema_migrations (number, name, applied_at) '
      + `SELECT ${number}, 'of_the_next_release', max(applied_at) FROM schema_migrations`);
    load = new Load(url, clients());
    await load.go_on(SOME);
    insert(9000);
    for (const {server} of replicas.values()) {
      assert.deepEqual(await readiness_of(server),
                       {status: 200, body: {status: 'ready', database: 'connected'}});
    }
    await load.go_on(SOME);
    // As a rollback starts it.
    const [name, replica] = [...replicas][0];
    replica.server.signal('SIGTERM');
    await replica.server.wait_until_ended();
    replica.server = await start_replica(replica.port);
    await until_state(name, 'UP');
    assert.equal(replica.server.log.match(/WARNING.* 9000, made by a newer todod/g).length, 1);
    await load.go_on(SOME);
    await load.stop();
    assert.deepEqual(load.failures, [], told(load));
    check_writes(load);
  });
});
