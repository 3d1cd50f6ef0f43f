// A Redis server for one test alone, to be stopped, killed and held as the test likes.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {connect} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

import {free_port} from './server.mjs';

const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 20_000;
const POLL_MS = 10;

const running = new Set();
process.on('exit', () => {
  for (const server of running) server.kill_now();
});

///     const redis = await PrivateRedis.start({password: 'p@ss'});
///     … redis.url …
///     await redis.remove();
export class PrivateRedis {
  #child;
  #ended;

  constructor({password, port}) {
    this.password = password;
    this.port = port;
    this.folder = mkdtempSync(join(tmpdir(), 'todod-redis-'));
  }

  static async start({password} = {}) {
    const redis = new PrivateRedis({password, port: await free_port()});
    await redis.start();
    return redis;
  }

  get url() {
    const user = this.password === undefined ? '' : `:${encodeURIComponent(this.password)}@`;
    return `redis://${user}127.0.0.1:${this.port}/0`;
  }

  get unix_url() {
    return `unix://${this.folder}/redis.sock`;
  }

  /// Returns when it takes connections. What it knew before is gone.
  async start() {
    const secret = this.password === undefined ? [] : ['--requirepass', this.password];
    const args = ['--port', this.port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no',
      '--dir', this.folder, '--unixsocket', join(this.folder, 'redis.sock'), ...secret];
    const child = spawn('redis-server', args.map(String), {stdio: ['ignore', 'pipe', 'ignore']});
    this.#child = child;
    this.#ended = new Promise((done, failed) => child.on('error', failed).on('exit', done));
    running.add(this);
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => { said += text; });
    child.stdout.unref();
    child.unref();
    const deadline = Date.now() + START_LIMIT_MS;
    while (!said.includes('The server is now ready')) {
      assert.equal(child.exitCode, null, `Redis did not start:\n${said}`);
      assert.ok(Date.now() < deadline, `Redis did not start in time:\n${said}`);
      await sleep(POLL_MS);
    }
  }

  /// What a command gives, as the protocol has it, where there is no password.
  ask(...words) {
    return new Promise((done, failed) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.end(`${words.join(' ')}\r\n`));
      let text = '';
      socket.setEncoding('utf8').on('data', (part) => { text += part; });
      socket.on('end', () => done(text)).on('error', failed);
    });
  }

  kill_now() {
    this.#child.kill('SIGKILL');
    running.delete(this);
  }

  /// As a power cut.
  async kill() {
    const limit = setTimeout(() => this.kill_now(), STOP_LIMIT_MS);
    this.kill_now();
    await this.#ended;
    clearTimeout(limit);
  }

  /// Connections stay, and nobody answers.
  pause() { this.#child.kill('SIGSTOP'); }
  resume() { this.#child.kill('SIGCONT'); }

  async remove() {
    await this.kill();
    rmSync(this.folder, {recursive: true, force: true});
  }
}
