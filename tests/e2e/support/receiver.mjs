// Who is told by webhooks: a server that checks each message with the library of Standard Webhooks.
import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import {setTimeout as sleep} from 'node:timers/promises';

import {Webhook} from 'standardwebhooks';

const WAIT_LIMIT_MS = 20_000;
const POLL_MS = 10;

/// What the receiver is known by, and what it says: neither is for a log.
export const RECEIVER_TOKEN = 'of-the-receiver-alone';
export const RECEIVER_WORDS = 'the words of the receiver';

/// Takes messages and answers as `answer` says: (message, how many came before) => a status, or a
/// promise of one; undefined leaves it without an answer.
export class Receiver {
  messages = [];
  answer = () => 204;
  /// How many are being answered, by webhook-id's hook.
  #under_way = new Map();

  async listen() {
    this.server = createServer((request, response) => this.#take(request, response));
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.port = this.server.address().port;
    this.url = `http://127.0.0.1:${this.port}/hook?token=${RECEIVER_TOKEN}`;
    return this;
  }

  async #take(request, response) {
    let text = '';
    for await (const piece of request.setEncoding('utf8')) text += piece;
    const {method, url, headers} = request;
    const message = {method, url, headers, text, id: headers['webhook-id'], body: JSON.parse(text)};
    const hook = message.id.replace(/_[^_]+$/, '');
    const under_way = (this.#under_way.get(hook) ?? 0) + 1;
    this.#under_way.set(hook, under_way);
    message.at_once = under_way;
    const before = this.messages.length;
    this.messages.push(message);
    const status = await this.answer(message, before);
    this.#under_way.set(hook, this.#under_way.get(hook) - 1);
    if (status === undefined) return;
    response.writeHead(status, status < 400 && status >= 300 ? {Location: this.url} : {});
    response.end(status === 204 ? undefined : RECEIVER_WORDS);
  }

  /// What has come, once it is so many.
  async wait_for(count) {
    const deadline = Date.now() + WAIT_LIMIT_MS;
    while (this.messages.length < count) {
      assert.ok(Date.now() < deadline,
                `${this.messages.length} messages of ${count} have come: ${this.seqs}`);
      await sleep(POLL_MS);
    }
    return this.messages;
  }

  get seqs() { return this.messages.map(({body}) => body.data.seq); }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/// Fails unless the message is signed with the secret; what the library has read of it.
export function verify(message, secret) {
  return new Webhook(secret).verify(message.text, message.headers);
}
