// What a request takes on a large database beside a small one, over HTTP, one after another:
//
//   node bench/scale.mjs [TASKS]
//
// The large one has 1,000,000 tasks of 10,000 users, one of whom has 20,000; the small one has a
// user with 40 tasks and nobody else. All answers are of the same size. Both databases are on one
// private PostgreSQL and filled by SQL. $TODOD is the binary: build/release/todod where it is not
// set.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {Agent, request} from 'node:http';

import {token_of} from '../tests/e2e/support/jwt.mjs';
import {PrivatePostgres} from '../tests/e2e/support/postgres.mjs';
import {run, start} from '../tests/e2e/support/server.mjs';

const TASKS = Number(process.argv[2] ?? 1_000_000);
const USERS = TASKS / 100;
const BUSY_TASKS = TASKS / 50;
const USUAL_TASKS = Math.round((TASKS - BUSY_TASKS) / (USERS - 1));
const SMALL_TASKS = 40;
const LIMIT = 20;
const FAR_PAGE = 100;
const ROUNDS = 5;
const REQUESTS = 300;
/// Of which one task of each user has the word and the tag.
const RARE = 7;

const user_id = (n) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

/// What each of a user's terms begins with (src/store/postgres/task_terms.cpp).
function prefix_of(user) {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(user)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(hash);
  return bytes.subarray(0, 6).toString('base64url');
}

/// `counts[n]` tasks of user n + 1, mixed as they would come; each has the word "task" and the tag
/// "home", and one of both that is its own. Indexes are made last: that is faster.
function fill(url, counts) {
  const owners = counts.map((count, n) => {
    const user = user_id(n + 1);
    return [user, prefix_of(user), count].join();
  });
  const script = `
    CREATE TEMP TABLE owners (user_id text COLLATE "C", prefix text, tasks bigint);
    COPY owners FROM STDIN (FORMAT csv);\n${owners.join('\n')}\n\\.
    INSERT INTO users (user_id, last_number, task_count, created_at)
      SELECT user_id, tasks, tasks, now() FROM owners;
    CREATE TEMP TABLE indexes AS SELECT indexrelid::regclass::text AS name,
        pg_get_indexdef(indexrelid) AS definition
      FROM pg_index WHERE indrelid = 'tasks'::regclass AND NOT indisprimary;
    SELECT 'DROP INDEX ' || name FROM indexes \\gexec
    INSERT INTO tasks (user_id, number, id, title, title_folded, description, status, priority,
                       tags, due_at, due_whole_day, created_at, updated_at, version, terms)
      SELECT user_id, n, ('01980000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
             'Task ' || n, 'task ' || n, 'What there is to do', n % 3, n % 4,
             json_build_array('home', 'tag' || n),
             CASE WHEN n % 2 = 0 THEN timestamptz '2026-11-01' + n * interval '1 minute' END,
             CASE WHEN n % 2 = 0 THEN false END, now(), now(), 1,
             array_to_tsvector(ARRAY[prefix || 'wtask', prefix || 'w' || n, prefix || 'wwhat',
               prefix || 'wthere', prefix || 'wis', prefix || 'wto', prefix || 'wdo',
               prefix || 'thome', prefix || 'ttag' || n])
        FROM owners, generate_series(1, tasks) n ORDER BY n, user_id;
    SELECT definition FROM indexes \\gexec
    VACUUM ANALYZE;`;
  execFileSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', url], {input: script});
}

/// One connection that is kept.
class Connection {
  #agent = new Agent({keepAlive: true, maxSockets: 1});

  constructor(url, user) {
    this.url = `${url}/api/${user}/tasks`;
    this.headers = {Authorization: `Bearer ${token_of(user)}`};
  }

  get(path) {
    return new Promise((done, failed) => {
      const options = {agent: this.#agent, headers: this.headers};
      request(this.url + path, options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => {
          assert.equal(response.statusCode, 200, `${path}: ${text}`);
          done({headers: response.headers, body: JSON.parse(text)});
        });
      }).on('error', failed).end();
    });
  }

  close() { this.#agent.destroy(); }
}

const items_of = ({body}) => body.tasks ?? body;

/// The path of a page by its cursor, found by going there.
async function path_of_page(connection, page) {
  let path = `?limit=${LIMIT}`;
  for (let n = 1; n < page; n += 1) {
    const {headers} = await connection.get(path);
    const next = /<([^>]+)>; rel="next"/.exec(headers.link)?.[1];
    assert.ok(next, `there is no page after ${path}`);
    path = new URL(next, connection.url).search;
  }
  assert.equal(items_of(await connection.get(path)).length, LIMIT);
  return path;
}

async function median_ms(connection, path) {
  const times = [];
  for (let n = 0; n < REQUESTS; n += 1) {
    const begin = performance.now();
    await connection.get(path);
    times.push(performance.now() - begin);
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1];
}

/// What is asked of a user, by name.
async function paths_of(connection, page) {
  const rare = {tag: `?tag=tag${RARE}`, search: `?q=${RARE}`};
  for (const path of Object.values(rare)) {
    assert.equal(items_of(await connection.get(path)).length, 1, path);
  }
  return {
    'get': `/01980000-0000-7000-8000-${RARE.toString(16).padStart(12, '0')}`,
    'first page': `?limit=${LIMIT}`,
    'page by cursor': await path_of_page(connection, page),
    'tag': rare.tag,
    'search': rare.search,
  };
}

/// Two databases and a server for each, for `work`.
async function with_servers(work) {
  const settings = {shared_buffers: '512MB', maintenance_work_mem: '512MB', max_wal_size: '4GB'};
  const postgres = await PrivatePostgres.start({settings});
  const servers = [];
  try {
    for (const [name, counts] of Object.entries({
      small: [SMALL_TASKS],
      large: [BUSY_TASKS, ...Array(USERS - 1).fill(USUAL_TASKS)],
    })) {
      const env = {DATABASE_URL: postgres.create_database(name), RATE_LIMIT_ENABLED: 'false'};
      assert.equal((await run(['migrate', 'up'], {env})).code, 0);
      fill(env.DATABASE_URL, counts);
      servers.push(await start({env}));
    }
    await work(...servers);
  } finally {
    for (const server of servers) await server.stop();
    await postgres.remove();
  }
}

await with_servers(async (small, large) => {
  const usual_page = Math.floor(USUAL_TASKS / LIMIT);
  const asked = [
    {who: 'alone', connection: new Connection(small.url, user_id(1)), page: SMALL_TASKS / LIMIT},
    {who: 'usual', connection: new Connection(large.url, user_id(USERS >> 1)), page: usual_page},
    {who: 'busy', connection: new Connection(large.url, user_id(1)), page: FAR_PAGE},
  ];
  for (const each of asked) {
    each.paths = await paths_of(each.connection, each.page);
    each.times = {};
  }
  // In turns, so that whatever else the machine does meets all of them.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const {connection, paths, times} of asked) {
      for (const [name, path] of Object.entries(paths)) {
        (times[name] ??= []).push(await median_ms(connection, path));
      }
    }
  }
  const best = (times) => Math.min(...times);
  console.log('| median ms | alone | usual user | ratio | busy user | ratio |');
  console.log('|---|---|---|---|---|---|');
  for (const name of Object.keys(asked[0].paths)) {
    const [alone, usual, busy] = asked.map(({times}) => best(times[name]));
    const ms = (time) => time.toFixed(2);
    console.log(`| ${name} | ${ms(alone)} | ${ms(usual)} | ${ms(usual / alone)} | ` +
                `${ms(busy)} | ${ms(busy / alone)} |`);
  }
  for (const {connection} of asked) connection.close();
});
