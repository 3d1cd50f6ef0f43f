// A steady load of reads and writes through a load balancer, which keeps account of what was
// answered, and what was not.
import {randomUUID} from 'node:crypto';
import {Agent, request} from 'node:http';
import {setTimeout as sleep} from 'node:timers/promises';

import {secrets} from './secrets.mjs';

/// Between two requests of a client.
const PAUSE_MS = 5;
const ANSWER_LIMIT_MS = 60_000;

/// One request of one connection: {status, text}, or {failure} where it was not answered.
function ask(agent, url, {method, path, token, body}) {
  const content = body === undefined ? undefined : JSON.stringify(body);
  const headers = {Authorization: `Bearer ${token}`};
  if (content !== undefined) {
    headers['Content-Type'] = 'application/json';
    headers['Content-Length'] = Buffer.byteLength(content);
  }
  return new Promise((done) => {
    const outgoing = request(new URL(path, url), {method, headers, agent}, async (response) => {
      let text = '';
      try {
        for await (const piece of response.setEncoding('utf8')) text += piece;
        done({status: response.statusCode, text});
      } catch (error) {
        done({failure: `${response.statusCode}, and then ${error.message}`});
      }
    });
    outgoing.setTimeout(ANSWER_LIMIT_MS, () => outgoing.destroy(new Error('not answered in time')));
    outgoing.on('error', (error) => done({failure: error.message}));
    outgoing.end(content);
  });
}

/// Who makes tasks, reads, completes and lists them, one request after another on one connection.
class Visitor {
  #agent = new Agent({keepAlive: true, maxSockets: 1});
  #load;

  constructor(load, client) {
    this.#load = load;
    this.client = client;
    this.tasks = new Map();  // of each task that was answered: how many of its changes were
    this.unknown = {tasks: 0, changes: 0};  // that were asked for, and not answered
    this.asked = 0;
    this.failed = 0;
    secrets.add_sent('a load', {Authorization: `Bearer ${client.token}`});
  }

  async #send(method, path, status, body) {
    this.asked += 1;
    const {token} = this.client;
    const answer = await ask(this.#agent, this.#load.url, {method, path, token, body});
    await sleep(PAUSE_MS);
    if (answer.status === status) return JSON.parse(answer.text);
    this.failed += 1;
    const what = answer.failure ?? `${answer.status} ${answer.text}`;
    this.#load.failures.push({visitor: this, what: `${method} ${path}: ${what}`});
    return undefined;
  }

  async run() {
    while (!this.#load.is_over) {
      const title = randomUUID();
      const task = await this.#send('POST', '/api/tasks', 201, {title});
      if (task === undefined) {
        this.unknown.tasks += 1;
        continue;
      }
      this.tasks.set(task.id, 0);
      await this.#send('GET', `/api/tasks/${task.id}`, 200);
      for (let i = 0; i < 2; i += 1) {
        const changed = await this.#send('PATCH', `/api/tasks/${task.id}/complete`, 200);
        if (changed === undefined) this.unknown.changes += 1;
        else this.tasks.set(task.id, this.tasks.get(task.id) + 1);
      }
      await this.#send('GET', '/api/tasks?limit=5', 200);
    }
    this.#agent.destroy();
  }
}

///     const load = new Load(url, clients);   // each client on a connection of its own
///     …
///     await load.stop();
///     load.asked, load.failures
export class Load {
  failures = [];
  is_over = false;
  #ended;

  constructor(url, clients) {
    this.url = url;
    this.visitors = clients.map((client) => new Visitor(this, client));
    this.#ended = Promise.all(this.visitors.map((visitor) => visitor.run()));
  }

  get asked() { return this.visitors.reduce((sum, {asked}) => sum + asked, 0); }

  /// Until each of the connections has been used `count` times more: then nothing is in flight that
  /// was when it was called.
  async go_on(count) {
    const aims = this.visitors.map((visitor) => visitor.asked + count);
    while (this.visitors.some((visitor, i) => visitor.asked < aims[i])) await sleep(PAUSE_MS);
  }

  async stop() {
    this.is_over = true;
    await this.#ended;
  }
}
