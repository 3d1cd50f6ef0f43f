// The log: one line an event that a machine can read, and never what must not be in it.
import assert from 'node:assert/strict';
import {readFileSync, renameSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client} from './support/client.mjs';
import {claims_of, sign} from './support/jwt.mjs';
import {free_port, make_folder, remove_folder, run, SECRET, start} from './support/server.mjs';
import {exchange, request_of} from './support/socket.mjs';

const LEVELS = 'DEBUG|INFO|WARNING|ERROR|CRITICAL';
const TEXT_LINE = new RegExp(
    `^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d - (${LEVELS}) - [\\w.]+ - \\S.*$`);
const JSON_KEYS = ['timestamp', 'level', 'logger', 'message', 'request_id'];

/// What must never be seen in a log.
const PASSWORDS = ['correct horse battery', 'another horse battery', 'a wrong password'];
const WORDS = ['a private title', 'a private description', 'a private tag', 'a private search'];

/// A bit of everything: what works, what is refused, and what cannot be read. Gives every token.
async function make_traffic(server) {
  const nobody = await Client.of(server);
  const [password, next, wrong] = PASSWORDS;
  const [title, description, tag, search] = WORDS;
  const email = 'ada@example.com';
  await nobody.expect(201, 'POST', '/api/auth/register', {body: {name: 'Ada', email, password}});
  await nobody.expect(401, 'POST', '/api/auth/login', {body: {email, password: wrong}});
  const log_in = async (body) =>
    (await nobody.expect(200, 'POST', '/api/auth/login', {body})).body.access_token;
  const tokens = [await log_in({email, password})];
  const ada = nobody.with_token(tokens[0]);
  await ada.expect(201, 'POST', '/api/tasks', {body: {title, description, tags: [tag]}});
  await ada.expect(200, 'GET', `/api/tasks?q=${encodeURIComponent(search)}`);
  await ada.expect(422, 'POST', '/api/tasks', {body: {titel: title}});
  await ada.expect(400, 'POST', '/api/tasks', {text: `{"title": "${title}`});
  await ada.raw('GET', `/api/tasks?access_token=${tokens[0]}`);
  await ada.expect(403, 'POST', '/api/auth/password',
                   {body: {current_password: wrong, new_password: next}});
  await ada.expect(204, 'POST', '/api/auth/password',
                   {body: {current_password: password, new_password: next}});
  tokens.push(await log_in({email, password: next}));
  for (const claims of [{exp: 1}, {sub: 7}]) {
    tokens.push(sign(claims_of('eve', claims)));
    await nobody.with_token(tokens.at(-1)).expect(401, 'GET', '/api/tasks');
  }
  await nobody.with_token('opaque-token-that-is-no-JWT').expect(401, 'GET', '/api/tasks');
  await nobody.raw('GET', '/lines%0Aand\u2028more', {headers: {'X-Request-ID': 'find-me'}});
  return tokens;
}

function check_secrecy(log, tokens) {
  const secrets = [...PASSWORDS, ...WORDS, ...tokens, SECRET, 'opaque-token-that-is-no-JWT',
    ...tokens.map((token) => token.split('.')[2])];
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), secret.replaceAll(' ', '+')]) {
      assert.ok(!log.includes(form), `the log has ${form}`);
    }
  }
  assert.doesNotMatch(log, /argon2/i);
}

const lines_of = (log) => log.trimEnd().split('\n');

test('a line of text has a time, a level, a logger and a message', async () => {
  const server = await start({env: {DEBUG: 'true'}});
  const tokens = await make_traffic(server);
  await server.stop();
  const lines = lines_of(server.log);
  for (const line of lines) assert.match(line, TEXT_LINE);
  const own = lines.filter((line) => line.endsWith('[ID: find-me]'));
  assert.match(own[0], /INFO - todod\.http - Request started: GET \/lines/);
  assert.match(own.at(-1), /INFO - todod\.http - Request completed: GET \/lines\S* 404 /);
  check_secrecy(server.log, tokens);
});

