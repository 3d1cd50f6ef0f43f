// Programs that look at a file, and what they say of it.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const LIMIT_MS = 60_000;

/// {status, output} of a program and all that it wrote.
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, {encoding: 'utf8', timeout: LIMIT_MS, ...options});
  assert.equal(done.error, undefined);
  return {status: done.status, output: done.stdout + done.stderr};
}

/// Whether there is such a program.
export const has = (command) => spawnSync('which', [command]).status === 0;

/// What `body` makes of a folder of its own, which is gone then.
export async function in_folder(body) {
  const folder = mkdtempSync(join(tmpdir(), 'todod-deploy-'));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, {recursive: true});
  }
}
