// Accounts past the API: to hash a password takes a third of a second of every core.
import {randomUUID} from 'node:crypto';

import {database, execute, WAIT} from './database.mjs';

/// Makes an account with the name and the password of `like`, an account's id; the new one's id.
export function add_account_like(folder, like, email) {
  const user_id = randomUUID();
  const insert = (more, values) => `INSERT INTO users (user_id, name, email, password_hash,
    created_at${more}) SELECT '${user_id}', name, '${email}', password_hash, created_at${values}
    FROM users WHERE user_id = '${like}'; `;
  execute(folder, database === 'sqlite'
    ? WAIT + insert(', email_folded', `, '${email}'`)
    : insert('', '') + `INSERT INTO user_emails VALUES ('${email}', '${user_id}')`);
  return user_id;
}
