// The image, built and run by buildah and podman with a storage of their own, which is gone then.
import assert from 'node:assert/strict';
import {copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {join, resolve} from 'node:path';

import {TODOD} from './package.mjs';
import {has, run} from './run.mjs';
import {ROOT} from './variables.mjs';

/// What base_image.sh has made.
const FOLDER = process.env.TODOD_TEST_IMAGE && resolve(process.env.TODOD_TEST_IMAGE);
const BASE = 'docker.io/library/debian:bookworm-slim';
const IMAGE = 'localhost/todod:test';
const BUILD_LIMIT_MS = 2 * 60 * 60_000;

/// Why no image is built here; false when one is.
export function without_image() {
  if (FOLDER === undefined) return 'make test-image builds one, which takes minutes';
  const missing = ['buildah', 'podman', 'runc'].find((name) => !has(name));
  return missing === undefined ? false : `there is no ${missing} here`;
}

let place;

/// Each knows its storage by its path alone.
function storage() {
  place ??= mkdtempSync(join(FOLDER, 'storage-'));
  return ['--root', join(place, 'root'), '--runroot', join(place, 'run'), '--storage-driver',
    'overlay'];
}

/// Ends what runs, and deletes all that was built.
export function remove_images() {
  podman('rm', ['--all', '--force', '--volumes']);
  buildah('rm', '--all');
  run('umount', ['--recursive', join(place, 'root/overlay')]);
  rmSync(place, {recursive: true});
}

function buildah(...args) {
  const {status, output} = run('buildah', [...storage(), ...args], {
    cwd: ROOT, env: {...process.env, BUILDAH_ISOLATION: 'chroot'}, timeout: BUILD_LIMIT_MS,
    maxBuffer: 2 ** 30,
  });
  assert.equal(status, 0, output.slice(-4000));
  return output.trim();
}

/// {status, output}; `flags` are for the container alone. systemd, which HEALTHCHECK and cgroups
/// would take, is not needed.
export function podman(command, flags, ...args) {
  const own = ['--cgroup-manager', 'cgroupfs', '--runtime', '/usr/sbin/runc'];
  const limits = ['--no-healthcheck', '--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024',
    '--network', 'host'];
  const more = command === 'run' ? [...limits, ...flags, IMAGE] : flags;
  return run('podman', [...storage(), ...own, command, ...more, ...args]);
}

function make_base() {
  const container = buildah('from', 'scratch');
  buildah('add', '--quiet', container, join(FOLDER, 'slim'), '/');
  buildah('commit', '--quiet', '--rm', '--format', 'docker', container, BASE);
}

/// Builds deploy/Dockerfile: from the sources where TODOD_TEST_FROM_SOURCE is set, else its last
/// stage alone, with a binary that is there in place of the stage that makes one.
export function build_image() {
  make_base();
  const context = [];
  if (process.env.TODOD_TEST_FROM_SOURCE === undefined) {
    const made = join(place, 'made');
    const release = join(made, 'todod/build/release');
    assert.ok(existsSync(TODOD), `there is no ${TODOD}: make build`);
    mkdirSync(release, {recursive: true});
    copyFileSync(TODOD, join(release, 'todod'));
    assert.equal(run('strip', [join(release, 'todod')]).status, 0);
    context.push('--build-context', `build=${made}`);
  }
  buildah('bud', '--pull-never', '--format', 'docker', ...context, '-f', 'deploy/Dockerfile', '-t',
          IMAGE, '.');
}

/// What the image says of itself: {size, config}.
export function inspect_image() {
  const {status, output} = run('podman', [...storage(), 'image', 'inspect', IMAGE]);
  assert.equal(status, 0, output);
  const [{Size: size, Config: config, HealthCheck, Healthcheck}] = JSON.parse(output);
  return {size, config, health: (HealthCheck ?? Healthcheck ?? config.Healthcheck).Test};
}
