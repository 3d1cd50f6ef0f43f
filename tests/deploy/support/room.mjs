// A room to install things in: like this machine, or like another root folder, and gone afterwards
// with all that was done in it. An overlay in a mount namespace takes no download, no time and no
// space, and leaves the machine as it is. It takes root, as installing does.
import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

import {has} from './run.mjs';

const SCRIPT = fileURLToPath(new URL('room.sh', import.meta.url));
const LIMIT_MS = 300_000;
const ENVIRONMENT = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8',
};

/// Why there can be no room here; false when there can.
export function without_room() {
  if (process.getuid() !== 0) return 'this takes root';
  if (!has('unshare') || !has('nsenter')) return 'there is no unshare here';
  // Without an input it ends as soon as it is there.
  const {status} = spawnSync('unshare', ['--mount', 'bash', SCRIPT, '/'], {timeout: LIMIT_MS});
  if (status !== 0) return 'there are no mount namespaces with overlays here';
  return spawnSync('id', ['todod']).status === 0 ? 'there is a user todod here' : false;
}

export class Room {
  #child;
  #path;

  /// Like the root folder `from`.
  static async open(from = '/') {
    const room = new Room();
    room.#child = spawn('unshare', ['--mount', 'bash', SCRIPT, from],
                        {stdio: ['pipe', 'pipe', 'inherit']});
    const lines = createInterface({input: room.#child.stdout});
    const ended = once(room.#child, 'close').then(() => assert.fail('there is no room'));
    ended.catch(() => {});
    [room.#path] = await Promise.race([once(lines, 'line'), ended]);
    return room;
  }

  /// What runs a command in it: [program, ...arguments].
  command(...args) {
    return ['nsenter', `--mount=/proc/${this.#child.pid}/ns/mnt`, 'chroot', this.#path, ...args];
  }

  /// {status, output} of a command in it.
  try(...args) {
    const [program, ...rest] = this.command(...args);
    const done = spawnSync(program, rest,
                           {encoding: 'utf8', timeout: LIMIT_MS, env: ENVIRONMENT});
    assert.equal(done.error, undefined);
    return {status: done.status, output: done.stdout + done.stderr};
  }

  /// What a command prints, which must go well.
  run(...args) {
    const {status, output} = this.try(...args);
    assert.equal(status, 0, `${args.join(' ')}: ${output}`);
    return output;
  }

  has(path) { return this.try('test', '-e', path).status === 0; }
  read(path) { return this.run('cat', path); }

  /// "644 root:root" of a file.
  mode(path) { return this.run('stat', '--format=%a %U:%G', path).trim(); }

  /// Starts a command in it, with `env` alone; the process.
  start(args, env) {
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const [program, ...rest] = this.command('env', '-i', ...variables, ...args);
    return spawn(program, rest, {env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe']});
  }

  /// Makes a file in it of bytes or text.
  write(path, content) {
    const [program, ...rest] = this.command('tee', path);
    const {status} = spawnSync(program, rest, {input: content, maxBuffer: 2 ** 30});
    assert.equal(status, 0);
  }

  async close() {
    const ended = once(this.#child, 'close');
    this.#child.stdin.end();
    await ended;
  }
}
