// Who speaks MCP over HTTP message by message, so that a test sees all of it.
import assert from 'node:assert/strict';

import {secrets} from './secrets.mjs';

export const REVISIONS = ['2025-11-25', '2026-07-28'];

const MODERN = '2026-07-28';
const META = 'io.modelcontextprotocol';
const TIME_LIMIT_MS = 60_000;
/// The parameter that the header Mcp-Name repeats.
const NAMED_BY = {'tools/call': 'name', 'prompts/get': 'name', 'resources/read': 'uri'};

export class McpClient {
  #last_id = 0;

  /// `client` says where todod is, and who asks.
  constructor(client, revision = MODERN) {
    this.client = client;
    this.revision = revision;
  }

  get is_modern() { return this.revision === MODERN; }

  #headers(method, params) {
    const {token, headers} = this.client;
    const sent = {
      ...headers, 'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream', 'MCP-Protocol-Version': this.revision,
    };
    if (token !== undefined) sent.Authorization = `Bearer ${token}`;
    if (!this.is_modern) return sent;
    const name = params[NAMED_BY[method]];
    return {...sent, 'Mcp-Method': method, ...name && {'Mcp-Name': name}};
  }

  /// What the request is answered with: {status, headers, text, body}.
  async post(method, params = {}) {
    const id = this.#last_id += 1;
    const meta = {[`${META}/protocolVersion`]: this.revision, [`${META}/clientCapabilities`]: {}};
    const body = {
      jsonrpc: '2.0', id, method, params: this.is_modern ? {...params, _meta: meta} : params,
    };
    const headers = this.#headers(method, params);
    secrets.add_sent(method, headers, body);
    const answer = await fetch(`${this.client.url}/mcp`, {
      method: 'POST', headers, body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
    });
    const text = await answer.text();
    secrets.check(text, `the answer to ${method}`);
    const given = {status: answer.status, headers: answer.headers, text};
    if (/json/.test(answer.headers.get('content-type'))) given.body = JSON.parse(text);
    if (given.status === 200) assert.equal(given.body?.id, id, text);
    return given;
  }

  /// The result of a request that must have one.
  async ask(method, params) {
    const {status, text, body} = await this.post(method, params);
    assert.equal(status, 200, `${method}: ${status} ${text}`);
    assert.ok(body.result, `${method}: ${text}`);
    return body.result;
  }

  async list_tools() { return (await this.ask('tools/list')).tools; }

  call_tool(name, args) { return this.ask('tools/call', {name, arguments: args}); }
}
