// The sessions that an auth server keeps in the database: the hash of a token, whose it is, and
// when it ends.
import {createHmac, randomBytes} from 'node:crypto';

import {database, execute, WAIT} from './database.mjs';

const HOUR_MS = 3_600_000;

/// The table, as its auth server makes it where todod has not.
const TABLE = `CREATE TABLE IF NOT EXISTS user_sessions (token TEXT PRIMARY KEY,
  user_id TEXT NOT NULL, expires_at ${database === 'sqlite' ? 'TEXT' : 'TIMESTAMPTZ'} NOT NULL)`;

export const hash_of = (token, secret) =>
  createHmac('sha256', secret).update(token).digest('hex');

/// Opens a session of `user_id` in the database of the folder, as its auth server does; its token.
export function open_session(folder, user_id, {secret, lifetime_ms = HOUR_MS}) {
  const token = randomBytes(32).toString('base64url');
  const expires_at = new Date(Date.now() + lifetime_ms).toISOString();
  execute(folder, WAIT + TABLE);
  execute(folder, `${WAIT}INSERT INTO user_sessions (token, user_id, expires_at)
    VALUES ('${hash_of(token, secret)}', '${user_id}', '${expires_at}')`);
  return token;
}

export function close_session(folder, token, secret) {
  execute(folder, `${WAIT}DELETE FROM user_sessions WHERE token = '${hash_of(token, secret)}'`);
}
