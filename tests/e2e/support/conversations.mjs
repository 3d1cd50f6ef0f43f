// Conversations, put into the folder's database past todod.
import {database, execute, WAIT} from './database.mjs';

const NOW = database === 'sqlite' ? '1795255200000' : "'2026-11-21T10:00:00Z'";

/// Gives `user_id`, whom todod must have met, a conversation in which `said` was said by turns, the
/// user first; its id.
export function add_conversation(folder, user_id, said) {
  const where = `WHERE user_id = '${user_id}'`;
  execute(folder, `${WAIT}UPDATE users SET last_conversation = last_conversation + 1 ${where}`);
  const id = Number(execute(folder, `SELECT last_conversation FROM users ${where}`));
  const owner = database === 'sqlite' ? 'user_key' : 'user_id';
  execute(folder, `${WAIT}INSERT INTO conversations
    (${owner}, id, title, last_turn, message_count, created_at, updated_at)
    SELECT ${owner}, ${id}, '${said[0]}', ${Math.ceil(said.length / 2)}, ${said.length}, ${NOW},
      ${NOW} FROM users ${where}`);
  said.forEach((content, index) => execute(folder, `${WAIT}INSERT INTO messages
    (${owner}, conversation_id, position, content, created_at)
    SELECT ${owner}, ${id}, ${index + 1}, '${content}', ${NOW} FROM users ${where}`));
  return id;
}
