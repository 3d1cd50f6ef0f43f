// Commands that are run in folders of their own, and what they print.
import assert from 'node:assert/strict';
import {after} from 'node:test';

import {make_folder, remove_folder, run} from './server.mjs';

const folders = [];
/// Goes when the tests of the file have ended.
export function new_folder() {
  folders.push(make_folder());
  return folders.at(-1);
}
after(() => folders.forEach(remove_folder));

/// Runs a command that must go well; what it prints.
export async function succeed(args, options) {
  const {code, stdout, stderr} = await run(args, options);
  assert.deepEqual([code, stderr], [0, ''], `todod ${args.join(' ')}`);
  return stdout;
}

/// Runs a command that must fail with one line; the line.
export async function refused(args, options) {
  const {code, stdout, stderr} = await run(args, options);
  assert.deepEqual([code, stdout], [1, ''], stderr);
  assert.match(stderr, /^todod: [^\n]+\n$/);
  return stderr;
}
