// The conformance suite of the Model Context Protocol, and the server among the tests that has all
// the tools, prompts and resources it asks for.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

import {run_node} from './mcp_peers.mjs';
import {FOLDER} from './node22.mjs';

const SUITE = join(FOLDER, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BINARY = resolve(process.env.TODOD_CONFORMANCE
  ?? join(ROOT, 'build/release/todod_conformance'));
const LIMIT_MS = 300_000;
const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 10_000;
const RESULT = /^([✓✗]) (\S+): \d+ passed, \d+ failed$/gm;

/// False, or why it cannot be started. Who names it must have it.
export const is_absent = process.env.TODOD_CONFORMANCE === undefined && !existsSync(BINARY)
  && `there is no ${BINARY}`;

/// The checks that the scenario has not passed, as it has kept them in a folder of its own.
function failed_checks(folder, scenario) {
  const own = readdirSync(folder).filter((name) => name.startsWith(`server-${scenario}-2`));
  return own.flatMap((name) => JSON.parse(readFileSync(join(folder, name, 'checks.json'), 'utf8')))
    .filter(({status}) => status === 'FAILURE' || status === 'WARNING')
    .map(({id, errorMessage}) => `  ${id}: ${errorMessage}`);
}

/// What came out otherwise than was expected, of the output of a run that has kept its checks.
function explain(stdout, folder) {
  const end = stdout.slice(stdout.indexOf('=== SUMMARY ==='));
  const found = /(Stale baseline entries|Unexpected failures \(not)[^]*/.exec(end)?.[0] ?? end;
  const names = [...found.matchAll(/^ *✗ ([^\s:]+)/gm)].map(([, name]) => name);
  const checks = [...new Set(names)].flatMap((name) => [name, ...failed_checks(folder, name)]);
  return [found, ...checks].join('\n');
}

/// Runs all scenarios of the revision against `url`, which must pass but for those of `baseline`, a
/// file of ../mcp. Gives their names, {scenario: whether all of it has passed}.
export async function check_conformance(url, revision, baseline) {
  const folder = mkdtempSync(join(tmpdir(), 'todod-conformance-'));
  try {
    const {code, stdout, stderr} = await run_node([
      SUITE, 'server', '--url', url, '--requirements', revision, '-o', folder,
      ...baseline ? ['--expected-failures', join(FOLDER, baseline)] : [],
    ], {limit_ms: LIMIT_MS});
    assert.equal(code, 0, `${stderr}${explain(stdout, folder)}`);
    return Object.fromEntries([...stdout.matchAll(RESULT)].map(([, mark, name]) =>
      [name, mark === '✓']));
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/// Starts it on a port of its own: {url, stop()}.
export async function start_conformance_server() {
  const child = spawn(BINARY, ['--port', '0'], {stdio: ['ignore', 'pipe', 'pipe']});
  running.add(child);
  let log = '';
  const ended = new Promise((done) => {
    child.on('error', (error) => done(error.message)).on('exit', (...end) => done(end));
  });
  ended.then(() => running.delete(child));
  const url = await new Promise((found, failed) => {
    const limit = setTimeout(() => failed(new Error(`it did not listen: ${log}`)), START_LIMIT_MS);
    limit.unref();
    ended.then((end) => failed(new Error(`${BINARY} ended with ${end}: ${log}`)));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        log += text;
        const at = /on (http:\/\/127\.0\.0\.1:\d+)/.exec(log);
        if (at) found(at[1]);
      });
    }
  });
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      const end = await ended;
      clearTimeout(limit);
      assert.deepEqual(end, [0, null], `it did not stop well: ${log}`);
    },
  };
}
