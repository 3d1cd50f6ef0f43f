// Follows a user's changes (GET /api/events), and can be cut off at any byte.
import assert from 'node:assert/strict';
import {request} from 'node:http';
import {setTimeout as sleep} from 'node:timers/promises';

import {secrets} from './secrets.mjs';

const LIMIT_MS = 20_000;
const POLL_MS = 5;

/// A block of lines as WHATWG HTML §9.2 has it; nothing where it has comments alone.
function decode(block) {
  const fields = block.split('\n').filter((line) => !line.startsWith(':'))
      .map((line) => /^(\w+): (.*)$/.exec(line) ?? assert.fail(`no field: ${line}`));
  if (fields.length === 0) return undefined;
  const event = Object.fromEntries(fields.map(([, name, value]) => [name, value]));
  assert.equal(Object.keys(event).length, fields.length, `a field twice: ${block}`);
  return {...event, name: event.event, data: JSON.parse(event.data)};
}

///     const follower = await Follower.of(client, {last_event_id: 41});
///     await follower.wait_for(2);
///     follower.events …
///     follower.cut();
export class Follower {
  #request;
  #text = '';

  events = [];
  comments = 0;
  has_ended = false;
  was_cut = false;

  /// Once it has been answered. `path` may have `since`.
  static async of(client, {path = '/api/events', last_event_id, headers = {}} = {}) {
    const follower = new Follower();
    const sent = {Accept: 'text/event-stream', ...client.headers, ...headers};
    if (client.token !== undefined) sent.Authorization = `Bearer ${client.token}`;
    if (last_event_id !== undefined) sent['Last-Event-ID'] = String(last_event_id);
    secrets.add_sent('a stream', sent);
    follower.#request = request(new URL(path, client.url), {headers: sent, agent: false});
    await follower.#begin();
    return follower;
  }

  #begin() {
    return new Promise((done, failed) => {
      this.#request.on('response', (response) => {
        this.status = response.statusCode;
        this.headers = response.headers;
        response.setEncoding('utf8').on('data', (text) => this.#take(text));
        response.on('end', () => { this.has_ended = true; });
        response.on('error', () => {});
        response.on('close', () => { this.has_ended = true; });
        done();
      });
      this.#request.on('error', (error) => {
        this.has_ended = true;
        failed(error);
      });
      this.#request.end();
    });
  }

  #take(text) {
    this.#text += text;
    if (this.status !== 200) return;
    for (let end = this.#text.indexOf('\n\n'); end >= 0; end = this.#text.indexOf('\n\n')) {
      const event = decode(this.#text.slice(0, end));
      this.#text = this.#text.slice(end + 2);
      if (this.was_cut) continue;
      if (event === undefined) this.comments += 1;
      if (event !== undefined) this.events.push(event);
    }
  }

  /// What has come instead of events.
  get text() { return this.#text; }

  /// Of the changes alone.
  get changes() { return this.events.filter(({name}) => name === 'change'); }

  /// What a client that comes back sends.
  get last_event_id() { return this.events.at(-1)?.id; }

  async until(condition, what, limit_ms = LIMIT_MS) {
    const deadline = Date.now() + limit_ms;
    while (!condition()) {
      assert.ok(Date.now() < deadline,
                `not in time: ${what}; there came ${JSON.stringify(this.events)}`);
      await sleep(POLL_MS);
    }
  }

  async wait_for(count) {
    await this.until(() => this.events.length >= count, `${count} events`);
    return this.events;
  }

  wait_for_end(limit_ms) {
    return this.until(() => this.has_ended, 'the end of the stream', limit_ms);
  }

  /// What comes later is not seen any more.
  cut() {
    this.was_cut = true;
    this.#request.destroy();
  }
}
