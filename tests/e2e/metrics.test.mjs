// /metrics: what was asked, counted exactly, and nothing that anybody sent.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {Client} from './support/client.mjs';
import {database, is_repetition, only_on} from './support/database.mjs';
import {Metrics} from './support/metrics.mjs';
import {start} from './support/server.mjs';
import {exchange, read_answers, request_of} from './support/socket.mjs';

const REQUESTS = 'todod_http_requests_total';
const DURATION = 'todod_http_request_duration_seconds';

let server;
let nobody;

before(async () => {
  server = await start({env: {WORKERS: 3}});
  nobody = await Client.of(server);
});
after(() => server.stop());

/// By how much `name` has risen while `work` was done.
async function rise(work, ...series) {
  const earlier = await Metrics.of(server);
  await work();
  const later = await Metrics.of(server);
  return series.map(([name, labels]) => later.sum(name, labels) - earlier.sum(name, labels));
}

describe('the page', () => {
  test('is for Prometheus, and for nobody to keep', async () => {
    const answer = await nobody.raw('GET', '/metrics');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    const head = await nobody.raw('HEAD', '/metrics');
    assert.equal(head.status, 200);
    assert.equal(head.text, '');
    assert.equal((await nobody.raw('POST', '/metrics')).status, 405);
    assert.equal((await nobody.raw('GET', '/metrics?name=x')).status, 200);
  });

  test('lets in whoever asks, also with credentials that do not hold', async () => {
    assert.equal((await nobody.with_token('none-of-ours').raw('GET', '/metrics')).status, 200);
  });

  test('has names, types and units as they should be', async () => {
    const {families} = await Metrics.of(server);
    for (const [name, {type}] of families) {
      assert.match(name, /^(todod|process)_[a-z_]+$/);
      assert.equal(name.endsWith('_total'), type === 'counter', name);
    }
    for (const name of [REQUESTS, DURATION, 'todod_db_batches_total', 'todod_build_info']) {
      assert.ok(families.has(name), name);
    }
  });

  test('knows the process', async () => {
    const metrics = await Metrics.of(server);
    const {body} = await nobody.expect(200, 'GET', '/health');
    assert.equal(metrics.sum('todod_build_info', {version: body.version}), 1);
    assert.ok(metrics.sum('process_resident_memory_bytes') > 1e6);
    assert.ok(metrics.sum('process_cpu_seconds_total') >= 0);
    assert.ok(metrics.sum('process_open_fds') > 3);
    const age = Date.now() / 1000 - metrics.sum('process_start_time_seconds');
    assert.ok(age > -5 && age < 3600, `started ${age} s ago`);
  });
});

