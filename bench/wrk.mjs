// Loads a todod server with wrk, which must be there, in the name of many users.
import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {promisify} from 'node:util';

import {token_of} from '../tests/e2e/support/jwt.mjs';

const USERS = 64;

const tokens = Array.from({length: USERS}, (_, n) => token_of(`user-${n}`));

const quote = (text) => JSON.stringify(text);

/// What wrk runs: `requests` are [method, path, body], each user's after another.
function lua(requests, think_ms) {
  const rows = requests.map(([method, path, body]) => {
    const sent = body === undefined ? 'nil' : quote(JSON.stringify(body));
    return `{${quote(method)}, ${quote(path)}, ${sent}}`;
  });
  return `
local tokens = {${tokens.map(quote).join()}}
local requests = {${rows.join()}}
local count = 0
request = function()
  count = count + 1
  local asked = requests[count % #requests + 1]
  return wrk.format(asked[1], asked[2], {Authorization = "Bearer " .. tokens[count % #tokens + 1],
    ["Content-Type"] = "application/json"}, asked[3])
end
${think_ms > 0 ? `delay = function() return math.random(0, ${2 * think_ms}) end` : ''}
done = function(summary, latency)
  io.write(string.format("%.0f %.2f %d\\n", summary.requests / summary.duration * 1e6,
    latency:percentile(99) / 1e3, summary.errors.status + summary.errors.timeout))
end`;
}

/// `requests` go round, over `connections` at once, with `think_ms` on average between an answer
/// and the next. Gives requests a second, and the 99th percentile in ms.
export async function load(server, requests, {seconds, connections, think_ms = 0}) {
  const script = join(server.folder, `load${connections}.lua`);
  writeFileSync(script, lua(requests, think_ms));
  const {stdout} = await promisify(execFile)('wrk', [
    '-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '30s', '-s', script, server.url,
  ]);
  const [rate, p99, errors] = stdout.trim().split('\n').at(-1).split(' ').map(Number);
  assert.equal(errors, 0, stdout);
  return {rate, p99};
}

const post = (server, token, path, body) => fetch(new URL(path, server.url), {
  method: 'POST', body: JSON.stringify(body),
  headers: {Authorization: `Bearer ${token}`, 'Content-Type': 'application/json'},
}).then(async (answer) => assert.ok(answer.ok, await answer.text()));

/// Gives each user so many tasks.
export async function fill(server, tasks) {
  for (const token of tokens) {
    for (let n = 0; n < tasks; ++n) await post(server, token, '/api/tasks', {title: `task ${n}`});
  }
}

export const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
