// Real MCP clients. They stand in ../mcp with packages of their own, and run on Node 22, whatever
// runs the tests.
import assert from 'node:assert/strict';
import {fork, spawn} from 'node:child_process';
import {join} from 'node:path';

import {FOLDER, NODE} from './node22.mjs';
import {secrets} from './secrets.mjs';

const LIMIT_MS = 60_000;
const INSPECTOR = join(FOLDER, 'node_modules/.bin/mcp-inspector');

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

function watch(child) {
  running.add(child);
  child.on('exit', () => running.delete(child));
  const said = {stdout: '', stderr: ''};
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => { said[name] += text; });
  }
  return said;
}

/// Runs a program of ../mcp on Node 22 to its end: {code, stdout, stderr}.
export async function run_node(args, {env = {}, limit_ms = LIMIT_MS} = {}) {
  const {PATH, HOME} = process.env;
  const child = spawn(NODE, args, {cwd: FOLDER, env: {PATH, HOME, NO_COLOR: '1', ...env},
                                   stdio: ['ignore', 'pipe', 'pipe']});
  const said = watch(child);
  const limit = setTimeout(() => child.kill('SIGKILL'), limit_ms);
  const [code, signal] = await new Promise((done, failed) => {
    child.on('error', failed).on('close', (...end) => done(end));
  });
  clearTimeout(limit);
  assert.equal(signal, null, `${args[0]} was killed by ${signal}: ${said.stdout}${said.stderr}`);
  return {code, ...said};
}

/// A client of ../mcp/NAME.mjs in a process of its own.
export class Peer {
  #child;
  #said;
  #waiting = new Map();
  #last_id = 0;
  #ended;

  /// Connects to `where`: {url, token}, or {command, args, env, cwd} of a server on stdio.
  static async connect(name, where, ...options) {
    if (where.token) secrets.add('a token for MCP', where.token);
    const peer = new Peer();
    peer.#child = fork(join(FOLDER, 'peer.mjs'), [name], {execPath: NODE, execArgv: [],
                                                         silent: true, cwd: FOLDER});
    peer.#said = watch(peer.#child);
    peer.#ended = new Promise((done) => peer.#child.on('exit', done));
    peer.#ended.then(() => peer.#fail_all());
    const is_ready = peer.#wait_for(0, 'start');
    peer.#child.on('message', (message) => peer.#hear(message));
    try {
      await is_ready;
      await peer.ask('connect', where, ...options);
      return peer;
    } catch (error) {
      peer.#child.kill('SIGKILL');
      await peer.#ended;
      throw error;
    }
  }

  /// What the client's `method` gives.
  ask(method, ...args) {
    const id = this.#last_id += 1;
    const answer = this.#wait_for(id, method);
    this.#child.send({id, method, args});
    return answer;
  }

  async close() {
    try {
      await this.ask('close');
    } finally {
      if (this.#child.connected) this.#child.disconnect();
      const limit = setTimeout(() => this.#child.kill('SIGKILL'), LIMIT_MS);
      await this.#ended;
      clearTimeout(limit);
    }
  }

  #wait_for(id, method) {
    return new Promise((done, failed) => {
      const limit = setTimeout(() => {
        this.#waiting.delete(id);
        failed(new Error(`${method} took more than ${LIMIT_MS} ms: ${this.#said.stderr}`));
      }, LIMIT_MS);
      this.#waiting.set(id, {method, done, failed, limit});
    });
  }

  #hear({is_ready, id = 0, result, error}) {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.limit);
    if (is_ready || !error) return waiting.done(result);
    waiting.failed(Object.assign(new Error(`${waiting.method}: ${error.stack ?? error.message}`),
                                 {code: error.code}));
  }

  #fail_all() {
    for (const {method, failed, limit} of this.#waiting.values()) {
      clearTimeout(limit);
      failed(new Error(`${method}: the client has ended: ${this.#said.stderr}`));
    }
    this.#waiting.clear();
  }
}

/// The Inspector's command line, which connects anew for whatever it is asked.
export class Inspector {
  #target;
  #options;
  #env;

  /// `where` as for Peer. `era`: 'legacy', 'auto' or 'modern'.
  constructor(where, era) {
    this.#options = ['--protocol-era', era, '--format', 'json'];
    if (where.command) {
      const env = Object.entries(where.env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
      this.#target = ['--', where.command, ...where.args];
      this.#options.push(...env, '--cwd', where.cwd);
    } else {
      secrets.add('a token for MCP', where.token);
      this.#target = [];
      this.#options.push('--server-url', where.url, '--transport', 'http',
                         '--header', `Authorization: Bearer ${where.token}`);
    }
  }

  /// {code, stdout, stderr} of what `--method METHOD` prints.
  run(method, ...args) {
    return run_node([INSPECTOR, '--cli', ...this.#options, '--method', method, ...args,
                     ...this.#target]);
  }

  async #give(method, ...args) {
    const {code, stdout, stderr} = await this.run(method, ...args);
    assert.equal(code, 0, `${method}: ${stdout}${stderr}`);
    return JSON.parse(stdout).result;
  }

  /// As of a Peer.
  async ask(method, name, args) {
    switch (method) {
      case 'list_tools': return (await this.#give('tools/list')).tools;
      case 'call_tool': return this.#give('tools/call', '--tool-name', name,
                                          '--tool-args-json', JSON.stringify(args));
      case 'list_prompts': return (await this.#give('prompts/list')).prompts;
      case 'get_prompt': return this.#give('prompts/get', '--prompt-name', name);
      case 'list_resources': return (await this.#give('resources/list')).resources;
      case 'list_templates':
        return (await this.#give('resources/templates/list')).resourceTemplates;
      case 'read_resource': return this.#give('resources/read', '--uri', name);
      default: return assert.fail(`the Inspector knows no ${method}`);
    }
  }

  async close() {}
}
