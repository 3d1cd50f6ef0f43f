// What comes back from a backup, and everything that must leave a database as it is.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {
  chownSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync,
  statSync, symlinkSync, writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';
import {gunzipSync} from 'node:zlib';

import {Client} from './support/client.mjs';
import {new_folder, refused, succeed} from './support/commands.mjs';
import {database, execute, only_on} from './support/database.mjs';
import {launch, start} from './support/server.mjs';

describe('a backup', () => {
  let folder;
  let file;
  let server;
  let client;
  before(async () => {
    folder = new_folder();
    file = join(folder, 'one.backup');
    server = await start({folder});
    client = (await Client.of(server)).as('ada');
    for (const title of ['one', 'two', 'three']) {
      await client.expect(201, 'POST', '/api/tasks', {body: {title}});
    }
    await succeed(['backup', file], {folder});
    await server.stop();
  });

  const titles = (where) => execute(where, 'SELECT title FROM tasks ORDER BY title').trim();

  test('does not take the place of a file, unless it is to', async () => {
    const bytes = readFileSync(file);
    assert.match(await refused(['backup', file], {folder}), /is there already.*--force/);
    assert.deepEqual(readFileSync(file), bytes);
    await succeed(['backup', '--force', file], {folder});
    assert.match(await refused(['backup', '--force', folder], {folder}), /is no plain file/);
  });

  test('is what zcat unpacks', () => {
    const start_of = {sqlite: 'SQLite format 3\0', postgres: 'PGDMP'}[database];
    assert.ok(gunzipSync(readFileSync(file)).toString('latin1').startsWith(start_of));
  });

  test('is refused where something is wrong with it, and the database stays', async () => {
    const whole = readFileSync(file);
    const bad = join(folder, 'bad.backup');
    const place = new_folder();
    await succeed(['migrate', 'up'], {folder: place});
    const was = readdirSync(place);
    const damaged = Buffer.from(whole);
    damaged[Math.floor(whole.length / 2)] ^= 1;
    const cases = [
      ['damaged', damaged, /damaged/],
      ['cut off', whole.subarray(0, whole.length - 100), /cut off|damaged/],
      ['appended', Buffer.concat([whole, Buffer.from('rubbish')]), /cut off|after its end|damaged/],
      ['foreign', Buffer.from('x'.repeat(5000)), /no backup that todod has made/],
      ['empty', Buffer.alloc(0), /cut off/],
    ];
    for (const [what, bytes, expected] of cases) {
      writeFileSync(bad, bytes);
      for (const args of [['restore', bad], ['restore', '--replace', bad]]) {
        const line = await refused(args, {folder: place});
        assert.match(line, expected, what);
        assert.match(line, /bad\.backup/);
      }
    }
    assert.match(await refused(['restore', join(folder, 'none')], {folder: place}), /No such file/);
    assert.deepEqual(readdirSync(place), was);
    assert.equal(execute(place, 'SELECT count(*) FROM users').trim(), '0');
    await succeed(['restore', file], {folder: place});
    assert.equal(titles(place), 'one\nthree\ntwo');
  });

  test('is not put where there are data, unless they are to be replaced', async () => {
    const place = new_folder();
    const other = await start({folder: place});
    await (await Client.of(other)).as('bob').expect(201, 'POST', '/api/tasks',
                                                    {body: {title: 'of bob'}});
    await other.stop();
    assert.match(await refused(['restore', file], {folder: place}), /has data.*--replace/);
    assert.equal(titles(place), 'of bob');
    const said = await succeed(['restore', '--replace', file], {folder: place});
    assert.equal(titles(place), 'one\nthree\ntwo');
    const again = await start({folder: place});
    const {body} = await (await Client.of(again)).as('ada').expect(200, 'GET', '/api/tasks');
    assert.equal(body.length, 3);
    await again.stop();
    if (database !== 'sqlite') return;
    const kept = /^what was there is kept as (.*)$/m.exec(said)[1];
    const old = new_folder();
    await succeed(['migrate', 'current'],
                  {folder: old, env: {DATABASE_URL: `sqlite:///${join(place, kept)}`}});
    assert.match(kept, /^todod\.db\.before-restore-\d{8}T\d{6}Z$/);
  });

  test('is not restored while todod serves', async () => {
    const place = new_folder();
    const other = await start({folder: place});
    const bob = (await Client.of(other)).as('bob');
    await bob.expect(201, 'POST', '/api/tasks', {body: {title: 'of bob'}});
    for (const args of [['restore', file], ['restore', '--replace', file]]) {
      assert.match(await refused(args, {folder: place}), /stop todod/);
    }
    const {body} = await bob.expect(200, 'GET', '/api/tasks');
    assert.equal(body.length, 1);
    await other.stop();
    await succeed(['restore', '--replace', file], {folder: place});
    assert.equal(titles(place), 'one\nthree\ntwo');
  });

  test('of a newer schema is refused', async () => {
    const place = new_folder();
    await succeed(['migrate', 'up'], {folder: place});
    const future = database === 'sqlite' ? '0' : 'now()';
    execute(place, `INSERT INTO schema_migrations VALUES (9999, 'of_the_future', ${future})`);
    const newer = join(place, 'newer.backup');
    await succeed(['backup', newer], {folder: place});
    const line = await refused(['restore', newer], {folder: new_folder()});
    assert.match(line, /9999, made by a newer todod/);
  });

  test('of an older schema is restored, and migrated by what serves next', async () => {
    const place = new_folder();
    await succeed(['migrate', 'up'], {folder: place});
    await succeed(['migrate', 'down', '1'], {folder: place});
    const older = join(place, 'older.backup');
    await succeed(['backup', older], {folder: place});
    const fresh = new_folder();
    const said = await succeed(['restore', older], {folder: fresh});
    const revision = Number(/schema (\d+)/.exec(said)[1]);
    assert.equal(Number(await succeed(['migrate', 'current'], {folder: fresh})), revision);
    const again = await start({folder: fresh});
    await (await Client.of(again)).as('ada').expect(200, 'GET', '/api/tasks');
    await again.stop();
    assert.equal(Number(await succeed(['migrate', 'current'], {folder: fresh})), revision + 1);
  });

  test('needs a database with tables', async () => {
    const line = await refused(['backup', join(folder, 'none.backup')], {folder: new_folder()});
    assert.match(line, /there is no database|no tables/);
    assert.ok(!existsSync(join(folder, 'none.backup')));
  });

  test('says why it cannot be written', async () => {
    const nowhere = join(folder, 'none/x.backup');
    assert.match(await refused(['backup', nowhere], {folder}), /x\.backup.*No such file/);
  });

  test('leaves nothing behind when it is stopped', async () => {
    const place = join(folder, 'stopped');
    mkdirSync(place);
    for (let delay = 0; delay < 60; delay += 12) {
      const child = launch(['backup', join(place, 'x.backup')], {folder});
      child.stderr.resume();
      const ended = new Promise((done) => child.on('close', done));
      await sleep(delay);
      child.kill('SIGTERM');
      const code = await ended;
      const left = readdirSync(place);
      // A signal that comes before it is waited for, or after all is done, is another matter.
      if (code === 0) assert.deepEqual(left, ['x.backup']);
      else assert.deepEqual(left, []);
      if (code === 0) break;
    }
  });

  test('of one kind of database is refused by the other', only_on('postgres'), async () => {
    const place = new_folder();
    const env = {DATABASE_URL: 'sqlite:///todod.db'};
    assert.match(await refused(['restore', file], {folder: place, env}),
                 /is a backup of postgresql, and DATABASE_URL is one of sqlite/);
    assert.deepEqual(readdirSync(place), []);
    await succeed(['migrate', 'up'], {folder: place, env});
    const other = join(place, 'other.backup');
    await succeed(['backup', other], {folder: place, env});
    assert.match(await refused(['restore', other], {folder: new_folder()}),
                 /is a backup of sqlite, and DATABASE_URL is one of postgresql/);
  });
});

