// `todod chat`: the assistant on a terminal, over the database itself or over a server.
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {make_folder, remove_folder, run, start} from './support/server.mjs';

const PASSWORD = 'correct horse battery';
const ADDED = /^I've added 'Buy oats' to your tasks\. It is task 1/;

async function succeed(args, options) {
  const {code, stdout, stderr} = await run(args, options);
  assert.deepEqual([code, stderr], [0, ''], stdout);
  return stdout;
}

async function fail(args, options) {
  const {code, stderr} = await run(args, options);
  assert.equal(code, 1, stderr);
  return stderr;
}

const make_user = (folder, email) =>
  succeed(['user', 'add', email], {folder, input: `${PASSWORD}\n`});

describe('todod chat without a server', () => {
  let folder;
  before(async () => {
    folder = make_folder();
    await succeed(['migrate', 'up'], {folder});
  });
  after(() => remove_folder(folder));

  test('asks for an account where there is none', async () => {
    assert.match(await fail(['chat', '-m', 'hello'], {folder}), /there is no account/);
  });

  test('speaks for the only account, a line a message, in one conversation', async () => {
    await make_user(folder, 'ada@example.com');
    const input = 'add a task to buy oats tomorrow\n\nmake it high priority\nexit\ndelete it\n';
    const said = await succeed(['chat'], {folder, input});
    assert.match(said, ADDED);
    assert.match(said, /'Buy oats': it is now high priority/);
    assert.doesNotMatch(said, /deleted/);
  });

  test('goes on with a conversation', async () => {
    const said = await succeed(['chat', '--conversation', '1', '-m', 'mark it as done'], {folder});
    assert.equal(said, "I've marked 'Buy oats' as completed. Well done!\n");
    assert.match(await fail(['chat', '--conversation', '77', '-m', 'hello'], {folder}),
      /Conversation not found/);
  });

  test('says days in the time zone of the machine', async () => {
    // At any moment it is another day in one of them than in UTC.
    await Promise.all(['Etc/GMT+12', 'Pacific/Kiritimati'].map(async (TZ) => {
      const today = () => new Intl.DateTimeFormat('en-CA', {timeZone: TZ}).format(new Date());
      let day;
      let said;
      do {  // anew where the day has ended meanwhile
        day = today();
        await succeed(['chat', '-m', 'add a task to call mom today'], {folder, env: {TZ}});
        said = await succeed(['chat', '-m', 'what is due today?'], {folder, env: {TZ}});
      } while (day !== today());
      assert.match(said, /\(due today\)/);
    }));
  });

  test('wants to know whose tasks, where there are several accounts', async () => {
    await make_user(folder, 'bob@example.com');
    assert.match(await fail(['chat', '-m', 'hello'], {folder}), /--user says which/);
    const said = await succeed(
      ['chat', '--user', 'bob@example.com', '-m', 'show me my tasks'], {folder});
    assert.match(said, /You have no tasks yet/);
    assert.match(await fail(['chat', '--user', 'eve@example.com', '-m', 'hello'], {folder}),
      /there is no account 'eve@example.com'/);
  });

  test('refuses a message that is too long', async () => {
    const args = ['chat', '--user', 'bob@example.com', '-m', 'x'.repeat(5001)];
    assert.match(await fail(args, {folder}), /message.*5000/);
  });
});

describe('todod chat with a server', () => {
  let folder;
  let server;
  let token;
  before(async () => {
    folder = make_folder();
    server = await start({folder});
    await make_user(folder, 'ada@example.com');
    token = (await succeed(['user', 'token', 'ada@example.com', '--name', 'chat', '--scopes',
      'read,write,delete'], {folder})).trim();
  });
  after(async () => {
    await server.stop();
    remove_folder(folder);
  });

  test('speaks for whom the token is of', async () => {
    const input = 'add a task to buy oats\ndelete it\nyes\n';
    const said = await succeed(['chat', '--server', `${server.url}/`],
      {env: {TODOD_TOKEN: token}, input});
    assert.match(said, ADDED);
    assert.match(said, /I've deleted 'Buy oats'/);
  });

  test('takes the token from a file', async () => {
    const file = join(folder, 'token');
    writeFileSync(file, `${token}\n`);
    const said = await succeed(
      ['chat', '--server', server.url, '--token-file', file, '-m', 'hello']);
    assert.match(said, /^Hello!/);
  });

  test('says in one line what is wrong', async () => {
    const chat = ['chat', '-m', 'hello', '--server'];
    assert.match(await fail([...chat, server.url]), /^todod: a token is needed.*\n$/);
    const wrong = {env: {TODOD_TOKEN: 'tdd_nobody'}};
    assert.match(await fail([...chat, server.url], wrong), /^todod: .+\n$/);
    assert.match(await fail([...chat, 'nowhere'], wrong), /^todod: --server takes a URL.*\n$/);
    assert.match(await fail([...chat, 'http://127.0.0.1:1'], wrong), /^todod: no answer.*\n$/);
    const elsewhere = [...chat.slice(0, 1), '--conversation', '77', ...chat.slice(1), server.url];
    assert.match(await fail(elsewhere, {env: {TODOD_TOKEN: token}}),
      /^todod: Conversation not found.*\n$/);
  });

  test('says each message under a key of its own, so that none is done twice', async () => {
    const keys = [];
    // As a server that has answered it before.
    const other = createServer((request, response) => {
      keys.push(request.headers['idempotency-key']);
      response.setHeader('Content-Type', 'text/event-stream');
      const answer = {conversation_id: 1, response: `answer ${keys.length}`};
      response.end(`event: done\ndata: ${JSON.stringify(answer)}\n\n`);
    });
    await new Promise((done) => other.listen(0, '127.0.0.1', done));
    try {
      const url = `http://127.0.0.1:${other.address().port}`;
      const said = await succeed(['chat', '--server', url],
        {folder, env: {TODOD_TOKEN: 'x'}, input: 'hello\nhello\n'});
      assert.match(said, /answer 1\n.*answer 2\n/s);
    } finally {
      other.close();
    }
    assert.equal(keys.length, 2);
    for (const key of keys) assert.match(key, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.notEqual(keys[0], keys[1]);
  });
});
