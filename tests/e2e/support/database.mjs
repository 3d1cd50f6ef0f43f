// Which database the suite runs on, and the one that each folder stands for: on SQLite the file in
// it, on PostgreSQL a database of the same name on the server that the test run has started.
import {execFile, execFileSync} from 'node:child_process';
import {basename, join} from 'node:path';
import {promisify} from 'node:util';

const DATABASES = ['sqlite', 'postgres'];
/// Debian's own psql is a script that looks for this, and takes three times as long.
export const POSTGRES_BIN = '/usr/lib/postgresql/15/bin';
/// Of a statement.
const MAX_OUTPUT = 256 << 20;
/// What a killed process has asked is over in that time.
const LEFT_MS = 20_000;

export const database = process.env.TODOD_E2E_DATABASE || 'sqlite';
if (!DATABASES.includes(database)) {
  throw new Error(`TODOD_E2E_DATABASE is ${database}, not one of ${DATABASES}`);
}

const SERVER = process.env.TODOD_TEST_POSTGRES;
if (database === 'postgres' && !SERVER) {
  throw new Error('TODOD_TEST_POSTGRES names no server: run this under tools/with-postgres');
}

/// Where todod reaches the server's databases when it is not to go there straight.
const POOLER = process.env.TODOD_E2E_POOLER;

/// For what is about one of them: test('…', only_on('sqlite'), …).
export function only_on(name) {
  return {skip: database === name ? false : `is about ${name}`};
}

/// Why what has nothing to do with the database is left out when the suite runs once more; false
/// when it is not.
export const is_repetition = database !== 'sqlite' && 'was run on SQLite, and is the same here';

/// For what brings a PostgreSQL server of its own: once is enough.
export const with_own_server = {
  skip: only_on('postgres').skip || (POOLER !== undefined && 'was run, and is the same here'),
};

/// Folders that have a database on the server.
const made = new Set();

function url_of(server, folder) {
  const url = new URL(server);
  url.pathname = basename(folder);
  return url.href;
}

function psql_of(url, statement) {
  const args = ['-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1', '-c', statement, url];
  const options = {env: {}, encoding: 'utf8', stdio: 'pipe', maxBuffer: MAX_OUTPUT};
  return [`${POSTGRES_BIN}/psql`, args, options];
}

/// Runs a statement as the superuser of `url`; what it gives, a row a line.
export function psql(url, statement) {
  return execFileSync(...psql_of(url, statement));
}

/// psql(), while the test goes on.
export async function psql_meanwhile(url, statement) {
  return (await promisify(execFile)(...psql_of(url, statement))).stdout;
}

/// The DATABASE_URL for what runs in `folder`: undefined on SQLite, whose default is right.
export function database_url(folder) {
  if (database === 'sqlite') return undefined;
  if (!made.has(folder)) {
    psql(SERVER, `CREATE DATABASE "${basename(folder)}"`);
    made.add(folder);
  }
  return url_of(POOLER ?? SERVER, folder);
}

/// The folder's database as SQLAlchemy is told of it: with `driver` after a plus when there is one,
/// and with `tls` as the name of the parameter that says whether PostgreSQL's TLS is used.
export function sqlalchemy_url(folder, {driver, tls} = {}) {
  if (database === 'sqlite') return `sqlite${driver ? '+aiosqlite' : ''}:///./todod.db`;
  const url = new URL(database_url(folder));
  url.password = 'of-the-tests-only';  // which their server does not ask for
  const mode = url.searchParams.get('sslmode') ?? (tls && 'prefer');
  url.searchParams.delete('sslmode');
  if (mode) url.searchParams.set(tls ?? 'sslmode', mode);
  return driver ? url.href.replace(':', `+${driver}:`) : url.href;
}

/// Takes away what database_url() has made.
export function drop_database(folder) {
  if (!made.delete(folder)) return;
  psql(SERVER, `DROP DATABASE "${basename(folder)}" WITH (FORCE)`);
}

/// Before a statement that writes while todod does.
export const WAIT = database === 'sqlite' ? 'PRAGMA busy_timeout = 5000; ' : '';

/// Runs a statement on the folder's database; what it gives, a row a line.
export function execute(folder, statement) {
  if (database === 'postgres') return psql(url_of(SERVER, folder), statement);
  // One that opens or leaves the file meanwhile may lock it for a moment.
  const args = ['-cmd', '.timeout 10000', join(folder, 'todod.db'), statement];
  return execFileSync('sqlite3', args, {encoding: 'utf8', maxBuffer: MAX_OUTPUT});
}

/// execute(), while the test goes on; on PostgreSQL alone.
export function execute_meanwhile(folder, statement) {
  return psql_meanwhile(url_of(SERVER, folder), statement);
}

/// Waits until PostgreSQL is done with what a process has asked that is gone. A pooler keeps its
/// connections: there they need only be idle.
export async function until_left(folder) {
  if (database === 'sqlite') return;
  const others = 'SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()'
    + ` AND pid <> pg_backend_pid()${POOLER ? " AND state <> 'idle'" : ''}`;
  const deadline = Date.now() + LEFT_MS;
  while (Number(execute(folder, others)) > 0) {
    if (Date.now() > deadline) throw new Error('what was asked by who is gone goes on');
    await new Promise((done) => setTimeout(done, 20));
  }
}