describe('requests', () => {
  test('are counted by route, method and status', async () => {
    const ada = nobody.as('metrics-ada');
    const path = '/api/metrics-ada/tasks';
    const route = '/api/{user_id}/tasks';
    const of_task = '/api/{user_id}/tasks/{task_id}';
    const risen = await rise(async () => {
      const {body: task} = await ada.expect(201, 'POST', path, {body: {title: 'one'}});
      await ada.expect(201, 'POST', path, {body: {title: 'two'}});
      await ada.expect(422, 'POST', path, {body: {}});
      await ada.expect(200, 'GET', `${path}?limit=1`);
      await ada.expect(200, 'GET', `${path}/${task.id}`);
      await ada.expect(200, 'GET', `${path}/${task.number}`);
      await ada.expect(404, 'GET', `${path}/999`);
      await ada.raw('HEAD', `${path}/${task.id}`);
      await nobody.expect(401, 'GET', path);
      await ada.expect(403, 'GET', '/api/metrics-bob/tasks');
      await ada.raw('DELETE', path);
    },
    [REQUESTS, {route, method: 'POST', status: 201}],
    [REQUESTS, {route, method: 'POST', status: 422}],
    [REQUESTS, {route, method: 'GET', status: 200}],
    [REQUESTS, {route, method: 'GET', status: 401}],
    [REQUESTS, {route, method: 'GET', status: 403}],
    [REQUESTS, {route, method: 'DELETE', status: 405}],
    [REQUESTS, {route: of_task, method: 'GET', status: 200}],
    [REQUESTS, {route: of_task, method: 'GET', status: 404}],
    [REQUESTS, {route: of_task, method: 'HEAD', status: 200}],
    [`${DURATION}_count`, {route: of_task, method: 'GET'}],
    [`${DURATION}_bucket`, {route: of_task, method: 'GET', le: '+Inf'}],
    [REQUESTS, {}]);
    // The last has the scrape before: it was counted when it had been answered.
    assert.deepEqual(risen, [2, 1, 1, 1, 1, 1, 2, 1, 1, 3, 3, 12]);
  });

  test('are counted whichever connection they come on, and many at once', async () => {
    const [risen, in_flight] = await rise(async () => {
      await Promise.all(Array.from({length: 200}, () => nobody.raw('GET', '/health')));
    }, [REQUESTS, {route: '/health', status: 200}], ['todod_http_requests_in_flight', {}]);
    assert.equal(risen, 200);
    assert.equal(in_flight, 0);
    assert.equal((await Metrics.of(server)).sum('todod_http_requests_in_flight'), 1);
  });

  test('of files and pages are counted by their path', async () => {
    const risen = await rise(async () => {
      await nobody.raw('GET', '/docs');
      await nobody.raw('GET', '/docs', {headers: {'If-None-Match': '*'}});
      await nobody.raw('GET', '/', {headers: {Accept: 'text/html'}});
    },
    [REQUESTS, {route: '/docs', status: 200}], [REQUESTS, {route: '/docs', status: 304}],
    [REQUESTS, {route: '/', status: 200}], [REQUESTS, {route: '/metrics', status: 200}]);
    assert.deepEqual(risen, [1, 1, 1, 1]);
  });

  test('that are none are counted by how they were refused', async () => {
    const before_all = await Metrics.of(server);
    for (const bytes of ['what is this\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n']) {
      await exchange(server.port, bytes);
    }
    const metrics = await Metrics.of(server);
    const of = (all) => all.sum('todod_http_refused_requests_total', {status: 400});
    assert.equal(of(metrics) - of(before_all), 2);
  });

  test('take time, which is told in seconds', async () => {
    const labels = {route: '/api/auth/login', method: 'POST'};
    const [count, sum, quick] = await rise(
        () => nobody.expect(401, 'POST', '/api/auth/login',
                            {body: {email: 'nobody@example.com', password: 'not a password'}}),
        [`${DURATION}_count`, labels], [`${DURATION}_sum`, labels],
        [`${DURATION}_bucket`, {...labels, le: '0.0005'}]);
    assert.equal(count, 1);
    assert.equal(quick, 0, 'a password is hashed in no half a millisecond');
    assert.ok(sum > 0.0005 && sum < 60, `${sum} s`);
  });

  test('make no series by what is in them', {skip: is_repetition}, async () => {
    const ask = async (from, count) => {
      let bytes = '';
      const headers = ['Content-Length: 0', 'Authorization: Bearer a-token-of-nobody'];
      for (let i = from; i < from + count; i += 1) {
        bytes += request_of('GET', `/nothing/${i}`, headers);
        bytes += request_of(`MAKE${i}`, '/health', headers);
        bytes += request_of('GET', `/api/user-${i}/tasks/${i}?x${i}=1`, headers);
      }
      const last = request_of('GET', '/health', ['Connection: close']);
      const {text} = await exchange(server.port, bytes + last);
      assert.equal(read_answers(text).length, 3 * count + 1);
    };
    await ask(0, 1);
    const few = await Metrics.of(server);
    await ask(1, 1000);
    const many = await Metrics.of(server);
    assert.deepEqual(many.series, few.series);
    const unmatched = (method) => [few, many].map((metrics) =>
      metrics.sum(REQUESTS, {route: 'unmatched', method}));
    for (const method of ['GET', 'other']) {
      const [earlier, later] = unmatched(method);
      assert.equal(later - earlier, 1000, method);
    }
    assert.doesNotMatch(many.text, /nothing|MAKE|user-\d|nobody/);
  });
});

