// The Dockerfile, and what the image asks for its health.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {spawn} from 'node:child_process';
import {describe, test} from 'node:test';

import {run} from './support/run.mjs';
import {read, ROOT} from './support/variables.mjs';

const DOCKERFILE = read('deploy/Dockerfile');

/// The instructions of the last stage: [[NAME, the rest]].
function instructions() {
  const lines = DOCKERFILE.replaceAll(/^#.*\n/gm, '').replaceAll('\\\n', ' ').split('\n')
      .filter((line) => line !== '').map((line) => /^(\w+) +(.*)$/.exec(line).slice(1));
  return lines.slice(lines.findLastIndex(([name]) => name === 'FROM'));
}

const last = (name) => instructions().findLast(([each]) => each === name)?.[1];

/// The exit code of deploy/health, with `port`.
async function health(port) {
  const child = spawn(`${ROOT}deploy/health`, {
    env: {PATH: process.env.PATH, PORT: String(port)}, stdio: 'ignore',
  });
  const [code] = await once(child, 'exit');
  return code;
}

/// Runs `body` with the port of a server that answers so.
async function with_server(answer, body) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await body(server.address().port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('the Dockerfile', () => {
  test('has nothing that dockerfilelint knows better', () => {
    const linter = new URL('node_modules/dockerfilelint/bin/dockerfilelint', import.meta.url);
    const {status, output} = run('node', [linter.pathname, `${ROOT}deploy/Dockerfile`]);
    assert.match(output, /Issues: None found/);
    assert.equal(status, 0);
  });

  test('starts todod by itself, without a shell, as nobody in particular', () => {
    assert.deepEqual(JSON.parse(last('ENTRYPOINT')), ['todod']);
    assert.deepEqual(JSON.parse(last('CMD')), ['serve']);
    assert.equal(last('USER'), '1001:1001');
    assert.equal(last('STOPSIGNAL'), 'SIGTERM');
    assert.deepEqual(JSON.parse(last('HEALTHCHECK').replace(/^.* CMD /, '')), ['todod-health']);
  });

  test('is of Debian 12, and of what it made itself', () => {
    const images = [...DOCKERFILE.matchAll(/^FROM (\S+)/gm)].map(([, name]) => name);
    assert.deepEqual(images, ['debian:bookworm-slim', 'debian:bookworm-slim']);
    const copied = instructions().filter(([name]) => name === 'COPY' || name === 'ADD');
    assert.equal(copied.length, 3);
  });

  test('finds all that it copies', () => {
    const ignored = readFileSync(`${ROOT}.dockerignore`, 'utf8').split('\n');
    assert.equal(ignored.filter((line) => !line.startsWith('#'))[0], '*');
    for (const name of ['tools', 'LICENSE', 'deploy/health', 'src', 'migrations', 'web']) {
      assert.ok(ignored.includes(`!${name}`), name);
    }
    // What the build reads, CMakeLists.txt says.
    for (const [, folder] of read('CMakeLists.txt').matchAll(/^add_subdirectory\((\S+?)[ )]/gm)) {
      assert.ok(ignored.some((line) => line.startsWith('!') && folder.startsWith(line.slice(1))));
    }
  });
});

describe('deploy/health', () => {
  test('is content with 200 of /health/ready alone', async () => {
    const asked = [];
    await with_server((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.host}`);
      response.writeHead(request.url === '/health/ready' ? 200 : 404).end('{}');
    }, async (port) => assert.equal(await health(port), 0));
    assert.deepEqual(asked, ['GET /health/ready localhost']);
  });

  test('is not content with 503', () =>
    with_server((_, response) => response.writeHead(503).end('{}'),
                async (port) => assert.notEqual(await health(port), 0)));

  test('is not content with a connection that is closed', () =>
    with_server((request) => request.socket.destroy(),
                async (port) => assert.notEqual(await health(port), 0)));

  test('is not content with nobody there', async () => {
    let free;
    await with_server(() => {}, (port) => { free = port; });
    assert.notEqual(await health(free), 0);
  });
});
