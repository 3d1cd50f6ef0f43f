// The commands, beside `serve` and `migrate`: what they print, and how they end.
import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {Client} from './support/client.mjs';
import {make_folder, remove_folder, run, start} from './support/server.mjs';
import {UUID_V7} from './support/surfaces.mjs';

const PASSWORD = 'correct horse battery';

const COMMANDS = [
  ['serve'], ['health'], ['chat'], ['mcp'], ['config'], ['openapi'], ['parse'],
  ['export'], ['import'], ['completion'], ['manual'],
  ['migrate'], ['migrate', 'up'], ['migrate', 'down'], ['migrate', 'to'], ['migrate', 'current'],
  ['migrate', 'history'], ['migrate', 'pending'], ['migrate', 'sql'],
  ['user'], ['user', 'add'], ['user', 'list'], ['user', 'token'],
  ['backup'], ['restore'], ['doctor'], ['copy'],
];

const MISUSES = [
  [], ['nonsense'], ['--nonsense'], ['serve', 'extra'], ['serve', '--nonsense'], ['migrate'],
  ['user'], ['user', 'add'], ['user', 'token'], ['user', 'remove'], ['config', '--nonsense'],
  ['health', 'extra'], ['health', '--server', ''],
  ['copy'], ['copy', ''], ['copy', 'a', 'b', 'c'], ['copy', '--check'],
  ['backup'], ['restore'], ['backup', ''], ['backup', 'a', 'b'], ['doctor', 'extra'],
  ['completion'], ['completion', 'tcsh'], ['manual', 'extra'],
  ['chat', '--conversation', '0'], ['chat', '--token-file', 'token'],
  ['chat', '--server', 'http://localhost:8000', '--user', 'ada'],
  ['mcp', 'extra'], ['mcp', '--token-file', 'token'],
  ['mcp', '--server', 'http://localhost:8000', '--user', 'ada'],
  ['mcp', '--server', 'http://localhost:8000', '--read-only'],
  ['export', '--format', 'todoist'], ['export', 'a', 'b'], ['export', '--user', ''],
  ['import'], ['import', ''], ['import', 'a', '--format', 'xml'], ['import', '-', '--user', ''],
  // Variables that were left empty must not mean the default.
  ['mcp', '--server', ''], ['mcp', '--user', ''], ['chat', '--server='], ['chat', '--user', ''],
  ['chat', '--server', 'http://localhost:8000', '--token-file', ''],
];

for (const command of COMMANDS) {
  test(`todod ${command.join(' ')} --help explains itself`, async () => {
    const {code, stdout, stderr} = await run([...command, '--help']);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /Usage:/i);
    assert.ok(stdout.includes(command.at(-1)), stdout);
  });
}

test('todod --help names every command', async () => {
  const {code, stdout} = await run(['--help']);
  assert.equal(code, 0);
  for (const [name] of COMMANDS) assert.ok(stdout.includes(name), name);
});

test('todod --version is one line', async () => {
  const {code, stdout} = await run(['--version']);
  assert.deepEqual([code, stdout], [0, 'todod 0.1.0\n']);
});

for (const args of MISUSES) {
  test(`\`${['todod', ...args].join(' ')}\` is a misuse`, async () => {
    const {code, stdout, stderr} = await run(args);
    assert.equal(code, 2, stderr);
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
  });
}

describe('todod openapi', () => {
  test('prints what the server serves', async () => {
    const {code, stdout} = await run(['openapi']);
    assert.equal(code, 0);
    const server = await start();
    const served = await (await fetch(`${server.url}/openapi.json`)).json();
    await server.stop();
    assert.deepEqual(JSON.parse(stdout), served);
  });
});

describe('todod user', () => {
  let folder;
  let server;
  let nobody;

  before(async () => {
    folder = make_folder();
    server = await start({folder});
    nobody = await Client.of(server);
  });
  after(async () => {
    await server.stop();
    remove_folder(folder);
  });

  const add = (email, password = PASSWORD, ...more) =>
    run(['user', 'add', email, ...more], {folder, input: `${password}\n`});

  test('add makes an account, while the server runs', async () => {
    const {code, stdout, stderr} = await add('ada@example.com', PASSWORD, '--name', 'Ada Lovelace');
    assert.equal(code, 0, stderr);
    const id = stdout.trim();
    assert.match(id, UUID_V7);
    const {body} = await nobody.expect(200, 'POST', '/api/auth/login',
                                       {body: {email: 'ada@example.com', password: PASSWORD}});
    assert.deepEqual(body.user, {id, name: 'Ada Lovelace', email: 'ada@example.com'});
  });

  test('add calls the user by the e-mail where there is no name', async () => {
    assert.equal((await add('bob@example.com')).code, 0);
    const {body} = await nobody.expect(200, 'POST', '/api/auth/login',
                                       {body: {email: 'bob@example.com', password: PASSWORD}});
    assert.equal(body.user.name, 'bob@example.com');
  });

  test('add refuses what a registration would', async () => {
    await add('taken@example.com');
    const bad = [['taken@example.com'], ['TAKEN@example.com'], ['no e-mail'], ['a@b'],
      ['short@example.com', 'short'], ['long@example.com', 'x'.repeat(129)],
      ['none@example.com', ''], ['named@example.com', PASSWORD, '--name', 'x'.repeat(101)]];
    for (const args of bad) {
      const {code, stdout, stderr} = await add(...args);
      assert.equal(code, 1, `${args}: ${stdout}`);
      assert.equal(stdout, '');
      assert.match(stderr, /^todod: [^\n]+\n$/);
    }
    const {stdout} = await run(['user', 'list'], {folder});
    for (const name of ['short', 'long', 'none', 'named']) {
      assert.ok(!stdout.includes(`${name}@`), stdout);
    }
  });

  test('list shows every account with how many tasks it has', async () => {
    await add('lister@example.com', PASSWORD, '--name', 'Lister');
    const foreign = nobody.as('foreign|1');
    for (let i = 0; i < 3; i += 1) {
      await foreign.expect(201, 'POST', '/api/tasks', {body: {title: 'x'}});
    }
    await foreign.expect(204, 'DELETE', '/api/tasks/2');
    const {code, stdout} = await run(['user', 'list'], {folder});
    assert.equal(code, 0);
    const rows = stdout.trim().split('\n').map((line) => line.split('\t'));
    const shown = rows.find(([id]) => id === 'foreign|1');
    assert.deepEqual(shown.slice(0, 4), ['foreign|1', '-', '-', '2']);
    const lister = rows.find(([, email]) => email === 'lister@example.com');
    assert.deepEqual(lister.slice(1, 4), ['lister@example.com', 'Lister', '0']);
    for (const row of rows) assert.match(row[4], /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.ok(!stdout.includes('argon2'), 'a password hash');
  });

  test('says what to do where there are no tables', async () => {
    const empty = make_folder();
    const token = ['token', 'ada@example.com', '--name', 'x', '--scopes', 'read'];
    for (const args of [['add', 'ada@example.com'], ['list'], token]) {
      const {code, stdout, stderr} = await run(['user', ...args],
                                               {folder: empty, input: `${PASSWORD}\n`});
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, /^todod: [^\n]+'todod migrate up'[^\n]*\n$/);
    }
    assert.ok(!existsSync(join(empty, 'todod.db')));
    remove_folder(empty);
  });
});