test('a line of JSON has the same', async () => {
  const server = await start({env: {DEBUG: 'true', LOG_FORMAT: 'json'}});
  const tokens = await make_traffic(server);
  await server.stop();
  const events = lines_of(server.log).map((line) => JSON.parse(line));
  for (const event of events) {
    for (const key of Object.keys(event)) assert.ok(JSON_KEYS.includes(key), key);
    assert.match(event.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.match(event.level, new RegExp(`^(${LEVELS})$`));
    assert.ok(event.message.length > 0 && event.logger.startsWith('todod'));
  }
  const own = events.filter(({request_id}) => request_id === 'find-me');
  assert.match(own.at(-1).message, /^Request completed: GET \/lines\S* 404 /);
  check_secrecy(server.log, tokens);
});

test('a line of JSON is JSON whatever was sent', async () => {
  const server = await start({env: {DEBUG: 'true', LOG_FORMAT: 'json'}});
  const visible = Array.from({length: 94}, (_, i) => String.fromCharCode(0x21 + i)).join('');
  const paths = ['/"', '/a\\', '/\\u0000', '/%22%0A%00', "/'</script>", `/${'x'.repeat(5000)}`,
    '/\xc3\xa9', '/\xff\xfe', '/{"a":1}', '/\x7f', '/a\tb'];
  const requests = paths.map((path) => ({method: 'GET', path, id: visible}));
  requests.push({method: '!#$%&\'*+-.^_`|~', path: '/', id: '"},"a":"\\'});
  for (const {method, path, id} of requests) {
    const bytes = request_of(method, path, [`X-Request-ID: ${id}`, 'Connection: close']);
    const {text} = await exchange(server.port, Buffer.from(bytes, 'latin1'));
    assert.match(text, /^HTTP\/1\.1 (200|400|404|501) /);
  }
  await server.stop();
  const events = lines_of(server.log).map((line) => JSON.parse(line));
  const completed = events.filter(({message}) => message.startsWith('Request completed: '));
  const of = (id) => completed.filter(({request_id}) => request_id === id).length;
  assert.ok(of(visible) >= 5, 'the id is as it was sent');
  assert.equal(of('"},"a":"\\'), 1);
});

test('LOG_LEVEL leaves out what is below it', async () => {
  const server = await start({env: {LOG_LEVEL: 'WARNING', PORT: await free_port()}});
  await make_traffic(server);
  await server.stop();
  assert.equal(server.log, '');
});

test('LOG_FILE has what the console has', async () => {
  const folder = make_folder();
  const server = await start({folder, env: {LOG_FILE: 'todod.log'}});
  await make_traffic(server);
  await server.stop();
  const file = readFileSync(join(folder, 'todod.log'), 'utf8');
  remove_folder(folder);
  assert.deepEqual(lines_of(file).sort(), lines_of(server.log).sort());
});

test('LOG_FILE has a line soon after its event', async () => {
  const folder = make_folder();
  const server = await start({folder, env: {LOG_FILE: 'todod.log'}});
  const read = () => readFileSync(join(folder, 'todod.log'), 'utf8');
  await (await Client.of(server)).raw('GET', '/nothing', {headers: {'X-Request-ID': 'find-me'}});
  const deadline = Date.now() + 10_000;
  while (!read().includes('find-me')) {
    assert.ok(Date.now() < deadline, 'the line never came');
    await sleep(50);
  }
  await server.stop();
  remove_folder(folder);
});

for (const signal of ['SIGUSR1', 'SIGHUP']) {
  test(`LOG_FILE goes on in a new file after ${signal}`, async () => {
    const folder = make_folder();
    const path = join(folder, 'todod.log');
    const server = await start({folder, env: {LOG_FILE: 'todod.log'}, detached: true});
    const client = await Client.of(server);
    const ask = (id) => client.raw('GET', '/nothing', {headers: {'X-Request-ID': id}});
    await ask('of-yesterday');
    renameSync(path, `${path}.1`);
    server.signal(signal);
    const deadline = Date.now() + 10_000;
    while (!server.log.includes('Opened anew: ')) {
      assert.ok(Date.now() < deadline, 'no new file was opened');
      await sleep(20);
    }
    await ask('of-today');
    await server.stop();
    const [old, fresh] = [`${path}.1`, path].map((file) => readFileSync(file, 'utf8'));
    remove_folder(folder);
    assert.ok(old.includes('of-yesterday') && !old.includes('of-today'));
    assert.ok(fresh.includes('of-today') && !fresh.includes('of-yesterday'));
  });
}

test('LOG_FILE that cannot be written stops the start', async () => {
  const folder = make_folder();
  const {code, stderr} = await run(['serve'], {
    folder, env: {LOG_FILE: '/proc/nowhere/todod.log', PORT: 0},
  });
  remove_folder(folder);
  assert.equal(code, 1);
  assert.match(stderr, /^todod: [^\n]+\n$/);
});
