// A database server that proves who it is: it is believed by those who know its CA and mean it.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {tmpdir} from 'node:os';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client} from './support/client.mjs';
import {with_own_server} from './support/database.mjs';
import {PrivatePostgres} from './support/postgres.mjs';
import {run, start, TODOD} from './support/server.mjs';

const OTHER_CAS = '/etc/ssl/certs/ca-certificates.crt';

describe('a PostgreSQL with a certificate of its own', with_own_server, () => {
  let postgres;
  let url;

  before(async () => {
    postgres = await PrivatePostgres.start({tls: true});
    url = new URL(postgres.create_database('tasks'));
  });
  after(() => postgres.remove());

  /// The URL with some parameters changed or taken away, for a host of that name.
  function url_with(parameters, host = url.hostname) {
    const changed = new URL(url);
    changed.hostname = host;
    for (const [name, value] of Object.entries(parameters)) {
      if (value === undefined) changed.searchParams.delete(name);
      else changed.searchParams.set(name, value);
    }
    return changed.href;
  }

  const believed = {
    'verify-full': () => url_with({}),
    'verify-full, by address': () => url_with({}, '127.0.0.1'),
    "SQLAlchemy's ssl=verify-full": () => url_with({sslmode: undefined, ssl: 'verify-full'}),
  };
  for (const [name, made] of Object.entries(believed)) {
    test(`is believed with ${name}`, async () => {
      assert.match(made(), /verify-full/);
      const server = await start({env: {DATABASE_URL: made()}});
      const ada = (await Client.of(server)).as('ada');
      const {body} = await ada.expect(201, 'POST', '/api/tasks', {body: {title: 'in secret'}});
      await ada.expect(200, 'GET', `/api/tasks/${body.id}`);
      const in_use = postgres.query('SELECT DISTINCT ssl FROM pg_stat_ssl'
        + " JOIN pg_stat_activity USING (pid) WHERE application_name = 'todod'");
      assert.equal(in_use, 't\n');
      await server.stop();
    });
  }

  const refused = {
    'its CA is not known': [() => url_with({sslrootcert: OTHER_CAS}), /certificate verify failed/],
    'the name is another': [() => url_with({hostaddr: '127.0.0.1'}, 'db.example.com'),
      /server certificate for "localhost".* does not match host name "db\.example\.com"/],
    'the file of the CA is not there': [() => url_with({sslrootcert: '/nowhere/ca.crt'}),
      /\/nowhere\/ca\.crt.* does not exist/],
    'TLS is turned off': [() => url_with({sslmode: 'disable'}), /no encryption/],
  };
  for (const [name, [made, reason]] of Object.entries(refused)) {
    test(`is refused where ${name}`, async () => {
      const env = {DATABASE_URL: made()};
      const {code, stdout, stderr} = await run(['migrate', 'up'], {env});
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /^todod: [^\n]+\n$/);
      assert.match(stderr, reason);
      const log = await log_until(env, reason);
      assert.doesNotMatch(log, / serves /);
    });
  }

  /// What a `todod serve` says until it says `reason`, and is ended.
  async function log_until(env, reason) {
    const child = spawn(TODOD, ['serve'], {cwd: tmpdir(), env: {...env, PORT: '0'}});
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text) => { log += text; });
    const ended = new Promise((done) => child.on('close', done));
    while (!reason.test(log) && child.exitCode === null) await sleep(10);
    child.kill('SIGTERM');
    assert.equal(await ended, 1, log);
    assert.match(log, reason);
    return log;
  }
});
