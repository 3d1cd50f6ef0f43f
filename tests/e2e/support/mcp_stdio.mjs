// A client of `todod mcp`: it writes lines, and believes nothing of what comes back.
import assert from 'node:assert/strict';
import {createInterface} from 'node:readline';

import {secrets} from './secrets.mjs';
import {launch} from './server.mjs';

const LIMIT_MS = 20_000;

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export const MODERN = '2026-07-28';
export const LEGACY = ['2025-03-26', '2025-06-18', '2025-11-25'];
const META = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientCapabilities': {},
};

export class Agent {
  #child;
  #lines;
  #ended;
  #stderr = '';
  #last_id = 0;
  #messages = [];
  #waiting = [];

  constructor(args = [], options = {}) {
    const {modern = false, ...rest} = options;
    this.modern = modern;
    this.#child = launch(['mcp', ...args], rest);
    running.add(this.#child);
    this.#child.stdin?.on('error', () => {});  // it may be gone first
    this.#child.stderr.setEncoding('utf8').on('data', (text) => { this.#stderr += text; });
    this.#lines = createInterface({input: this.#child.stdout})
      .on('line', (line) => this.#take(line));
    const has_read = new Promise((done) => { this.#lines.on('close', done); });
    const has_closed = new Promise((done, failed) => {
      this.#child.on('error', failed).on('close', (code, signal) => done({code, signal}));
    });
    this.#ended = Promise.all([has_closed, has_read]).then(([end]) => {
      running.delete(this.#child);
      for (const {done} of this.#waiting) done(undefined);
      return end;
    });
  }

  /// Nothing but JSON-RPC comes, and none of it is over before it is told.
  #take(line) {
    const message = JSON.parse(line);
    for (const each of [message].flat()) assert.equal(each.jsonrpc, '2.0', line);
    const index = this.#waiting.findIndex(({fits}) => fits(message));
    if (index < 0) return void this.#messages.push(message);
    this.#waiting.splice(index, 1)[0].done(message);
  }

  /// The first that fits, which may have come already; undefined when there is none at the end.
  async next(fits = () => true) {
    const index = this.#messages.findIndex(fits);
    if (index >= 0) return this.#messages.splice(index, 1)[0];
    return new Promise((done, failed) => {
      const limit = setTimeout(() => failed(new Error(`nothing came: ${this.#stderr}`)), LIMIT_MS);
      this.#waiting.push({fits, done: (message) => { clearTimeout(limit); done(message); }});
    });
  }

  write(text) { this.#child.stdin.write(text); }
  send(message) { this.write(`${JSON.stringify({jsonrpc: '2.0', ...message})}\n`); }
  notify(method, params = {}) { this.send({method, params}); }

  /// Asks without waiting; the request's id.
  ask(method, params = {}) {
    const id = (this.#last_id += 1);
    this.send({id, method, params: this.modern ? {...params, _meta: META} : params});
    return id;
  }
  answer_to(id) { return this.next((message) => message.id === id); }

  /// The whole answer.
  request(method, params) { return this.answer_to(this.ask(method, params)); }

  async result(method, params) {
    const answer = await this.request(method, params);
    assert.ok(answer?.result, JSON.stringify(answer));
    return answer.result;
  }

  /// The words that a request is refused in.
  async refusal(method, params, code = -32603) {
    const {error} = await this.request(method, params);
    assert.equal(error?.code, code, JSON.stringify(error));
    return error.message;
  }

  /// As a client of `revision` begins.
  async begin(revision) {
    const {protocolVersion} = await this.result('initialize',
      {protocolVersion: revision, capabilities: {}, clientInfo: {name: 'e2e', version: '1'}});
    assert.equal(protocolVersion, revision);
    this.notify('notifications/initialized');
  }

  /// The data of a tool's envelope.
  async call(name, args = {}) {
    const result = await this.result('tools/call', {name, arguments: args});
    assert.ok(!result.isError, JSON.stringify(result));
    assert.deepEqual(JSON.parse(result.content[0].text), result.structuredContent);
    return result.structuredContent.data;
  }

  signal(name) { this.#child.kill(name); }
  stop_reading() {
    this.#lines.close();
    this.#child.stdout.destroy();
  }
  hang_up() { this.#child.stdin.end(); }

  /// How it ends: {code, signal, stderr, rest}; `rest` came and was not asked for.
  async ended() {
    const limit = setTimeout(() => this.signal('SIGKILL'), LIMIT_MS);
    const end = await this.#ended;
    clearTimeout(limit);
    secrets.check(this.#stderr, 'what todod mcp says');
    return {...end, stderr: this.#stderr, rest: this.#messages};
  }

  /// As a client ends it: it must end well, and have said nothing more.
  async end() {
    this.hang_up();
    assert.deepEqual(await this.ended(), {code: 0, signal: null, stderr: '', rest: []});
  }
}
