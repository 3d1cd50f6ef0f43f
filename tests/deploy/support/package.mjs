// The Debian package: how it is made of a binary that has been built, and what its unit starts.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';

import {run} from './run.mjs';
import {read, ROOT} from './variables.mjs';

export const TODOD = resolve(process.env.TODOD ?? `${ROOT}build/release/todod`);
export const VERSION = /^project\(todod VERSION ([\d.]+)/m.exec(read('CMakeLists.txt'))[1];

/// Why there can be no package here; false when there can.
export function without_package() {
  if (!existsSync(TODOD)) return `there is no ${TODOD}: make build`;
  const missing = ['cpack', 'dpkg-deb', 'dpkg-shlibdeps', 'strip', 'file']
      .find((name) => spawnSync('which', [name]).status !== 0);
  return missing === undefined ? false : `there is no ${missing} here`;
}

/// Makes the package in `folder`; its path. Compressed fast: it is not kept.
export function make_package(folder) {
  const args = ['--config', `${ROOT}deploy/debian/cpack.cmake`, '-B', folder,
    '-D', 'CPACK_DEBIAN_COMPRESSION_TYPE=gzip'];
  const {status, output} = run('cpack', args,
                               {env: {...process.env, TODOD}, timeout: 10 * 60_000});
  assert.equal(status, 0, output);
  const made = readdirSync(folder).filter((name) => name.endsWith('.deb'));
  assert.equal(made.length, 1, output);
  return join(folder, made[0]);
}

/// A package of `version` like `deb`, but that its todod.env says something else; its path.
export function make_older_package(deb, version, folder) {
  const inside = join(folder, version);
  const ok = (...args) => assert.equal(run(...args).status, 0);
  ok('dpkg-deb', ['-R', deb, inside]);
  const change = (name, from, to) => {
    const text = readFileSync(join(inside, name), 'utf8');
    assert.match(text, from);
    writeFileSync(join(inside, name), text.replace(from, to));
  };
  change('DEBIAN/control', /^Version: .*$/m, `Version: ${version}`);
  change('etc/todod/todod.env', /^# .*$/m, '# An older one.');
  const older = join(folder, `todod_${version}.deb`);
  ok('dpkg-deb', ['-Znone', '-b', inside, older]);
  return older;
}

/// What a unit says: name to value, the last of each.
export function read_unit(text) {
  return Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, ...pair]) => pair));
}

/// {arguments, environment} with which systemd starts the service of a unit that is installed in
/// `room`, as far as that is the user, the place, the mask and the environment.
export function read_start(room, unit) {
  const {User, Group, WorkingDirectory, UMask, ExecStart, EnvironmentFile} = unit;
  const text = room.read(EnvironmentFile.replace(/^-/, ''));
  const variables = [...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, ...pair]) => pair);
  return {
    args: ['setpriv', `--reuid=${User}`, `--regid=${Group}`, '--clear-groups', '--no-new-privs',
      'sh', '-c', `umask ${UMask}; cd ${WorkingDirectory}; exec ${ExecStart}`],
    env: {PATH: '/usr/bin:/bin', ...Object.fromEntries(variables)},
  };
}
