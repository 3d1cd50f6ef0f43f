// haproxy.cfg on ports and in a folder of a test's own.
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync, writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';

import {make_certificate, replace_all, until_open} from './nginx.mjs';
import {run} from './run.mjs';
import {read} from './variables.mjs';

const HTTPS = 'bind :443 ssl crt /etc/haproxy/todo.example.pem alpn h2,http/1.1';
const REDIRECT = '    http-request redirect scheme https code 308 unless { ssl_fc }\n';

/// Writes the configuration to `folder`; its path. `replicas` are three ports, `plain` and `tls`
/// those of HAProxy; without `tls` it takes what comes in the clear.
export function write_haproxy(folder, {replicas, plain, tls}, text = read('deploy/haproxy.cfg')) {
  let made = replace_all(text, [
    ['log /dev/log local0', 'log stdout format raw local0'],
    // Only root may name them.
    ['    user haproxy\n    group haproxy\n', ''],
    // As many descriptors as anybody may have are enough for.
    ['maxconn 4096', 'maxconn 200'],
    ['/run/haproxy/admin.sock', join(folder, 'admin.sock')],
    ['bind :80', `bind 127.0.0.1:${plain}`],
    ...replicas.map((port, i) => [`127.0.0.1:${8001 + i}`, `127.0.0.1:${port}`]),
  ]);
  if (tls === undefined) {
    made = replace_all(made, [[`    ${HTTPS}\n`, ''], [REDIRECT, '']]);
  } else {
    make_certificate(folder);
    const pem = join(folder, 'todo.example.pem');
    const parts = ['cert.pem', 'key.pem'].map((name) => readFileSync(join(folder, name), 'utf8'));
    writeFileSync(pem, parts.join(''));
    made = replace_all(made, [
      [':443', `127.0.0.1:${tls}`], ['/etc/haproxy/todo.example.pem', pem],
    ]);
  }
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, made);
  return file;
}

/// What `haproxy -c` says: {status, output}.
export const test_haproxy = (file) => run('haproxy', ['-c', '-f', file]);

/// A running HAProxy, once it listens on `port`.
export class HaProxy {
  #child;
  #ended;
  #folder;
  #log = '';

  constructor(folder) {
    this.#folder = folder;
    this.#child = spawn('haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')]);
    this.#ended = once(this.#child, 'exit');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => { this.#log += text; });
    }
  }

  static async start(folder, port) {
    const haproxy = new HaProxy(folder);
    try {
      await until_open(port);
      return haproxy;
    } catch (error) {
      await haproxy.stop();
      throw new Error(`HAProxy did not start:\n${haproxy.log}`, {cause: error});
    }
  }

  /// A line a request, and what else it has to say.
  get log() { return this.#log; }

  /// What its socket says to a command.
  async ask(command) {
    const socket = connect(join(this.#folder, 'admin.sock'));
    socket.end(`${command}\n`);
    let text = '';
    for await (const piece of socket.setEncoding('utf8')) text += piece;
    return text;
  }

  /// What it counts of a replica: {status: UP, DOWN or on its way ("UP 1/2"), …}, where econ and
  /// eresp are failures to connect and of answers, wretr and wredis what was tried again.
  async replica(replica) {
    const [names, ...rows] = (await this.ask('show stat')).trim().split('\n')
        .map((line) => line.split(','));
    const row = rows.find(([backend, name]) => backend === 'todod' && name === replica);
    return Object.fromEntries(names.map((name, i) => [name, row[i]]));
  }

  async stop() {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}

export const has_haproxy = () => spawnSync('haproxy', ['-v']).status === 0;
