// The Dockerfile, as it is written; image_build.test.mjs builds it.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
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
    assert.deepEqual(JSON.parse(last('HEALTHCHECK').replace(/^.* CMD /, '')), ['todod', 'health']);
  });

  test('is of Debian 12, and of what it made itself', () => {
    const images = [...DOCKERFILE.matchAll(/^FROM (\S+)/gm)].map(([, name]) => name);
    assert.deepEqual(images, ['debian:bookworm-slim', 'debian:bookworm-slim']);
    const copied = instructions().filter(([name]) => name === 'COPY' || name === 'ADD');
    assert.equal(copied.length, 2);
  });

  test('finds all that it copies', () => {
    const ignored = readFileSync(`${ROOT}.dockerignore`, 'utf8').split('\n');
    assert.equal(ignored.filter((line) => !line.startsWith('#'))[0], '*');
    for (const name of ['tools', 'LICENSE', 'src', 'migrations', 'web']) {
      assert.ok(ignored.includes(`!${name}`), name);
    }
    // What the build reads, CMakeLists.txt says.
    for (const [, folder] of read('CMakeLists.txt').matchAll(/^add_subdirectory\((\S+?)[ )]/gm)) {
      assert.ok(ignored.some((line) => line.startsWith('!') && folder.startsWith(line.slice(1))));
    }
  });
});
