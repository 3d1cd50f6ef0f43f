// nginx.conf on ports and in a folder of a test's own.
import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, writeFileSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

import {free_port} from '../../e2e/support/ports.mjs';
import {run} from './run.mjs';
import {read} from './variables.mjs';

export {free_port};

const LIMIT_MS = 10_000;
// Where nginx would keep what does not fit into memory.
const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/// Replaces each of [[old, new]] in `text`; throws where there is no `old`.
export function replace_all(text, pairs) {
  return pairs.reduce((made, [from, to]) => {
    assert.ok(made.includes(from), `the configuration has no ${from}`);
    return made.replaceAll(from, to);
  }, text);
}

/// cert.pem and key.pem for todo.example.
export function make_certificate(folder) {
  const {status, output} = run('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1',
    '-subj', '/CN=todo.example', '-keyout', join(folder, 'key.pem'),
    '-out', join(folder, 'cert.pem'),
  ]);
  assert.equal(status, 0, output);
}

/// Writes the configuration, with a certificate, to `folder`: {file, tls, plain}, where the latter
/// are its ports.
export async function write_nginx(folder, upstream, text = read('deploy/nginx.conf')) {
  const [tls, plain] = [await free_port(), await free_port()];
  make_certificate(folder);
  for (const name of TEMPORARY) mkdirSync(join(folder, name));
  const paths = TEMPORARY.map((name) => `${name}_temp_path ${join(folder, name)};\n`).join('');
  // Only root may name a user, and only its workers have to read this folder.
  const user = process.getuid() === 0 ? 'user root;\n' : '';
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, user + replace_all(text, [
    ['/run/nginx.pid', join(folder, 'nginx.pid')],
    ['/var/log/nginx', folder],
    ['/etc/ssl/todo.example/fullchain.pem', join(folder, 'cert.pem')],
    ['/etc/ssl/todo.example/privkey.pem', join(folder, 'key.pem')],
    ['listen 443 ', `listen 127.0.0.1:${tls} `],
    ['        listen [::]:443 ssl http2;\n', ''],
    ['listen 80;', `listen 127.0.0.1:${plain};`],
    ['        listen [::]:80;\n', ''],
    ['127.0.0.1:8000', `127.0.0.1:${upstream}`],
    ['http {\n', `http {\n${paths}`],
  ]));
  return {file, tls, plain};
}

/// What `nginx -t` says: {status, output}.
export const test_nginx = ({file}, folder) =>
  run('nginx', ['-t', '-q', '-p', folder, '-e', join(folder, 'error.log'), '-c', file]);

/// Runs `body` while nginx serves.
export async function with_nginx({file, tls}, folder, body) {
  const child = spawn('nginx', [
    '-p', folder, '-e', join(folder, 'error.log'), '-c', file, '-g', 'daemon off;',
  ], {stdio: 'inherit'});
  const ended = once(child, 'exit');
  try {
    await until_open(tls);
    await body();
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

/// Returns when somebody listens there.
export async function until_open(port) {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const opened = await new Promise((done) => {
      socket.once('connect', () => done(true)).once('error', () => done(false));
    });
    socket.destroy();
    if (opened) return;
    assert.ok(Date.now() < end, `nobody listens on ${port}`);
    await sleep(20);
  }
}

export const has_nginx = () => spawnSync('nginx', ['-v']).status === 0;
