// The Debian package, in a room of its own: installed, started as its unit says, upgraded, removed,
// purged. TODOD_TEST_ROOT names another root folder than this machine's, such as one that
// debootstrap has just made, where apt has to find what the package depends on.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {NotifySocket} from '../e2e/support/notify_socket.mjs';
import {
  make_older_package, make_package, read_start, read_unit, VERSION, without_package,
} from './support/package.mjs';
import {free_port} from './support/nginx.mjs';
import {Room, without_room} from './support/room.mjs';
import {has, run} from './support/run.mjs';
import {read} from './support/variables.mjs';

const FRESH_ROOT = process.env.TODOD_TEST_ROOT;
const OLDER = '0.0.1';
const EXPOSURE_MAX = 20;
const ADA = {name: 'Ada', email: 'ada@example.com', password: 'correct horse battery'};
const MARK = '# The operator was here.';

const FILES = {
  '/usr/bin/todod': '755 root:root',
  '/lib/systemd/system/todod.service': '644 root:root',
  '/etc/todod': '750 root:todod',
  '/etc/todod/todod.env': '640 root:todod',
  '/etc/todod/auth_secret': '640 root:todod',
  '/usr/share/man/man1/todod.1.gz': '644 root:root',
  '/usr/share/bash-completion/completions/todod': '644 root:root',
  '/usr/share/zsh/vendor-completions/_todod': '644 root:root',
  '/usr/share/fish/vendor_completions.d/todod.fish': '644 root:root',
  '/usr/share/doc/todod/copyright': '644 root:root',
  '/usr/share/doc/todod/changelog.gz': '644 root:root',
  '/var/lib/todod': '700 todod:todod',
  '/var/log/todod': '750 todod:todod',
};