describe('a backup of SQLite', only_on('sqlite'), () => {
  test('replaces a damaged database, which is kept', async () => {
    const place = new_folder();
    const server = await start({folder: place});
    await (await Client.of(server)).as('ada').expect(201, 'POST', '/api/tasks',
                                                     {body: {title: 'kept'}});
    const file = join(place, 'x.backup');
    await succeed(['backup', file], {folder: place});
    await server.stop();
    writeFileSync(join(place, 'todod.db'), 'rubbish'.repeat(2000));
    assert.match(await refused(['restore', file], {folder: place}), /--replace/);
    await succeed(['restore', '--replace', file], {folder: place});
    assert.equal(execute(place, 'SELECT title FROM tasks').trim(), 'kept');
    const kept = readdirSync(place).find((name) => name.includes('before-restore'));
    assert.ok(readFileSync(join(place, kept), 'utf8').startsWith('rubbish'));
    assert.equal(statSync(join(place, 'todod.db')).mode & 0o777, 0o600);
  });

  test('is put where a link leads, and belongs to whom the old one did', async () => {
    const place = new_folder();
    const there = new_folder();
    await succeed(['migrate', 'up'], {folder: place});
    const file = join(place, 'x.backup');
    await succeed(['backup', file], {folder: place});
    renameSync(join(place, 'todod.db'), join(there, 'real.db'));
    symlinkSync(join(there, 'real.db'), join(place, 'todod.db'));
    const is_root = process.getuid() === 0;
    if (is_root) chownSync(join(there, 'real.db'), 1001, 1001);
    await succeed(['restore', '--replace', file], {folder: place});
    assert.ok(lstatSync(join(place, 'todod.db')).isSymbolicLink());
    assert.equal(readdirSync(there).filter((name) => /before-restore-\w+Z$/.test(name)).length, 1);
    if (is_root) assert.equal(statSync(join(there, 'real.db')).uid, 1001);
  });

  test('and an export take the place of no file of the database', async () => {
    const place = new_folder();
    const server = await start({folder: place, env: {AUTH_SECRET: undefined}});
    try {
      const was = readFileSync(join(place, 'todod.db'));
      for (const name of ['todod.db', 'todod.db-wal', 'todod.db-shm', 'todod.db-secret']) {
        assert.ok(existsSync(join(place, name)), name);
        for (const command of ['backup', 'export']) {
          assert.match(await refused([command, '--force', name], {folder: place}),
                       /belongs to the database/);
        }
      }
      assert.deepEqual(readFileSync(join(place, 'todod.db')), was);
      assert.match(await refused(['backup', '--force', '/dev/null'], {folder: place}), /no plain/);
    } finally {
      await server.stop();
    }
  });

  test('is put beside no log of a database that is not there any more', async () => {
    const place = new_folder();
    const server = await start({folder: place});
    const ada = (await Client.of(server)).as('ada');
    await ada.expect(201, 'POST', '/api/tasks', {body: {title: 'backed up'}});
    const file = join(place, 'x.backup');
    await succeed(['backup', file], {folder: place});
    await ada.expect(201, 'POST', '/api/tasks', {body: {title: 'in the log'}});
    await server.kill();
    rmSync(join(place, 'todod.db'));
    const said = await succeed(['restore', file], {folder: place});
    assert.match(said, /is kept as todod\.db\.before-restore-\w+-wal/);
    const again = await start({folder: place});
    const {body} = await (await Client.of(again)).as('ada').expect(200, 'GET', '/api/tasks');
    assert.deepEqual(body.map(({title}) => title), ['backed up']);
    await again.stop();
  });

  test('is not taken of a damaged database', async () => {
    const place = new_folder();
    await succeed(['migrate', 'up'], {folder: place});
    const path = join(place, 'todod.db');
    const bytes = readFileSync(path);
    bytes.fill(0xff, 3 * 4096, 4 * 4096);
    writeFileSync(path, bytes);
    const line = await refused(['backup', join(place, 'x.backup')], {folder: place});
    assert.match(line, /damaged|malformed/);
    assert.deepEqual(readdirSync(place).filter((name) => name.includes('x.backup')), []);
  });

  test('takes over what stands in the log alone, as after a power cut', async () => {
    const place = new_folder();
    const server = await start({folder: place});
    const ada = (await Client.of(server)).as('ada');
    await ada.expect(201, 'POST', '/api/tasks', {body: {title: 'in the log'}});
    await server.kill();
    assert.ok(statSync(join(place, 'todod.db-wal')).size > 0);
    const file = join(place, 'x.backup');
    await succeed(['backup', file], {folder: place});
    const fresh = new_folder();
    await succeed(['restore', file], {folder: fresh});
    assert.equal(execute(fresh, 'SELECT title FROM tasks').trim(), 'in the log');
  });

  test('is refused on a full disk, and nothing is left', async (t) => {
    const place = new_folder();
    const server = await start({folder: place});
    await server.stop();
    const small = join(place, 'small');
    mkdirSync(small);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small], {stdio: 'pipe'});
    } catch {
      return t.skip('nothing can be mounted here');
    }
    try {
      const line = await refused(['backup', join(small, 'x.backup')], {folder: place});
      assert.match(line, /full|No space left/);
      assert.deepEqual(readdirSync(small), []);
    } finally {
      execFileSync('umount', [small]);
    }
  });
});