describe('the database', () => {
  const batches = 'todod_db_batches_total';
  const requests = 'todod_db_batched_requests_total';
  const kinds = database === 'sqlite' ?
    {read: 'read', list: 'read', create: 'write'} :
    {read: 'find', list: 'plain_list', create: 'create'};

  test('is asked in batches', async () => {
    const ada = nobody.as('metrics-batches');
    const {body: task} = await ada.expect(201, 'POST', '/api/tasks', {body: {title: 'first'}});
    const created = await rise(
        () => Promise.all(Array.from({length: 50}, (_, i) =>
          ada.expect(201, 'POST', '/api/tasks', {body: {title: `task ${i}`}}))),
        [requests, {kind: kinds.create}], [batches, {kind: kinds.create}]);
    assert.equal(created[0], 50);
    assert.ok(created[1] >= 1 && created[1] <= 50, `${created[1]} batches`);
    const [found] = await rise(() => ada.expect(200, 'GET', `/api/tasks/${task.id}`),
                               [requests, {kind: kinds.read}]);
    assert.ok(found >= 1);
    const [listed] = await rise(() => ada.expect(200, 'GET', '/api/tasks'),
                                [requests, {kind: kinds.list}]);
    assert.ok(listed >= 1);
    const metrics = await Metrics.of(server);
    assert.equal(metrics.sum('todod_db_queued_requests'), 0);
    assert.equal(metrics.sum('todod_db_refused_requests_total'), 0);
  });

  test('has connections where it is a server', only_on('postgres'), async () => {
    await nobody.as('metrics-pool').expect(200, 'GET', '/api/tasks');
    const metrics = await Metrics.of(server);
    const open = metrics.sum('todod_db_connections');
    assert.ok(open >= 1, `${open} connections`);
    assert.ok(metrics.sum('todod_db_connects_total') >= open);
    assert.equal(metrics.sum('todod_db_connect_failures_total'), 0);
    assert.equal(metrics.sum('todod_db_connection_waiters'), 0);
  });

  test('has pages that are as they were where it is a server', only_on('postgres'), async () => {
    const ada = nobody.as('metrics-pages');
    await ada.expect(201, 'POST', '/api/tasks', {body: {title: 'first'}});
    const lookups = 'todod_db_page_lookups_total';
    const [hits, misses] = await rise(async () => {
      for (let i = 0; i < 10; i += 1) await ada.expect(200, 'GET', '/api/tasks');
    }, [lookups, {result: 'hit'}], [lookups, {result: 'miss'}]);
    assert.equal(hits + misses, 10);
    assert.ok(hits >= 1, `${hits} hits`);
  });

  test('has no connections where it is a file', only_on('sqlite'), async () => {
    assert.ok(!(await Metrics.of(server)).families.has('todod_db_connections'));
  });
});

test('passwords are counted', async () => {
  const body = {name: 'Ada', email: 'ada-metrics@example.com', password: 'correct horse battery'};
  const [hashes, refusals] = await rise(
      () => nobody.expect(201, 'POST', '/api/auth/register', {body}),
      ['todod_password_hashes_total', {}], ['todod_password_refusals_total', {}]);
  assert.deepEqual([hashes, refusals], [1, 0]);
});

test('nothing of anybody is on the page', async () => {
  const password = 'a password of the metrics';
  const {body: {id}} = await nobody.expect(201, 'POST', '/api/auth/register', {
    body: {name: 'Grace', email: 'grace-metrics@example.com', password},
  });
  const {body: {access_token: token}} = await nobody.expect(200, 'POST', '/api/auth/login', {
    body: {email: 'grace-metrics@example.com', password},
  });
  const grace = nobody.with_token(token);
  const {body: task} = await grace.expect(201, 'POST', `/api/${id}/tasks`,
                                          {body: {title: 'a title of the metrics'}});
  await grace.expect(200, 'GET', `/api/${id}/tasks/${task.id}`);
  const {text} = await Metrics.of(server);
  for (const secret of [id, task.id, token, token.split('.')[2], password, 'Grace', 'grace',
    'a title', 'localhost', '127.0.0.1']) {
    assert.ok(!text.includes(secret), secret);
  }
});