describe('the package', {skip: without_package()}, () => {
  let folder;
  let deb;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'todod-package-'));
    deb = make_package(folder);
  });
  after(() => rmSync(folder, {recursive: true}));

  const field = (name) => run('dpkg-deb', ['--field', deb, name]).output.trim();

  test('is called by its version and architecture', () => {
    const architecture = run('dpkg', ['--print-architecture']).output.trim();
    assert.equal(basename(deb), `todod_${VERSION}_${architecture}.deb`);
    assert.deepEqual([field('Version'), field('Architecture')], [VERSION, architecture]);
  });

  test('depends on the libraries of its binary, and on what it needs besides', () => {
    const depends = field('Depends').split(', ').map((each) => each.split(' ')[0]);
    for (const name of ['adduser', 'ca-certificates', 'tzdata', 'libssl3', 'libpq5', 'libc6']) {
      assert.ok(depends.includes(name), `${name}: ${depends}`);
    }
  });

  test('is one that lintian has no errors to tell of', {
    skip: has('lintian') ? false : 'there is no lintian here',
  }, () => {
    const {status, output} = run('lintian', ['--allow-root', '--fail-on', 'error', deb],
                                 {timeout: 10 * 60_000});
    assert.equal(status, 0, output);
    assert.doesNotMatch(output, /^E: /m);
  });

  describe('in a room', {skip: without_room()}, () => {
    let room;
    let port;
    let unit;

    before(async () => {
      room = await Room.open(FRESH_ROOT);
      port = await free_port();
      room.write('/tmp/todod.deb', readFileSync(deb));
      room.write('/tmp/older.deb', readFileSync(make_older_package(deb, OLDER, folder)));
      if (FRESH_ROOT !== undefined) room.run('apt-get', 'update');
    });
    after(() => room.close());

    /// What asks nothing: an edited conffile stays. Of a machine's own packages none is touched.
    const dpkg = (...args) => room.run('dpkg', '--force-confold', '--no-triggers', ...args);
    const install = (file) => FRESH_ROOT === undefined ? dpkg('--install', file)
      : room.run('apt-get', '-y', '--no-install-recommends', '-o',
                 'Dpkg::Options::=--force-confold', 'install', file);

    /// Runs `body` with the URL of the service, started as the unit says but for its port.
    async function with_service(body) {
      const {args, env} = read_start(room, unit);
      const socket = await NotifySocket.listen(`@todod-package-${process.pid}`);
      const more = {PORT: String(port), NOTIFY_SOCKET: socket.address};
      const child = room.start(args, {...env, ...more});
      let log = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (text) => { log += text; });
      }
      const ended = once(child, 'close');
      try {
        await Promise.race([socket.wait_for('READY=1'), ended.then(() => assert.fail(log))]);
        await body(`http://127.0.0.1:${port}`);
        child.kill('SIGTERM');
        assert.deepEqual(await ended, [0, null], log);
        await socket.wait_for('STOPPING=1');
      } finally {
        child.kill('SIGKILL');
        await ended;
        await socket.close();
      }
    }

    async function ask(method, url, {body, token} = {}) {
      const headers = {'Content-Type': 'application/json', Connection: 'close'};
      if (token !== undefined) headers.Authorization = `Bearer ${token}`;
      const response = await fetch(url, {method, headers, body: JSON.stringify(body)});
      return {status: response.status, body: await response.json()};
    }

    const sign_in = async (url) => {
      const {email, password} = ADA;
      const {status, body} = await ask('POST', `${url}/api/auth/login`, {body: {email, password}});
      assert.equal(status, 200, JSON.stringify(body));
      return body.access_token;
    };

    const titles = async (url, token) =>
      (await ask('GET', `${url}/api/tasks`, {token})).body.map(({title}) => title);

    test('is not there before', () => {
      assert.notEqual(room.try('id', 'todod').status, 0);
      for (const path of Object.keys(FILES)) assert.ok(!room.has(path), path);
    });

    test('puts everything in its place, for those who may have it', () => {
      install('/tmp/older.deb');
      for (const [path, mode] of Object.entries(FILES)) assert.equal(room.mode(path), mode, path);
      assert.deepEqual(room.run('dpkg-query', '-W', '-f', '${Conffiles}', 'todod').trim()
          .split(' ')[0], '/etc/todod/todod.env');
      assert.match(room.run('getent', 'passwd', 'todod'), /:\/var\/lib\/todod:.*nologin$/m);
      assert.match(room.read('/etc/todod/auth_secret'), /^[\w+/=]{48,}\n$/);
      assert.equal(room.run('todod', '--version'), `todod ${VERSION}\n`);
      unit = read_unit(room.read('/lib/systemd/system/todod.service'));
    });

    test('makes a unit that is enabled, and that systemd has nothing to say of', {
      skip: has('systemd-analyze') && FRESH_ROOT === undefined ? false : 'systemd is not here',
    }, () => {
      const path = '/lib/systemd/system/todod.service';
      assert.equal(room.run('systemctl', 'is-enabled', 'todod').trim(), 'enabled');
      assert.equal(room.run('systemd-analyze', 'verify', path), '');
      room.run('systemd-analyze', 'security', '--offline=true', `--threshold=${EXPOSURE_MAX}`,
               path);
      assert.equal(unit.Type, 'notify');
    });

    test('has a service that serves as the unit starts it', () => with_service(async (url) => {
      assert.equal((await ask('GET', `${url}/health/ready`)).status, 200);
      assert.equal(room.run('env', `PORT=${port}`, 'todod', 'health'),
                   `ready: ${url}/health/ready\n`);
      assert.equal((await ask('POST', `${url}/api/auth/register`, {body: ADA})).status, 201);
      const token = await sign_in(url);
      const made = await ask('POST', `${url}/api/tasks`, {body: {title: 'kept'}, token});
      assert.equal(made.status, 201);
      assert.equal(room.mode('/var/lib/todod/todod.db'), '600 todod:todod');
    }));

    test('keeps what was edited, the secret and the data over an upgrade', async () => {
      const edited = `${room.read('/etc/todod/todod.env')}${MARK}\n`;
      const secret = room.read('/etc/todod/auth_secret');
      room.write('/etc/todod/todod.env', edited);
      install('/tmp/todod.deb');
      assert.equal(room.run('dpkg-query', '-W', '-f', '${Version}', 'todod'), VERSION);
      assert.equal(room.read('/etc/todod/todod.env'), edited);
      assert.equal(room.read('/etc/todod/auth_secret'), secret);
      for (const [path, mode] of Object.entries(FILES)) assert.equal(room.mode(path), mode, path);
      await with_service(async (url) =>
        assert.deepEqual(await titles(url, await sign_in(url)), ['kept']));
    });

    test('takes an unchanged todod.env from the package', () => {
      dpkg('--purge', 'todod');
      install('/tmp/older.deb');
      assert.match(room.read('/etc/todod/todod.env'), /^# An older one\.$/m);
      install('/tmp/todod.deb');
      assert.equal(room.read('/etc/todod/todod.env'), read('deploy/systemd/todod.env'));
    });

    test('keeps data and configuration when it is removed, and finds them again', async () => {
      await with_service(async (url) => {
        assert.equal((await ask('POST', `${url}/api/auth/register`, {body: ADA})).status, 201);
      });
      const secret = room.read('/etc/todod/auth_secret');
      dpkg('--remove', 'todod');
      assert.ok(!room.has('/usr/bin/todod'));
      assert.ok(!room.has('/lib/systemd/system/todod.service'));
      assert.ok(room.has('/var/lib/todod/todod.db'));
      assert.ok(room.has('/etc/todod/todod.env'));
      install('/tmp/todod.deb');
      assert.equal(room.read('/etc/todod/auth_secret'), secret);
      await with_service(sign_in);
    });

    test('leaves nothing behind when it is purged', () => {
      dpkg('--purge', 'todod');
      for (const path of Object.keys(FILES)) assert.ok(!room.has(path), path);
      for (const database of ['passwd', 'group']) {
        assert.notEqual(room.try('getent', database, 'todod').status, 0, database);
      }
      assert.equal(room.run('find', '/etc/systemd', '/var/lib/systemd', '-name', '*todod*'), '');
    });

    test('has done nothing to the machine', () => {
      if (run('dpkg-query', ['-W', 'todod']).status === 0) return;  // it is installed there too
      for (const path of Object.keys(FILES)) assert.ok(!existsSync(path), path);
    });
  });
});
