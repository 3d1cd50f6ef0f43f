// Webhooks for tests: whose they are, and what became of them.
import assert from 'node:assert/strict';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client} from './client.mjs';
import {database, execute, WAIT} from './database.mjs';
import {new_fernet_key} from './fernet.mjs';
import {Receiver, RECEIVER_TOKEN, RECEIVER_WORDS} from './receiver.mjs';
import {start} from './server.mjs';

const NOW = database === 'sqlite' ? '1795255200000' : "'2026-11-21T10:00:00Z'";
const POLLS = 1000;
const POLL_MS = 10;

export const ENCRYPTION_KEY = new_fernet_key();

/// Of a todod that lets webhooks lead here, and gives up after the third attempt.
export const ENV = {ENCRYPTION_KEY, WEBHOOKS_ALLOW_PRIVATE: true, WEBHOOKS_RETRIES: '0,0'};

export const seqs = (count, from = 1) => Array.from({length: count}, (_, i) => from + i);

let people = 0;

/// A user with one webhook, which leads to a receiver of its own.
export async function new_owner({client, events, user_id = `user-${people += 1}`}) {
  const receiver = await new Receiver().listen();
  const user = client.as(user_id);
  const body = {url: receiver.url, ...events && {events}};
  const {body: hook} = await user.expect(201, 'POST', '/api/webhooks', {body});
  const path = `/api/webhooks/${hook.id}`;
  const owner = {
    user, user_id, hook, path, receiver, secret: hook.secret,
    add: async (title = 'a task', as = user) =>
      (await as.expect(201, 'POST', '/api/tasks', {body: {title}})).body,
    get: async (as = user) => (await as.expect(200, 'GET', path)).body,
    /// The receiver of another webhook of the same user.
    listen: async (options) => {
      const other = await new Receiver().listen();
      await user.expect(201, 'POST', '/api/webhooks', {body: {url: other.url, ...options}});
      return other;
    },
    letters: async () => (await user.expect(200, 'GET', `${path}/dead-letters`)).body,
    /// Waits until the webhook is as `is` says.
    until: async (is, as = user) => {
      for (let i = 0; i < POLLS; i += 1) {
        const now = await owner.get(as);
        if (is(now)) return now;
        await sleep(POLL_MS);
      }
      return assert.fail(`it does not become so: ${JSON.stringify(await owner.get(as))}`);
    },
    done: async (count) => owner.until(({deliveredSeq}) => deliveredSeq === count),
  };
  return owner;
}

/// Nothing that only a receiver is to know.
function check_log(log) {
  for (const word of [RECEIVER_TOKEN, RECEIVER_WORDS, 'whsec_']) {
    assert.ok(!log.includes(word), `the log has ${word}`);
  }
}

/// A server of a test's own: {nobody, somebody, folder, log, stop}. `somebody` is a new owner of a
/// webhook each time.
export async function serve_webhooks() {
  const server = await start({env: ENV});
  const nobody = await Client.of(server);
  const somebody = (options) => new_owner({client: nobody, ...options});
  const stop = async () => {
    await server.stop();
    check_log(server.log);
  };
  return {nobody, somebody, folder: server.folder, log: () => server.log, stop};
}

/// Lets the last change of `user_id` be a dead letter of each of the user's webhooks; its seq.
export function add_dead_letters(folder, user_id) {
  const where = `WHERE user_id = '${user_id}'`;
  const seq = Number(execute(folder, `SELECT last_change FROM users ${where}`));
  const owner = database === 'sqlite' ? 'user_key' : 'user_id';
  execute(folder, `${WAIT}INSERT INTO webhook_dead_letters
    (${owner}, webhook_id, seq, failed_at, attempts)
    SELECT w.${owner}, w.id, ${seq}, ${NOW}, 10 FROM webhooks w
    JOIN users u ON u.${owner} = w.${owner} WHERE u.user_id = '${user_id}'
    ON CONFLICT DO NOTHING`);
  return seq;
}
