// A database server that is not there: who waits for it and who does not.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {connect, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client} from './support/client.mjs';
import {database_url, only_on} from './support/database.mjs';
import {free_port, make_folder, remove_folder, run, start, TODOD} from './support/server.mjs';

const AT_ONCE_MS = 15_000;
const LATE_MS = 4000;

async function url_of_nobody() {
  return `postgresql://ada:hunter2@127.0.0.1:${await free_port()}/tasks`;
}

describe('a database server that is away', () => {
  const commands = [['migrate', 'up'], ['migrate', 'current'], ['migrate', 'sql'],
    ['user', 'list']];
  for (const command of commands) {
    test(`is not waited for by todod ${command.join(' ')}`, async () => {
      const begun = performance.now();
      const {code, stdout, stderr} = await run(command, {
        env: {DATABASE_URL: await url_of_nobody()},
      });
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /^todod: [^\n]*127\.0\.0\.1[^\n]*\n$/);
      assert.ok(!stderr.includes('hunter2'), stderr);
      assert.ok(performance.now() - begun < AT_ONCE_MS, 'it has waited');
    });
  }

  test('does not keep a server that is asked to stop', async () => {
    const env = {PATH: process.env.PATH, DATABASE_URL: await url_of_nobody(), PORT: '0'};
    const child = spawn(TODOD, ['serve'], {cwd: tmpdir(), env});
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text) => { log += text; });
    const ended = new Promise((done) => child.on('close', done));
    while (!log.includes('Waiting for the database')) await sleep(10);
    const begun = performance.now();
    child.kill('SIGTERM');
    assert.equal(await ended, 1);
    assert.ok(performance.now() - begun < AT_ONCE_MS, 'it has waited');
    assert.match(log, /\ntodod: [^\n]+\n$/);
    assert.ok(!log.includes('hunter2'), log);
  });

  test('is waited for by a server', only_on('postgres'), async () => {
    const folder = make_folder();
    const real = new URL(database_url(folder));
    const late = new URL(real);
    late.port = await free_port();
    const door = createServer((socket) => {
      const inside = connect(Number(real.port), real.hostname);
      socket.pipe(inside).pipe(socket);
      for (const end of [socket, inside]) end.on('error', () => {});
    });
    const opening = sleep(LATE_MS).then(() => door.listen(late.port, late.hostname));
    const server = await start({env: {DATABASE_URL: late.href}, folder});
    await opening;
    assert.match(server.log, /WARNING.*Waiting for the database/);
    const nobody = await Client.of(server);
    await nobody.as('ada').expect(201, 'POST', '/api/tasks', {body: {title: 'at last'}});
    await server.stop();
    door.close();
    remove_folder(folder);
  });
});
