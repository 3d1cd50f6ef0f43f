// Conversations, put into the folder's database past todod.
import {database, execute, WAIT} from './database.mjs';

const NOW = database === 'sqlite' ? '1795255200000' : "'2026-11-21T10:00:00Z'";

/// Gives `user_id`, whom todod must have met, a conversation in which `said` was said by turns, the
/// user first; its id.
export function add_conversation(folder, user_id, said) {
  const owner = database === 'sqlite' ? 'user_key' : 'user_id';
  const users = `FROM users WHERE user_id = '${user_id}'`;
  const turns = Math.ceil(said.length / 2);
  return Number(execute(folder, `${WAIT}
    UPDATE users SET last_conversation = last_conversation + 1 WHERE user_id = '${user_id}';
    INSERT INTO conversations
      (${owner}, id, title, last_turn, message_count, created_at, updated_at)
      SELECT ${owner}, last_conversation, '${said[0]}', ${turns}, ${said.length}, ${NOW}, ${NOW}
      ${users};
    ${said.map((content, index) => `INSERT INTO messages
      (${owner}, conversation_id, position, content, created_at)
      SELECT ${owner}, last_conversation, ${index + 1}, '${content}', ${NOW} ${users};`).join('')}
    SELECT last_conversation ${users}`).trim().split('\n').at(-1));
}
