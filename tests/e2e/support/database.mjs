// Which database the suite runs on, and the one that each folder stands for: on SQLite the file in
// it, on PostgreSQL a database of the same name on the server that the test run has started.
import {execFileSync} from 'node:child_process';
import {basename, join} from 'node:path';

const DATABASES = ['sqlite', 'postgres'];

export const database = process.env.TODOD_E2E_DATABASE || 'sqlite';
if (!DATABASES.includes(database)) {
  throw new Error(`TODOD_E2E_DATABASE is ${database}, not one of ${DATABASES}`);
}

const SERVER = process.env.TODOD_TEST_POSTGRES;
if (database === 'postgres' && !SERVER) {
  throw new Error('TODOD_TEST_POSTGRES names no server: run this under tools/with-postgres');
}

/// For what is about one of them: test('…', only_on('sqlite'), …).
export function only_on(name) {
  return {skip: database === name ? false : `is about ${name}`};
}

/// Why what has nothing to do with the database is left out when the suite runs once more; false
/// when it is not.
export const is_repetition = database !== 'sqlite' && 'was run on SQLite, and is the same here';

/// Folders that have a database on the server -> its URL.
const made = new Map();

/// Runs a statement as the superuser of `url`; what it gives, a row a line.
export function psql(url, statement) {
  const args = ['-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1', '-c', statement, url];
  const env = {PATH: process.env.PATH};
  return execFileSync('psql', args, {env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']});
}

/// The DATABASE_URL for what runs in `folder`: undefined on SQLite, whose default is right.
export function database_url(folder) {
  if (database === 'sqlite') return undefined;
  if (!made.has(folder)) {
    const name = basename(folder);
    psql(SERVER, `CREATE DATABASE "${name}"`);
    const url = new URL(SERVER);
    url.pathname = name;
    made.set(folder, url.href);
  }
  return made.get(folder);
}

/// Takes away what database_url() has made.
export function drop_database(folder) {
  if (!made.delete(folder)) return;
  psql(SERVER, `DROP DATABASE "${basename(folder)}" WITH (FORCE)`);
}

/// Runs a statement on the folder's database; what it gives, a row a line.
export function execute(folder, statement) {
  if (database === 'postgres') return psql(database_url(folder), statement);
  return execFileSync('sqlite3', [join(folder, 'todod.db'), statement], {encoding: 'utf8'});
}
