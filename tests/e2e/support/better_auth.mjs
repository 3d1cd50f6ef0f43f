// A real Better Auth server, whose tables are in the same database as todod's.
import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import {join} from 'node:path';

import {betterAuth} from 'better-auth';
import {getMigrations} from 'better-auth/db/migration';
import {toNodeHandler} from 'better-auth/node';
import {SqliteDialect} from 'kysely';
import Database from 'libsql';
import pg from 'pg';

import {database, database_url} from './database.mjs';
import {SECRET, free_port} from './server.mjs';

const COOKIE = 'better-auth.session_token';

/// What betterAuth() takes, and how it is closed.
function connect(folder) {
  if (database === 'postgres') {
    const pool = new pg.Pool({connectionString: database_url(folder)});
    return {database: pool, close: () => pool.end()};
  }
  // What better-sqlite3 is, without a compiler: the same calls on the same file.
  const file = new Database(join(folder, 'todod.db'), {timeout: 5000});
  return {
    database: {dialect: new SqliteDialect({database: file}), type: 'sqlite'},
    close: () => file.close(),
  };
}

/// Somebody who has signed up, and what their browser has of it.
class SignedIn {
  constructor(server, user_id, cookie) {
    this.user_id = user_id;
    /// As it stands in the cookie, percent-encoded: TOKEN.SIGNATURE.
    this.signed = cookie;
    this.token = decodeURIComponent(cookie).split('.')[0];
    this.sign_out = () => server.post('sign-out', {}, {Cookie: `${COOKIE}=${cookie}`});
  }
}

export class BetterAuth {
  #connection;
  #server;

  /// Makes its tables, and listens.
  static async start(folder) {
    const made = new BetterAuth();
    made.#connection = connect(folder);
    const port = await free_port();
    made.url = `http://127.0.0.1:${port}`;
    const auth = betterAuth({
      database: made.#connection.database,
      secret: SECRET,
      baseURL: made.url,
      emailAndPassword: {enabled: true},
      rateLimit: {enabled: false},
      telemetry: {enabled: false},
      logger: {level: 'error'},
    });
    await (await getMigrations(auth.options)).runMigrations();
    made.#server = createServer(toNodeHandler(auth));
    await new Promise((done) => made.#server.listen(port, '127.0.0.1', done));
    return made;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
    await this.#connection.close();
  }

  async post(path, body, headers = {}) {
    const response = await fetch(`${this.url}/api/auth/${path}`, {
      method: 'POST',
      headers: {'Content-Type': 'application/json', Origin: this.url, ...headers},
      body: JSON.stringify(body),
    });
    const text = await response.text();
    assert.equal(response.status, 200, `${path}: ${response.status} ${text}`);
    return {body: JSON.parse(text), cookies: response.headers.getSetCookie()};
  }

  async sign_up(name) {
    const email = `${name}@example.com`;
    const {body, cookies} = await this.post('sign-up/email',
                                            {name, email, password: 'correct horse battery'});
    const cookie = cookies.find((each) => each.startsWith(`${COOKIE}=`));
    return new SignedIn(this, body.user.id, cookie.slice(COOKIE.length + 1).split(';')[0]);
  }
}
