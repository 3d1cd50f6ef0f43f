// What todod tells a service manager (sd_notify(3)), and when.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {createServer} from 'node:http';
import {join} from 'node:path';
import {describe, test} from 'node:test';

import {only_on} from './support/database.mjs';
import {NotifySocket} from './support/notify_socket.mjs';
import {
  free_port, launch, make_folder, remove_folder, run, SECRET, start,
} from './support/server.mjs';

const WATCHDOG_MS = 500;
/// Some of the manager's patience, in which it hears twice of who goes on.
const SOME_TIMES = 12;

/// Runs `body` with a folder and a socket at `address` (in that folder, where it is no other's).
async function with_manager(body, address) {
  const folder = make_folder();
  const socket = await NotifySocket.listen(address ?? join(folder, 'notify'));
  try {
    await body(socket, folder);
  } finally {
    await socket.close();
    remove_folder(folder);
  }
}

const abstract = () => `@todod-e2e-${process.pid}-${Math.random()}`;

describe('a service manager', () => {
  for (const [kind, make] of [['a path', () => undefined], ['an abstract name', abstract]]) {
    test(`is told that todod is ready, and that it stops: ${kind}`, () =>
      with_manager(async (socket, folder) => {
        const port = await free_port();
        const env = {NOTIFY_SOCKET: socket.address, HOST: '127.0.0.1', PORT: port,
          AUTH_SECRET: SECRET};
        const child = launch(['serve'], {env, folder, stdio: 'ignore'});
        const ended = once(child, 'close');
        await socket.wait_for('READY=1');
        const {status} = await fetch(`http://127.0.0.1:${port}/health/ready`);
        assert.equal(status, 200);
        assert.equal(socket.messages.length, 1);
        const [ready, said, ...more] = socket.messages[0].lines;
        assert.deepEqual([ready, more], ['READY=1', []]);
        assert.match(said, new RegExp(`^STATUS=Serves .+ on http://127\\.0\\.0\\.1:${port}$`));

        child.kill('SIGTERM');
        assert.deepEqual(await ended, [0, null]);
        await socket.close();
        assert.deepEqual(socket.messages[1].lines.slice(0, 1), ['STOPPING=1']);
        assert.match(socket.messages[1].lines[1], /^STATUS=[^\n]+$/);
        assert.equal(socket.messages.length, 2);
      }, make()));
  }

  test('is told nothing by one that cannot start', () => with_manager(async (socket, folder) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const env = {NOTIFY_SOCKET: socket.address, HOST: '127.0.0.1', PORT: taken.address().port};
    const {code} = await run(['serve'], {env, folder});
    taken.close();
    assert.equal(code, 1);
    await socket.close();
    assert.deepEqual(socket.told, []);
  }));

  test('is told nothing while the database is waited for', only_on('sqlite'), () =>
    with_manager(async (socket, folder) => {
      const DATABASE_URL = `postgresql://ada@127.0.0.1:${await free_port()}/tasks`;
      const child = launch(['serve'], {env: {NOTIFY_SOCKET: socket.address, DATABASE_URL, PORT: 0},
        folder});
      let log = '';
      child.stderr.setEncoding('utf8').on('data', (text) => { log += text; });
      while (!log.includes('Waiting for the database')) await once(child.stderr, 'data');
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
      await socket.close();
      assert.deepEqual(socket.told, []);
    }));

  test('is told nothing by commands', () => with_manager(async (socket, folder) => {
    const env = {NOTIFY_SOCKET: socket.address};
    assert.equal((await run(['migrate', 'up'], {env, folder})).code, 0);
    await socket.close();
    assert.deepEqual(socket.told, []);
  }));

  test('that is not there is no reason not to serve', async () => {
    for (const NOTIFY_SOCKET of ['/nowhere/notify', 'notify', '@', `/${'x'.repeat(200)}`]) {
      const server = await start({env: {NOTIFY_SOCKET}});
      await server.stop();
      assert.match(server.log, /WARNING - todod - [^\n]*NOTIFY_SOCKET/, NOTIFY_SOCKET);
    }
  });
});

describe('a watchdog', () => {
  const patience = {WATCHDOG_USEC: 1000 * WATCHDOG_MS};

  test('hears of a server again and again', () => with_manager(async (socket, folder) => {
    const server = await start({folder, env: {NOTIFY_SOCKET: socket.address, ...patience}});
    // From before the first of them: those that are seen late are seen at once.
    const span = await socket.wait_for('WATCHDOG=1', SOME_TIMES) - server.started_at;
    assert.equal(socket.told[0], 'READY=1');
    assert.ok(span > 2 * WATCHDOG_MS, `${SOME_TIMES} within ${span} ms: more often than it helps`);
    await server.stop();
    await socket.close();
    assert.equal(socket.count('READY=1'), 1);
  }));

  test('that is for another process, or that there is none, hears nothing', async () => {
    for (const more of [{...patience, WATCHDOG_PID: 1}, {WATCHDOG_USEC: 0}, {WATCHDOG_USEC: 'x'}]) {
      await with_manager(async (socket, folder) => {
        const server = await start({folder, env: {NOTIFY_SOCKET: socket.address, ...more}});
        await socket.wait_for('READY=1');
        await server.stop();
        await socket.close();
        assert.equal(socket.count('WATCHDOG=1'), 0);
        assert.equal(socket.count('STOPPING=1'), 1);
      });
    }
  });
});
