// Backups that pg_dump makes and pg_restore puts back: what they must not show, and how they fail.
import assert from 'node:assert/strict';
import {
  chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {new_folder, refused, succeed} from './support/commands.mjs';
import {psql_meanwhile, with_own_server} from './support/database.mjs';
import {PrivatePostgres} from './support/postgres.mjs';

/// A restore, which nobody else may be connected for, is long enough to be seen with it.
const SLOW_DROPS = `CREATE FUNCTION slow() RETURNS event_trigger LANGUAGE plpgsql AS
  'BEGIN PERFORM pg_sleep(0.25); END';
  CREATE EVENT TRIGGER slow ON ddl_command_start WHEN TAG IN ('DROP TABLE')
    EXECUTE FUNCTION slow()`;
const PARTITIONS = new URL('../../docs/partitions.sql', import.meta.url);

describe('a backup of PostgreSQL', with_own_server, () => {
  const PASSWORD = 'a pass-word/of:the@tests';
  let postgres;
  let url;
  let folder;
  let env;
  before(async () => {
    postgres = await PrivatePostgres.start();
    folder = new_folder();
    postgres.query(`CREATE ROLE keeper LOGIN PASSWORD '${PASSWORD}'`);
    postgres.query('CREATE DATABASE kept OWNER keeper');
    postgres.ask_for_passwords();
    url = new URL(postgres.url);
    Object.assign(url, {username: 'keeper', password: encodeURIComponent(PASSWORD),
                        pathname: 'kept', hostname: '127.0.0.1'});
    env = {DATABASE_URL: url.href};
    await succeed(['migrate', 'up'], {folder, env});
  });
  after(() => postgres.remove());

  const in_database = (statement) => {
    const own = new URL(postgres.url);
    own.pathname = 'kept';
    return postgres.query(statement, own.href);
  };

  /// The arguments of every process that runs.
  function command_lines() {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';  // it has ended meanwhile
      }
    });
  }

  /// Those that were seen, again and again, while `work` went on.
  async function watch(work, name) {
    const seen = [];
    let is_over = false;
    const ended = work.finally(() => { is_over = true; });
    while (!is_over) {
      seen.push(...command_lines());
      await sleep(5);
    }
    await ended;
    assert.ok(seen.some((line) => line.includes(name)), `${name} was not seen`);
    return seen;
  }

  test('shows its password in no argument', async () => {
    const file = join(folder, 'secret.backup');
    const own = new URL(postgres.url);
    own.pathname = 'kept';
    const held = psql_meanwhile(own.href, 'BEGIN; LOCK TABLE tasks; SELECT pg_sleep(3); COMMIT');
    const seen = await watch(succeed(['backup', file], {folder, env}), '--snapshot=');
    await held;
    in_database(SLOW_DROPS);
    seen.push(...await watch(succeed(['restore', '--replace', file], {folder, env}),
                             '--no-psqlrc'));
    in_database('DROP EVENT TRIGGER slow; DROP FUNCTION slow()');
    for (const line of seen) {
      for (const form of [PASSWORD, encodeURIComponent(PASSWORD)]) {
        assert.ok(!line.includes(form), `a password is in the arguments of ${line.slice(0, 40)}`);
      }
    }
  });

  test('says in one line that the password is wrong', async () => {
    const wrong = new URL(url);
    wrong.password = 'not-the-password';
    const line = await refused(['backup', join(folder, 'wrong.backup')],
                               {folder, env: {DATABASE_URL: wrong.href}});
    assert.match(line, /password authentication failed/);
    assert.ok(!existsSync(join(folder, 'wrong.backup')));
  });

  test('passes over programs that are older than the server', async () => {
    const old = join(folder, 'bin');
    mkdirSync(old);
    for (const name of ['pg_dump', 'pg_restore']) {
      writeFileSync(join(old, name), `#!/bin/sh\necho "${name} (PostgreSQL) 9.6.1"\nexit 0\n`);
      chmodSync(join(old, name), 0o755);
    }
    const file = join(folder, 'old.backup');
    await succeed(['backup', file], {folder, env: {...env, PATH: `${old}:/usr/bin:/bin`}});
    assert.ok(statSync(file).size > 1000);
  });

  test('that cannot be put back leaves the data as they were', async () => {
    const file = join(folder, 'whole.backup');
    await succeed(['backup', file], {folder, env});
    in_database(`INSERT INTO users (user_id, created_at) VALUES ('bob', now())`);
    // Something that todod does not know hangs on a table that is to be replaced.
    in_database('CREATE VIEW theirs AS SELECT user_id FROM users');
    const line = await refused(['restore', '--replace', file], {folder, env});
    assert.match(line, /pg_restore has failed, and nothing has been changed.*theirs/);
    assert.equal(in_database('SELECT user_id FROM theirs').trim(), 'bob');
    in_database('DROP VIEW theirs');
    await succeed(['restore', '--replace', file], {folder, env});
    assert.equal(in_database('SELECT count(*) FROM users').trim(), '0');
  });

  test('puts partitions in the place of partitions, or of none, or nothing', async () => {
    const count = () => in_database(`SELECT count(*) FILTER (WHERE relispartition) > 0, (SELECT
      string_agg(user_id, ' ') FROM users) FROM pg_class WHERE relkind = 'r'`).trim();
    in_database(`INSERT INTO users (user_id, created_at) VALUES ('ada', now())`);
    const plain = join(folder, 'plain.backup');
    const spread = join(folder, 'spread.backup');
    await succeed(['backup', plain], {folder, env});
    in_database('SET ROLE keeper;' + readFileSync(PARTITIONS, 'utf8'));
    await succeed(['backup', spread], {folder, env});
    await succeed(['restore', '--replace', spread], {folder, env});
    assert.equal(count(), 't|ada');
    await succeed(['restore', '--replace', plain], {folder, env});
    assert.equal(count(), 'f|ada');
    await succeed(['restore', '--replace', spread], {folder, env});
    in_database(`INSERT INTO users (user_id, created_at) VALUES ('bob', now())`);
    in_database('CREATE VIEW theirs AS SELECT user_id FROM users');
    const line = await refused(['restore', '--replace', spread], {folder, env});
    assert.match(line, /nothing has been changed.*theirs/);
    assert.equal(count(), 't|ada bob');
    in_database('DROP VIEW theirs');
    await succeed(['restore', '--replace', plain], {folder, env});
  });

  test('of an older schema asks for the way back', async () => {
    const older = join(folder, 'older.backup');
    await succeed(['migrate', 'down', '1'], {folder, env});
    await succeed(['backup', older], {folder, env});
    await succeed(['migrate', 'up'], {folder, env});
    const line = await refused(['restore', '--replace', older], {folder, env});
    const revision = Number(/todod migrate to (\d+)/.exec(line)[1]);
    await succeed(['migrate', 'to', String(revision)], {folder, env});
    await succeed(['restore', '--replace', older], {folder, env});
    await succeed(['migrate', 'up'], {folder, env});
  });

  test('fails in one line when the server goes away', async () => {
    const file = join(folder, 'away.backup');
    await postgres.stop();
    assert.match(await refused(['backup', file], {folder, env}), /cannot connect/);
    assert.ok(!existsSync(file));
    await postgres.start();
  });
});
