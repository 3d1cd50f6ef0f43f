// Starts and stops the real binary, each time in a fresh folder and on a free port.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';

import {database_url, drop_database} from './database.mjs';
import {secrets} from './secrets.mjs';

export {free_port} from './ports.mjs';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const TODOD = resolve(process.env.TODOD ?? join(ROOT, 'build/release/todod'));

/// Test data that is not part of the repository: undefined where it is not there.
const VECTORS = resolve(ROOT, '../shared/vectors');
export const vectors = existsSync(VECTORS) ? VECTORS : undefined;

export const SECRET = 'a secret of the end-to-end tests, long enough for production';

const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 20_000;
const POLL_MS = 10;

/// What the tests' own environment must not decide: only how sanitizers report comes from it.
function environment(variables) {
  const inherited = ['PATH', 'HOME', 'TZDIR', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'TSAN_OPTIONS'];
  const env = {};
  for (const name of inherited) {
    if (process.env[name] !== undefined) env[name] = process.env[name];
  }
  for (const [name, value] of Object.entries(variables)) {
    if (value !== undefined) env[name] = String(value);
  }
  return env;
}

/// `env` with the folder's database, unless it says for itself which. undefined does: the default.
function with_database(env, folder) {
  return 'DATABASE_URL' in env ? env : {DATABASE_URL: database_url(folder), ...env};
}

/// A test that fails in the middle leaves no server behind, and is not kept waiting by one.
const running = new Set();
process.on('exit', () => {
  for (const server of running) {
    server.signal('SIGKILL');
    server.remove();
  }
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/// A new folder, which has a database of its own.
export function make_folder() {
  return mkdtempSync(join(tmpdir(), 'todod-e2e-'));
}

export function remove_folder(folder) {
  drop_database(folder);
  rmSync(folder, {recursive: true, force: true});
}

/// Starts `todod ARGUMENTS`; the process. Without a folder it has no database.
export function launch(args, {env = {}, folder, stdio = 'pipe'} = {}) {
  const variables = folder === undefined ? env : with_database(env, folder);
  note_secrets(variables, folder ?? tmpdir());
  return spawn(TODOD, args, {cwd: folder ?? tmpdir(), env: environment(variables), stdio});
}

/// Runs `todod ARGUMENTS` to its end: {code, stdout, stderr}. Without a folder it has no database.
/// Fails where a secret of its environment is printed.
export async function run(args, {env = {}, folder, input = ''} = {}) {
  for (const line of input.split('\n')) secrets.add('what it reads', line);
  const child = launch(args, {env, folder});
  const output = {stdout: '', stderr: ''};
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => { output[name] += text; });
  }
  child.stdin.on('error', () => {});  // a command that does not read its input may be gone first
  child.stdin.end(input);
  const limit = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
  const [code, signal] = await new Promise((done, failed) => {
    child.on('error', failed).on('close', (...end) => done(end));
  });
  clearTimeout(limit);
  assert.equal(signal, null, `todod ${args.join(' ')} was killed by ${signal}: ${output.stderr}`);
  secrets.check(output.stdout + output.stderr, `what todod ${args.join(' ')} prints`);
  return {code, ...output};
}

/// Where the log says that todod serves: on localhost is on every address.
function url_in(log) {
  return /todod \S+ serves .+ on (http:\/\/(?:localhost|[\d.]+):\d+)/.exec(log)?.[1]
    .replace('localhost', '127.0.0.1');
}

/// What must be seen nowhere, of a process that is started in `folder`.
function note_secrets(variables, folder) {
  secrets.add_environment(variables, folder);
  const dotenv = join(folder, '.env');
  if (existsSync(dotenv)) secrets.add_dotenv(readFileSync(dotenv, 'utf8'), folder);
}

/// A running `todod serve`.
export class Server {
  #child;
  #ended;
  #log = '';
  #owns_folder;
  #is_asked_to_end = false;
  #log_file;

