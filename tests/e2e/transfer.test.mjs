// todod export and todod import: what goes out comes in again, once, whatever happens meanwhile.
import assert from 'node:assert/strict';
import {randomInt} from 'node:crypto';
import {readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client} from './support/client.mjs';
import {execute} from './support/database.mjs';
import {launch, make_folder, remove_folder, run, start} from './support/server.mjs';

const MAX_TRIES = 5;
const MANY = 20_000;
const KILLS = 5;
const POLL_MS = 20;

const folders = [];
after(() => folders.forEach(remove_folder));

async function todod(folder, ...args) {
  const done = await run(args, {folder});
  assert.equal(done.code, 0, `todod ${args.join(' ')}: ${done.stderr}`);
  return done;
}

/// A folder with a database that has these accounts.
async function make_database(...user_ids) {
  const folder = make_folder();
  folders.push(folder);
  await todod(folder, 'migrate', 'up');
  for (const user_id of user_ids) {
    const row = write(folder, `${user_id}.csv`, `user_id,title\n${user_id},first of ${user_id}\n`);
    await todod(folder, 'import', row);
  }
  return folder;
}

function write(folder, name, text) {
  writeFileSync(join(folder, name), text);
  return name;
}

async function exported(folder, ...args) {
  return (await todod(folder, 'export', ...args)).stdout;
}

function count_tasks(folder) {
  return Number(execute(folder, 'SELECT count(*) FROM tasks'));
}

/// Runs `todod ARGUMENTS` until it ends, or `when` says so: {code, signal, stdout, stderr}.
async function run_until(folder, args, when, signal) {
  const child = launch(args, {folder});
  const output = {stdout: '', stderr: ''};
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => { output[name] += text; });
  }
  child.stdin.end();
  let is_running = true;
  const ended = new Promise((done) => child.on('close', (...end) => done(end)))
    .finally(() => { is_running = false; });
  while (is_running && !when()) await sleep(POLL_MS);
  if (is_running) child.kill(signal);
  const [code, killed_by] = await ended;
  return {code, signal: killed_by, ...output};
}

function many_rows(count, name = 'task') {
  const tags = (i) => (i % 3 ? 'home' : '"a, b"');
  const rows = Array.from({length: count}, (_, i) => `${name} ${i + 1},${tags(i)}`);
  return `title,tags\n${rows.join('\n')}\n`;
}

/// The user's tasks as they were exported, whose numbers and titles must be `count` of the file's.
function check_all(document, user_id, count, name = 'task') {
  const {tasks} = JSON.parse(document).users.find((user) => user.user_id === user_id);
  const own = tasks.filter(({title}) => title.startsWith(`${name} `));
  assert.equal(own.length, count);
  assert.deepEqual(own.map(({title}) => title),
                   Array.from({length: count}, (_, i) => `${name} ${i + 1}`));
  assert.equal(new Set(own.map(({id}) => id)).size, count);
}

describe('what a server was told', () => {
  let folder;

  before(async () => {
    folder = make_folder();
    folders.push(folder);
    const server = await start({folder});
    const nobody = await Client.of(server);
    for (const [name, email] of [['Ada', 'ada@example.com'], ['Bob "B"', 'bob@example.com']]) {
      const body = {name, email, password: 'correct horse battery'};
      await nobody.expect(201, 'POST', '/api/auth/register', {body});
    }
    const ada = nobody.as('foreign|ada');
    const bodies = [
      {title: '=cmd()', description: 'one\r\ntwo "2"', tags: ['@home', 'a,b', 'ä']},
      {title: "'-5 °C", description: '', priority: 'URGENT', dueDate: '2026-12-27'},
      {title: 'x'.repeat(200), status: 'COMPLETED', dueDate: '2026-12-27T17:00:00.5Z'},
      {title: '🙂', description: '\t', status: 'IN_PROGRESS'},
    ];
    for (const body of bodies) await ada.expect(201, 'POST', '/api/tasks', {body});
    await ada.expect(200, 'PATCH', '/api/tasks/1', {body: {priority: 'LOW'}});
    await ada.expect(200, 'PATCH', '/api/tasks/2/complete', {body: {completed: true}});
    await nobody.as('foreign|bob').expect(201, 'POST', '/api/tasks', {body: {title: 'Bread'}});
    await server.stop();
  });

  for (const format of ['json', 'csv']) {
    test(`is the same after its ${format} was imported into an empty database`, async () => {
      const text = await exported(folder, '--format', format);
      const other = await make_database();
      const name = write(other, `all.${format}`, text);
      const {stdout} = await todod(other, 'import', name);
      assert.match(stdout, /^added 5, skipped 0 .* users made [24]\n$/);
      assert.equal(await exported(other, '--format', format), text);
      assert.match((await todod(other, 'import', name)).stdout, /^added 0, skipped 5 .* made 0\n$/);
      assert.equal(await exported(other, '--format', format), text);
    });
  }

  test('is one JSON document without a secret', async () => {
    const {format, version, users} = JSON.parse(await exported(folder));
    assert.deepEqual([format, version], ['todod', 1]);
    const ids = users.map(({user_id}) => user_id);
    assert.deepEqual(ids, [...ids].sort());
    for (const user of users) {
      assert.deepEqual(Object.keys(user),
                       ['user_id', 'name', 'email', 'created_at', 'tasks', 'conversations']);
    }
  });

  test('is asked for of one account alone, and of none that is not there', async () => {
    const {users} = JSON.parse(await exported(folder, '--user', 'ADA@example.com'));
    assert.deepEqual(users.map(({email}) => email), ['ada@example.com']);
    const {code, stderr} = await run(['export', '--user', 'eve'], {folder});
    assert.deepEqual([code, stderr], [1, "todod: there is no account 'eve'\n"]);
  });

  test('goes to a file that only its owner reads and that replaces none by itself', async () => {
    await todod(folder, 'export', 'all.json');
    assert.equal(statSync(join(folder, 'all.json')).mode & 0o777, 0o600);
    assert.equal(readFileSync(join(folder, 'all.json'), 'utf8'), await exported(folder));
    write(folder, 'all.json', 'mine');
    const {code, stderr} = await run(['export', 'all.json'], {folder});
    assert.equal(code, 1);
    assert.match(stderr, /^todod: 'all\.json' is there already: [^\n]* --force to replace it\n$/);
    assert.equal(readFileSync(join(folder, 'all.json'), 'utf8'), 'mine');
    await todod(folder, 'export', 'all.json', '--force');
    assert.equal(readFileSync(join(folder, 'all.json'), 'utf8'), await exported(folder));
    assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith('all.json.')), []);
  });
});

