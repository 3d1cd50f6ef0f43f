// A PgBouncer in front of a PostgreSQL server, which hands out connections a transaction.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

import {make_certificates, make_service_folder, service_user} from './postgres.mjs';
import {free_port} from './server.mjs';

const PGBOUNCER = '/usr/sbin/pgbouncer';
const START_LIMIT_MS = 10_000;
const STOP_LIMIT_MS = 10_000;
const POLL_MS = 10;

const running = new Set();
process.on('exit', () => {
  for (const bouncer of running) {
    bouncer.signal('SIGKILL');
    rmSync(bouncer.folder, {recursive: true, force: true});
  }
});

///     const bouncer = await PgBouncer.start(postgres.url, {settings: {default_pool_size: 5}});
///     … bouncer.url …
///     await bouncer.remove();
///
/// It asks nobody for a password, and passes every database of the server on. With `tls` it takes
/// no connection without it; its URL then verifies it.
export class PgBouncer {
  #user = service_user();
  #upstream;
  #port;
  #child;
  #ended;
  #log = '';

  constructor(upstream, {tls, settings, port}) {
    this.#upstream = new URL(upstream);
    this.#port = port;
    this.folder = make_service_folder(this.#user);
    const {hostname, port: server_port, username} = this.#upstream;
    if (tls) make_certificates(this.folder, this.#user);
    this.ca = tls ? join(this.folder, 'ca.crt') : undefined;
    const all = {
      pool_mode: 'transaction', listen_addr: '127.0.0.1', listen_port: port,
      unix_socket_dir: this.folder, auth_type: 'any', max_client_conn: 1000,
      ...(tls ? this.#tls_settings() : {}), ...settings,
    };
    writeFileSync(join(this.folder, 'pgbouncer.ini'), [
      '[databases]', `* = host=${hostname} port=${server_port} user=${username}`,
      '[pgbouncer]', ...Object.entries(all).map(([key, value]) => `${key} = ${value}`), '',
    ].join('\n'));
  }

  static async start(upstream, {tls = false, settings = {}} = {}) {
    const bouncer = new PgBouncer(upstream, {tls, settings, port: await free_port()});
    try {
      await bouncer.start();
      return bouncer;
    } catch (error) {
      await bouncer.remove();
      throw error;
    }
  }

  #tls_settings() {
    return {
      client_tls_sslmode: 'require', client_tls_key_file: join(this.folder, 'server.key'),
      client_tls_cert_file: join(this.folder, 'server.crt'),
    };
  }

  /// The upstream's database and user, through this.
  get url() {
    const {username, pathname} = this.#upstream;
    const query = this.ca ? `?sslmode=verify-full&sslrootcert=${this.ca}` : '';
    return `postgresql://${username}@127.0.0.1:${this.#port}${pathname}${query}`;
  }
  get log() { return this.#log; }

  /// Returns when it takes connections.
  async start() {
    const child = spawn(PGBOUNCER, [join(this.folder, 'pgbouncer.ini')],
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
    while (!said.includes('process up')) {
      assert.equal(child.exitCode, null, `PgBouncer did not start:\n${said}`);
      assert.ok(Date.now() < deadline, `PgBouncer did not start in time:\n${said}`);
      await sleep(POLL_MS);
    }
  }

  /// Cuts every connection.
  async stop() {
    this.signal('SIGTERM');
    const limit = setTimeout(() => this.signal('SIGKILL'), STOP_LIMIT_MS);
    await this.#ended;
    clearTimeout(limit);
    running.delete(this);
  }

  signal(name) { this.#child.kill(name); }

  async remove() {
    if (running.has(this)) await this.stop();
    rmSync(this.folder, {recursive: true, force: true});
  }
}