  constructor(env, folder, {owns_folder, port, detached}) {
    this.#owns_folder = owns_folder;
    this.folder = folder;
    this.url = port === undefined ? undefined : `http://127.0.0.1:${port}`;
    this.started_at = performance.now();
    this.#log_file = env.LOG_FILE && resolve(folder, env.LOG_FILE);
    note_secrets(env, folder);
    this.#child = spawn(TODOD, ['serve'], {cwd: this.folder, env: environment(env), detached});
    this.#ended = new Promise((done, failed) => {
      this.#child.on('error', failed).on('close', (code, signal) => done({code, signal}));
    });
    this.#ended.catch(() => {});  // reported by whoever waits for it
    running.add(this);
    this.#child.on('close', (code, signal) => {
      running.delete(this);
      if (this.#is_asked_to_end || this.url === undefined) return;
      console.error(`todod ended by itself (${signal ?? code}):\n${this.#log}`);
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => { this.#log += text; });
      stream.unref();
    }
    this.#child.unref();
  }

  get log() { return this.#log; }
  get pid() { return this.#child.pid; }
  get port() { return Number(new URL(this.url).port); }
  get database() { return join(this.folder, 'todod.db'); }

  /// What the process ended with: {code, signal}. Fails where it has logged a secret.
  async wait_until_ended() {
    const limit = setTimeout(() => this.signal('SIGKILL'), STOP_LIMIT_MS);
    const end = await this.#ended;
    clearTimeout(limit);
    const made = join(this.folder, 'todod.db-secret');
    if (existsSync(made)) secrets.add('the secret that todod has made', readFileSync(made, 'utf8'));
    secrets.check(this.#log, 'the log');
    if (this.#log_file) secrets.check_file(this.#log_file);
    return end;
  }

  async wait_until_healthy() {
    const deadline = Date.now() + START_LIMIT_MS;
    while (Date.now() < deadline) {
      this.url ??= url_in(this.#log);
      if (this.url !== undefined && await this.is_healthy()) return this;
      const end = await Promise.race([this.#ended, sleep(POLL_MS)]);
      if (end) throw new Error(`todod ended with ${JSON.stringify(end)}:\n${this.#log}`);
    }
    this.#child.kill('SIGKILL');
    throw new Error(`todod did not answer within ${START_LIMIT_MS} ms:\n${this.#log}`);
  }

  async is_healthy() {
    try {
      const response = await fetch(`${this.url}/health`, {headers: {Connection: 'close'}});
      await response.arrayBuffer();
      return response.status === 200;
    } catch {
      return false;
    }
  }

  signal(name) {
    this.#is_asked_to_end = true;
    this.#child.kill(name);
  }

  /// As an operator stops it: it must end by itself, say that all went well, and have kept what is
  /// secret.
  async stop() {
    let end;
    try {
      await secrets.check_metrics(this.url);
    } finally {
      this.signal('SIGTERM');
      end = await this.wait_until_ended().finally(() => this.remove());
    }
    assert.deepEqual(end, {code: 0, signal: null}, `todod did not stop well:\n${this.#log}`);
  }

  /// As a power cut stops it. The folder stays.
  async kill() {
    this.signal('SIGKILL');
    await this.wait_until_ended();
  }

  remove() {
    if (this.#owns_folder) remove_folder(this.folder);
  }
}

/// Starts todod and waits until it answers. `env` is on top of what every test needs; an undefined
/// value takes a variable away. Its database is the folder's, unless `env` or `dotenv` names one.
/// `dotenv` is the text of a .env, or makes it of the folder. A `folder` that is handed in is the
/// caller's to remove. `detached` from the terminal, as a service manager starts it.
export async function start({env = {}, folder, dotenv, detached = false} = {}) {
  const where = folder ?? make_folder();
  const text = typeof dotenv === 'function' ? dotenv(where) : dotenv;
  if (text !== undefined) writeFileSync(join(where, '.env'), text);
  const defaults = {
    HOST: '127.0.0.1', PORT: 0, AUTH_SECRET: SECRET, RATE_LIMIT_ENABLED: false,
  };
  const own = {...defaults, ...env};
  const variables = /^DATABASE_URL=/m.test(text ?? '') ? own : with_database(own, where);
  const server = new Server(
      variables, where, {owns_folder: folder === undefined, port: env.PORT, detached});
  try {
    return await server.wait_until_healthy();
  } catch (error) {
    server.signal('SIGKILL');
    server.remove();
    throw error;
  }
}