test('a file with a fault changes nothing, and all its faults are named', async () => {
  const folder = await make_database('ada', 'eve');
  const before_it = await exported(folder);
  const rows = [...Array(600).keys()].map((i) => `task ${i},`);
  rows[550] = 'bad,hgh';
  rows[551] = ',';
  write(folder, 'bad.csv', `title,priority\n${rows.join('\n')}\n`);
  const {code, stdout, stderr} = await run(['import', 'bad.csv', '--user', 'ada'], {folder});
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /^bad\.csv: line 552: priority must be .*'high'\?\n/);
  assert.match(stderr, /\nbad\.csv: line 553: title must have/);
  assert.match(stderr, /\ntodod: nothing has been imported: the file has faults\n$/);
  write(folder, 'worse.csv', `title\n${'" "\n'.repeat(30)}`);
  const worse = await run(['import', 'worse.csv', '--user', 'ada'], {folder});
  assert.match(worse.stderr, /\nworse\.csv: 10 more\n/);
  const cut_document = '{"format":"todod","version":1,"users":[\n{"user_id":"bob","tasks":[\n';
  write(folder, 'cut.json', cut_document);
  const cut = await run(['import', 'cut.json'], {folder});
  assert.match(cut.stderr, /^cut\.json: line 3: /);
  assert.equal(await exported(folder), before_it);
});

test('the tasks of others stay as they are', async () => {
  const folder = await make_database('ada', 'eve');
  const eve = await exported(folder, '--user', 'eve');
  write(folder, 'eve.json', eve);
  await todod(folder, 'import', 'eve.json', '--user', 'ada');
  assert.equal(await exported(folder, '--user', 'eve'), eve);
  const {tasks} = JSON.parse(await exported(folder, '--user', 'ada')).users[0];
  assert.deepEqual(tasks.map(({title}) => title), ['first of ada', 'first of eve']);
  const {code, stderr} = await run(['import', '-'], {folder, input: 'title\nwhose?\n'});
  assert.deepEqual([code, stderr], [1, 'todod: there are several accounts: --user says which\n']);
});

test('a dry run counts and changes nothing', async () => {
  const folder = await make_database();
  const input = 'user_id,title\nada,Tea\neve,Milk\n';
  const {code, stdout} = await run(['import', '-', '--dry-run'], {folder, input});
  assert.equal(code, 0);
  assert.equal(stdout, 'would import 2 tasks and make 2 users; what is there is skipped\n');
  assert.deepEqual(JSON.parse(await exported(folder)).users, []);
});

