// A model to talk to: aimock, an OpenAI-compatible server that answers by fixtures.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

import {NODE} from './node22.mjs';
import {free_port} from './server.mjs';

const {resolve} = createRequire(import.meta.url);
const AIMOCK = join(dirname(resolve('@copilotkit/aimock')), 'cli.js');
const LIMIT_MS = 20_000;
const POLL_MS = 20;

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/// What the model says to `message`, and after the result of the tool call `after`.
export function says(message, response, {after, ...rest} = {}) {
  const called = after === undefined ? {hasToolResult: false}
    : {hasToolResult: true, toolCallId: after};
  return {match: {userMessage: message, ...called}, response, ...rest};
}

/// A tool call as a model writes it; `args` may be a text that is no JSON.
export const calls = (...uses) =>
  ({toolCalls: uses.map(([id, name, args]) => ({id, name, arguments: args}))});

/// Starts a model that knows `fixtures`: {url, port, journal(), stop()}. With `keys` (commas
/// between) it answers nobody else.
export async function start_model(fixtures, {keys} = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'todod-model-'));
  const file = join(folder, 'fixtures.json');
  writeFileSync(file, JSON.stringify({fixtures}));
  const port = await free_port();
  const auth = keys === undefined ? {} : {AIMOCK_API_KEYS: keys};
  const child = spawn(NODE,
                      [AIMOCK, '-p', port, '-f', file, '--strict', '--log-level', 'silent'],
                      {stdio: 'ignore', env: {...process.env, ...auth}});
  running.add(child);
  const origin = `http://127.0.0.1:${port}`;
  const headers = keys === undefined ? {} : {Authorization: `Bearer ${keys.split(',')[0]}`};
  const journal = async () => (await fetch(`${origin}/__aimock/journal`, {headers})).json();
  const deadline = Date.now() + LIMIT_MS;
  while (!(await journal().then(() => true, () => false))) {
    assert.ok(Date.now() < deadline && child.exitCode === null, 'aimock did not start');
    await sleep(POLL_MS);
  }
  return {
    url: `${origin}/v1`, port, journal,
    async stop() {
      running.delete(child);
      child.kill('SIGKILL');
      rmSync(folder, {recursive: true, force: true});
    },
  };
}
