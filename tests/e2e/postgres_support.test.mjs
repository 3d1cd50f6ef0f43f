// That the servers which the tests of outages play with do as they are told.
import assert from 'node:assert/strict';
import {connect} from 'node:net';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {only_on, psql} from './support/database.mjs';
import {PgBouncer} from './support/pgbouncer.mjs';
import {PrivatePostgres} from './support/postgres.mjs';

const SILENCE_MS = 300;
const PATIENCE_MS = 10_000;

const fails = (work, message) => assert.throws(work, ({stderr}) => message.test(stderr));

/// The first byte of PostgreSQL's answer to "may I use TLS?"; nothing if it does not come
/// in time.
async function ask_for_tls(port, patience_ms) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
  const answer = new Promise((done) => socket.once('data', (data) => done(String(data))));
  const answered = await Promise.race([answer, sleep(patience_ms, undefined, {ref: false})]);
  socket.destroy();
  return answered;
}

describe('a private PostgreSQL', only_on('postgres'), () => {
  let postgres;
  let url;

  before(async () => {
    postgres = await PrivatePostgres.start({settings: {max_connections: 17}});
    url = postgres.create_database('kept');
    psql(url, 'CREATE TABLE notes (text text)');
  });
  after(() => postgres.remove());

  test('is durable, and has the settings it is given', () => {
    assert.equal(postgres.query('SHOW server_version_num').slice(0, 2), '15');
    assert.equal(postgres.query('SHOW fsync'), 'on\n');
    assert.equal(postgres.query('SHOW synchronous_commit'), 'on\n');
    assert.equal(postgres.query('SHOW max_connections'), '17\n');
  });

  for (const way of ['stop', 'kill']) {
    test(`is gone after a ${way}, and comes back with what it had`, async () => {
      psql(url, `INSERT INTO notes VALUES ('${way}')`);
      await postgres[way]();
      fails(() => psql(url, 'SELECT 1'), /Connection refused/);
      await postgres.start();
      assert.equal(psql(url, `SELECT text FROM notes WHERE text = '${way}'`), `${way}\n`);
    });
  }

  test('is another process after a restart', async () => {
    const started = () => postgres.query('SELECT pg_postmaster_start_time()');
    const first = started();
    await postgres.restart();
    assert.notEqual(started(), first);
  });

  test('takes connections and says nothing while it is paused', async () => {
    assert.equal(await ask_for_tls(postgres.port, PATIENCE_MS), 'N');
    postgres.pause();
    assert.equal(await ask_for_tls(postgres.port, SILENCE_MS), undefined);
    postgres.resume();
    assert.equal(await ask_for_tls(postgres.port, PATIENCE_MS), 'N');
  });

  test('can be killed while it is paused', async () => {
    postgres.pause();
    await postgres.kill();
    await postgres.start();
    assert.equal(psql(url, 'SELECT 1'), '1\n');
  });
});

describe('a private PostgreSQL with TLS', only_on('postgres'), () => {
  let postgres;

  before(async () => { postgres = await PrivatePostgres.start({tls: true}); });
  after(() => postgres.remove());

  test('can be verified by either of its names', () => {
    const in_use = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
    assert.match(postgres.url, /@localhost:.*sslmode=verify-full/);
    for (const name of ['localhost', '127.0.0.1']) {
      assert.equal(psql(postgres.url.replace('localhost', name), in_use), 't\n');
    }
  });

  test('takes no connection without TLS, and is trusted by none who does not know its CA', () => {
    const plain = postgres.url.replace(/\?.*/, '?sslmode=disable');
    fails(() => psql(plain, 'SELECT 1'), /no encryption/);
    const other = postgres.url.replace(postgres.ca, '/etc/ssl/certs/ca-certificates.crt');
    fails(() => psql(other, 'SELECT 1'), /certificate verify failed|does not exist/);
  });
});

describe('a PgBouncer', only_on('postgres'), () => {
  let postgres;
  let bouncer;

  before(async () => {
    postgres = await PrivatePostgres.start();
    bouncer = await PgBouncer.start(postgres.create_database('behind'));
  });
  after(async () => {
    await bouncer.remove();
    await postgres.remove();
  });

  test('passes on to the database that it stands before', () => {
    assert.equal(psql(bouncer.url, 'SELECT current_database()'), 'behind\n');
  });

  test('hands out connections a transaction', () => {
    const console_url = bouncer.url.replace(/[^/]*$/, 'pgbouncer');
    assert.match(psql(console_url, 'SHOW CONFIG'), /^pool_mode\|transaction\|/m);
  });

  test('is gone after a stop, and comes back', async () => {
    await bouncer.stop();
    fails(() => psql(bouncer.url, 'SELECT 1'), /Connection refused/);
    await bouncer.start();
    assert.equal(psql(bouncer.url, 'SELECT 1'), '1\n');
  });
});
