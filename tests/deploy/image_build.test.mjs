// The image, built and run. It takes minutes and a download: `make test-image` runs it.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {
  build_image, inspect_image, podman, remove_images, without_image,
} from './support/image.mjs';
import {free_port} from './support/nginx.mjs';

const SIZE_MAX = 120e6;
const START_LIMIT_MS = 60_000;
const POLL_MS = 100;
const SECRET = 'a secret of the tests, long enough for production';

describe('the image', {skip: without_image()}, () => {
  let about;
  before(() => {
    const begun = performance.now();
    build_image();
    about = inspect_image();
    console.log(`# built in ${((performance.now() - begun) / 1000).toFixed(0)} s, `
      + `${(about.size / 1e6).toFixed(1)} MB`);
  });

  after(remove_images);

  test('is small', () => assert.ok(about.size < SIZE_MAX, `${about.size} bytes`));

  test('has every library that todod wants', () => {
    const {status, output} = podman('run', ['--rm', '--entrypoint', 'ldd'], '/usr/local/bin/todod');
    assert.equal(status, 0, output);
    assert.doesNotMatch(output, /not found/);
    assert.match(output, /libssl/);
  });

  test('is todod', () => {
    const {status, output} = podman('run', ['--rm'], '--version');
    assert.equal(status, 0, output);
    assert.match(output, /^todod \d+\.\d+\.\d+$/m);
  });

  describe('runs', () => {
    const name = `todod-test-${process.pid}`;
    let url;

    /// The HEALTHCHECK, as whoever runs the image asks it.
    const check = () => {
      const [kind, ...command] = about.health;
      assert.equal(kind, 'CMD');
      return podman('exec', [name], ...command);
    };

    before(async () => {
      const port = await free_port();
      url = `http://127.0.0.1:${port}`;
      const flags = ['--detach', '--name', name, '--read-only', '--read-only-tmpfs=false',
        '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--env', `PORT=${port}`,
        '--env', `AUTH_SECRET=${SECRET}`];
      const {status, output} = podman('run', flags);
      assert.equal(status, 0, output);
    });
    after(() => podman('rm', ['--force', '--volumes', name]));

    test('and comes to pass its health check', async () => {
      const deadline = performance.now() + START_LIMIT_MS;
      let last;
      do {
        await sleep(POLL_MS);
        last = check();
      } while (last.status !== 0 && performance.now() < deadline);
      assert.equal(last.status, 0, last.output + podman('logs', [name]).output);
      assert.match(last.output, /^ready: /);
    });

    test('as 1001, with a root that nobody can write to', () => {
      assert.equal(podman('exec', [name], 'id', '-u').output.trim(), '1001');
      assert.match(podman('exec', [name], 'grep', 'CapEff', '/proc/1/status').output, /\t0{16}$/m);
      for (const path of ['/x', '/tmp/x', '/usr/local/bin/x']) {
        assert.match(podman('exec', [name], 'touch', path).output, /Read-only|denied/, path);
      }
      assert.equal(podman('exec', [name], 'touch', '/data/x').status, 0);
    });

    test('and serves', async () => {
      const post = async (path, body, headers = {}) => {
        const response = await fetch(`${url}${path}`, {
          method: 'POST', body: JSON.stringify(body),
          headers: {'Content-Type': 'application/json', Connection: 'close', ...headers},
        });
        return {status: response.status, body: await response.json()};
      };
      const ada = {name: 'Ada', email: 'ada@example.com', password: 'correct horse battery'};
      assert.equal((await post('/api/auth/register', ada)).status, 201);
      const {body} = await post('/api/auth/login', {email: ada.email, password: ada.password});
      const Authorization = `Bearer ${body.access_token}`;
      // A zone and a certificate's store are files of the image.
      const made = await post('/api/tasks', {title: 'buy milk', due_date: '2026-12-27'},
                              {Authorization, 'X-Timezone': 'Europe/Berlin'});
      assert.equal(made.status, 201, JSON.stringify(made.body));
    });

    test('until it is stopped, and then ends by itself', () => {
      assert.equal(podman('stop', ['--time', '40', name]).status, 0);
      const {output} = podman('inspect', ['--format', '{{.State.ExitCode}}', name]);
      assert.equal(output.trim(), '0');
    });

    test('where a check finds that nobody serves, it fails', () => {
      const {status, output} = podman('run', ['--rm', '--env', 'PORT=1'], 'health');
      assert.equal(status, 1);
      assert.match(output, /not ready/);
    });
  });
});
