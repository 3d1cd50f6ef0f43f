// A PostgreSQL server for one test alone, to be stopped, killed and held as the test likes. Unlike
// the one that the suite runs on it is durable: fsync stays on.
import assert from 'node:assert/strict';
import {execFileSync, spawn} from 'node:child_process';
import {chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

import {POSTGRES_BIN, psql, psql_meanwhile} from './database.mjs';
import {free_port} from './server.mjs';

const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 20_000;
const POLL_MS = 10;

/// PostgreSQL and PgBouncer refuse to run as root: the user that they run as then, for spawn().
export function service_user() {
  if (process.getuid() !== 0) return {};
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], {encoding: 'utf8'}));
  return {uid: id('-u'), gid: id('-g')};
}

/// A new folder in which the service's user may write.
export function make_service_folder(user) {
  const folder = mkdtempSync(join(tmpdir(), 'todod-service-'));
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  return folder;
}

/// The processes that `pid` has started.
function children_of(pid) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((child) => {
    try {
      const stat = readFileSync(`/proc/${child}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
    } catch {
      return false;  // it has ended meanwhile
    }
  });
}

/// To a process that may have ended meanwhile.
function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

const running = new Set();
process.on('exit', () => {
  for (const server of running) {
    server.kill_now();
    rmSync(server.folder, {recursive: true, force: true, maxRetries: 5});
  }
});

/// What a server shows to prove who it is: ca.crt signs server.crt, which is for the names by which
/// it is reached here.
export function make_certificates(folder, user) {
  const openssl = (...args) => execFileSync('openssl', args, {cwd: folder, stdio: 'pipe', ...user});
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '2',
          '-subj', '/CN=CA of a todod test', '-addext', 'keyUsage=critical,keyCertSign');
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost');
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  openssl('x509', '-req', '-in', 'server.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key',
          '-CAcreateserial', '-days', '2', '-extfile', 'names', '-out', 'server.crt');
}

///     const postgres = await PrivatePostgres.start({tls: true, settings: {max_connections: 20}});
///     … postgres.url …
///     await postgres.remove();
///
/// With `tls` it takes no connection over TCP without it; `ca` is the file to verify it by.
export class PrivatePostgres {
  #user = service_user();
  #settings;
  #child;
  #ended;
  #log = '';

  constructor({tls, settings, port}) {
    this.port = port;
    this.folder = make_service_folder(this.#user);
    execFileSync(`${POSTGRES_BIN}/initdb`, [
      '-D', this.#file('data'), '-A', 'trust', '-U', 'postgres', '-E', 'UTF8',
      '--locale=C.UTF-8', '--no-sync',
    ], {cwd: '/', stdio: 'pipe', ...this.#user});
    this.#settings = {
      port, listen_addresses: '127.0.0.1', unix_socket_directories: this.folder, ...settings,
    };
    if (tls) this.#require_tls();
  }

  static async start({tls = false, settings = {}} = {}) {
    const postgres = new PrivatePostgres({tls, settings, port: await free_port()});
    try {
      await postgres.start();
      return postgres;
    } catch (error) {
      await postgres.remove();
      throw error;
    }
  }

  #file(name) { return join(this.folder, name); }

  #require_tls() {
    make_certificates(this.folder, this.#user);
    this.ca = this.#file('ca.crt');
    Object.assign(this.#settings, {
      ssl: 'on', ssl_cert_file: this.#file('server.crt'), ssl_key_file: this.#file('server.key'),
    });
    writeFileSync(this.#file('data/pg_hba.conf'),
                  'local all all trust\nhostssl all all 127.0.0.1/32 trust\n');
  }

  /// As the superuser; with TLS, verified.
  get url() {
    const query = this.ca ? `?sslmode=verify-full&sslrootcert=${this.ca}` : '';
    return `postgresql://postgres@localhost:${this.port}/postgres${query}`;
  }
  /// What it has said since it was made.
  get log() { return this.#log; }

  /// Returns when it takes connections.
  async start() {
    const settings = Object.entries(this.#settings).map(([key, value]) => `--${key}=${value}`);
    const child = spawn(`${POSTGRES_BIN}/postgres`, ['-D', this.#file('data'), ...settings],
                        {cwd: '/', stdio: ['ignore', 'ignore', 'pipe'], ...this.#user});
    this.#child = child;
    this.#ended = new Promise((done, failed) => child.on('error', failed).on('exit', done));
    running.add(this);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
      this.#log += text;
    });
    child.stderr.unref();
    child.unref();
    const deadline = Date.now() + START_LIMIT_MS;
    while (!said.includes('ready to accept connections')) {
      assert.equal(child.exitCode, null, `PostgreSQL did not start:\n${said}`);
      assert.ok(Date.now() < deadline, `PostgreSQL did not start in time:\n${said}`);
      await sleep(POLL_MS);
    }
  }

  /// Cuts every connection and ends in good order.
  async stop() {
    send(this.#child.pid, 'SIGINT');
    await this.#wait_until_ended();
  }

  async restart() {
    await this.stop();
    await this.start();
  }

  /// As a power cut: all of its processes go at once. start() brings it back.
  async kill() {
    const processes = this.kill_now();
    await this.#wait_until_ended();
    const deadline = Date.now() + STOP_LIMIT_MS;
    while (processes.some((pid) => is_alive(pid))) {
      assert.ok(Date.now() < deadline, 'PostgreSQL outlives SIGKILL');
      await sleep(POLL_MS);
    }
  }

  kill_now() { return this.#signal_all('SIGKILL'); }

  /// Holds all of its processes: connections stay, and nobody answers. The kernel still takes new
  /// ones, up to the backlog.
  pause() { this.#signal_all('SIGSTOP'); }

  resume() { this.#signal_all('SIGCONT'); }

  /// Ends it, however it is, and takes its data away.
  async remove() {
    if (running.has(this)) await this.kill();
    rmSync(this.folder, {recursive: true, force: true});
  }

  /// A new database; its URL.
  create_database(name) {
    this.query(`CREATE DATABASE "${name}"`);
    const url = new URL(this.url);
    url.pathname = name;
    return url.href;
  }

  /// What a statement gives, a row a line.
  query(statement, url = this.url) { return psql(url, statement); }
  /// From now on over TCP, of everyone but for the superuser's own database.
  ask_for_passwords() {
    writeFileSync(join(this.folder, 'data/pg_hba.conf'),
                  'local all all trust\nhost all postgres 127.0.0.1/32 trust\n' +
                  'host all all 127.0.0.1/32 scram-sha-256\n');
    this.query('SELECT pg_reload_conf()');
  }

  /// query(), while the test goes on.
  query_meanwhile(statement) { return psql_meanwhile(this.url, statement); }

  /// The postmaster first, so that it starts none in between.
  #signal_all(signal) {
    const {pid} = this.#child;
    send(pid, 'SIGSTOP');
    const processes = [...children_of(pid), pid];
    for (const each of processes) send(each, signal);
    return processes;
  }

  async #wait_until_ended() {
    const limit = setTimeout(() => this.kill_now(), STOP_LIMIT_MS);
    await this.#ended;
    clearTimeout(limit);
    running.delete(this);
  }
}

/// Not yet ended; a zombie that nobody has waited for has.
function is_alive(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !['Z', 'X'].includes(stat[stat.lastIndexOf(')') + 2]);
  } catch {
    return false;
  }
}
