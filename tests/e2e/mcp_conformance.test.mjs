// The conformance suite: todod passes all but what asks for tools, prompts and resources that no
// task backend has, and the server that has them passes all of it.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {Client} from './support/client.mjs';
import {
  check_conformance, is_absent, start_conformance_server,
} from './support/conformance.mjs';
import {is_repetition} from './support/database.mjs';
import {start_proxy} from './support/inject_proxy.mjs';
import {FOLDER} from './support/node22.mjs';
import {start} from './support/server.mjs';

/// By revision, how many scenarios a server must pass; those that are only reported come on top.
const SCORED = {'2025-11-25': 30, '2026-07-28': 37};

const baseline_of = (revision) => `conformance-${revision}.yml`;

describe('todod', {concurrency: true}, () => {
  let server;
  let proxy;

  before(async () => {
    server = await start();
    const user = (await Client.of(server)).as('ada');
    for (const title of ['Buy oats', 'Call mom']) {
      await user.expect(201, 'POST', '/api/tasks', {body: {title}});
    }
    const {body} = await user.expect(201, 'POST', '/api/auth/tokens', {
      body: {name: 'the suite', scopes: ['read', 'write', 'delete']},
    });
    proxy = await start_proxy(server, body.token);
  });
  after(async () => {
    await proxy.stop();
    await server.stop();
  });

  for (const [revision, scored] of Object.entries(SCORED)) {
    test(`passes ${revision} but for what is not its own`, async () => {
      const passed = await check_conformance(`${proxy.url}/mcp`, revision, baseline_of(revision));
      assert.ok(Object.keys(passed).length >= scored, `${Object.keys(passed)}`);
    });
  }
});

describe('the conformance server', {concurrency: true, skip: is_absent || is_repetition}, () => {
  let server;

  before(async () => { server = await start_conformance_server(); });
  after(() => server?.stop());

  for (const [revision, scored] of Object.entries(SCORED)) {
    test(`passes all of ${revision}`, async () => {
      const passed = await check_conformance(`${server.url}/mcp`, revision);
      const names = Object.keys(passed).filter((name) => passed[name]);
      assert.ok(names.length >= scored, `${names}`);
    });
  }
});

for (const revision of Object.keys(SCORED)) {
  test(`what is expected to fail of ${revision} says why`, () => {
    const lines = readFileSync(join(FOLDER, baseline_of(revision)), 'utf8').split('\n');
    const entries = lines.filter((line) => /^ +- /.test(line));
    assert.ok(entries.length > 0);
    for (const line of entries) assert.match(line, /^  - \S+ +# \S/);
  });
}