test("Todoist's CSV is known by its header", async () => {
  const folder = await make_database('ada');
  const input = '\ufeffTYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,' +
    'DATE_LANG,TIMEZONE\r\nsection,Home,,,,,,,,\r\n' +
    'task,Buy milk @shop,,1,1,,,2026-12-01 17:00,en,\r\ntask,Oat,,4,2,,,every friday,en,\r\n';
  const options = ['--user', 'ada', '--timezone', 'Europe/Berlin'];
  for (const expected of [/^added 2, skipped 0 /, /^added 0, skipped 2 /]) {
    const {code, stdout, stderr} = await run(['import', '-', ...options], {folder, input});
    assert.equal(code, 0, stderr);
    assert.match(stdout, expected);
  }
  const [, milk, oat] = JSON.parse(await exported(folder)).users[0].tasks;
  assert.deepEqual([milk.title, milk.tags, milk.priority, milk.due_date],
                   ['Buy milk', ['shop', 'Home'], 'Urgent', '2026-12-01T16:00:00.000Z']);
  assert.equal(oat.description, 'Sub-task of: Buy milk\nRepeats: every friday');
});

test('an import that is killed again and again makes nothing twice and leaves none', async () => {
  const folder = await make_database('ada');
  const args = ['import', write(folder, 'many.csv', many_rows(MANY)), '--user', 'ada'];
  for (let kills = 0; kills < KILLS; kills += 1) {
    const enough = count_tasks(folder) + 1 + randomInt(MANY / KILLS);
    const end = await run_until(folder, args, () => count_tasks(folder) >= enough, 'SIGKILL');
    if (end.signal === null) {
      assert.equal(end.code, 0, end.stderr);
      break;
    }
    const {tasks} = JSON.parse((await run_all(folder, ['export'])).stdout).users[0];
    check_prefix(tasks);
  }
  const {stdout} = await run_all(folder, args);
  const [, added, skipped] = /^added (\d+), skipped (\d+) /.exec(stdout);
  assert.equal(Number(added) + Number(skipped), MANY);
  const all = (await run_all(folder, ['export'])).stdout;
  check_all(all, 'ada', MANY);
  const numbers = JSON.parse(all).users[0].tasks.map(({number}) => number);
  assert.deepEqual(numbers, Array.from({length: MANY + 1}, (_, i) => i + 1));
});

/// To its end, which must be a good one, however long that takes.
async function run_all(folder, args) {
  const end = await run_until(folder, args, () => false);
  assert.deepEqual([end.code, end.signal], [0, null], end.stderr);
  return end;
}

/// What has come in is the file's beginning.
function check_prefix(tasks) {
  const titles = tasks.slice(1).map(({title}) => title);
  assert.deepEqual(titles, titles.map((_, i) => `task ${i + 1}`));
}

test('an import that is interrupted ends between two batches and says how to go on', async () => {
  let folder;
  let args;
  let end = {code: 0};
  // Where this process is held up the import may be done before it is interrupted.
  for (let tries = 0; end.code === 0 && tries < MAX_TRIES; tries += 1) {
    folder = await make_database('ada');
    args = ['import', write(folder, 'many.csv', many_rows(MANY)), '--user', 'ada'];
    end = await run_until(folder, args, () => count_tasks(folder) > 1, 'SIGINT');
  }
  assert.deepEqual([end.code, end.signal], [1, null], end.stderr);
  assert.match(end.stderr, /todod: stopped at \d+ of 20000 tasks: the same command goes on from/);
  const {stdout} = await run_all(folder, args);
  assert.equal(Number(/^added (\d+)/.exec(stdout)[1]) + Number(/^added (\d+)/.exec(end.stdout)[1]),
               MANY);
  check_all((await run_all(folder, ['export'])).stdout, 'ada', MANY);
});

test('an import that waits for somebody to type can be interrupted', async () => {
  const folder = await make_database('ada');
  const child = launch(['import', '-'], {folder});
  child.stdin.write('title\n');
  const ended = new Promise((done) => child.on('close', (...end) => done(end)));
  child.kill('SIGINT');
  assert.deepEqual(await ended, [null, 'SIGINT']);
});

test('an import goes on beside a server that writes to the same database', async () => {
  const folder = make_folder();
  folders.push(folder);
  const server = await start({folder});
  try {
    const ada = (await Client.of(server)).as('ada');
    await ada.expect(201, 'POST', '/api/tasks', {body: {title: 'served 0'}});
    let is_importing = true;
    const rows = 5000;
    write(folder, 'many.csv', many_rows(rows));
    const importing = run_all(folder, ['import', 'many.csv', '--user', 'ada'])
      .finally(() => { is_importing = false; });
    const served = ['served 0'];
    while (is_importing) {
      const title = `served ${served.length}`;
      await ada.expect(201, 'POST', '/api/tasks', {body: {title}});
      served.push(title);
    }
    await importing;
    assert.ok(served.length > 1);
    const all = (await run_all(folder, ['export'])).stdout;
    check_all(all, 'ada', rows);
    const {tasks} = JSON.parse(all).users[0];
    assert.deepEqual(tasks.map(({title}) => title).filter((title) => title.startsWith('served')),
                     served);
    assert.equal(tasks.length, rows + served.length);
    assert.deepEqual(tasks.map(({number}) => number), tasks.map((_, i) => i + 1));
  } finally {
    await server.stop();
  }
});
