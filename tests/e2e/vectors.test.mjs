// Requests and JSON texts that others have collected, sent to the real server: what must be
// refused is, and what must be accepted is.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, test} from 'node:test';

import {Client} from './support/client.mjs';
import {is_repetition} from './support/database.mjs';
import {start, vectors} from './support/server.mjs';

const skip = is_repetition
  || (vectors === undefined && 'the collections are not here (../shared/vectors)');

let server;
let ada;

before(async () => {
  server = await start();
  ada = (await Client.of(server)).as('ada');
});
after(() => server.stop());

/// Runs a collection's own script against the server, and gives its lines.
async function lines_of(script) {
  const child = spawn('python3', [join(vectors, 'http', script), '127.0.0.1', String(server.port)]);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part) => { text += part; });
  }
  const code = await new Promise((done) => child.on('close', done));
  assert.equal(code, 0, text);
  return text.trim().split('\n');
}

/// llhttp reads more than HTTP/1.1 servers may or must accept.
const LLHTTP_IS_LENIENT = new Map([
  ['Content-Length reset when no body is received', 'its test skips the bodies it announces'],
  ['SOURCE request with ICE', 'ICE is no HTTP'],
  ['OPTIONS request with RTSP', 'RTSP is no HTTP'],
  ['ANNOUNCE request with RTSP', 'RTSP is no HTTP'],
  ['No HTTP version', 'HTTP/0.9'],
  ['POST with `chunked` as last transfer-encoding', 'a fragment in its target'],
  ['POST with `chunked` as last transfer-encoding (multiple headers)', 'a fragment in its target'],
  ['Fragment in URI', 'RFC 9112 §3.2: no fragment in a target'],
  ['`host:port` and basic auth', 'RFC 9110 §4.2.4: userinfo is to be treated as an error'],
]);

test("llhttp's requests", {skip}, async () => {
  const lines = await lines_of('http_vectors_run.py');
  const counts = lines.filter((line) => line.startsWith('('));
  assert.ok(counts.some((line) => /^\('error', 'ok'\) [1-9]\d/.test(line)), counts.join('\n'));
  assert.ok(!lines.some((line) => line.startsWith("('error', 'ACCEPTED')")), lines.join('\n'));
  const faults = lines.filter((line) => !line.startsWith('('))
    .filter((line) => !LLHTTP_IS_LENIENT.has(line.split(' | ')[1]));
  assert.deepEqual(faults, []);
});

/// The probe expects an echo of a POST to the root, which has none here: that the request was
/// understood (405 or 404, and the connection stays open) is what it can show.
function is_fault([, , level, status, connection, expected]) {
  if (level !== 'Must') return false;
  const understood = ['404', '405'].includes(status) && connection === 'open';
  const may_be_accepted = expected.includes('2xx') || expected.startsWith('[200');
  if (understood && may_be_accepted) return false;
  const refused = status.startsWith('4') && connection === 'closed';
  return !(refused && /\b400\b|Reject/.test(expected));
}

test("Http11Probe's requests", {skip}, async () => {
  const lines = await lines_of('http11probe_run.py');
  const [passed] = lines.filter((line) => line.startsWith('Must pass '));
  assert.ok(Number(passed?.split(' ')[2]) >= 60, lines.join('\n'));
  const rows = lines.filter((line) => line.includes(' | ')).map((line) => line.split(' | '));
  assert.deepEqual(rows.filter(is_fault), []);
});

test('JSONTestSuite', {skip}, async () => {
  const folder = join(vectors, 'json/test_parsing');
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  assert.ok(names.length > 300);
  const faults = [];
  for (const name of names) {
    const text = readFileSync(join(folder, name));
    if (text.length === 0) continue;  // no body at all is another matter
    const {status} = await ada.call('POST', '/api/tasks', {text});
    const must_parse = name.startsWith('y_');
    const may_parse = must_parse || name.startsWith('i_');
    const understood = [201, 422];  // one of the texts is a task
    const expected = must_parse ? understood : may_parse ? [400, ...understood] : [400];
    if (!expected.includes(status)) faults.push(`${name}: ${status}`);
  }
  assert.deepEqual(faults, []);
});
