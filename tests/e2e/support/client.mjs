// A client that believes nothing: every answer is held against /openapi.json.
import assert from 'node:assert/strict';

import Ajv2020 from 'ajv/dist/2020.js';
import add_formats from 'ajv-formats';

import {token_of} from './jwt.mjs';
import {secrets} from './secrets.mjs';

const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';

/// Said of an answer that has it; the document must say so too.
const TOLD_HEADERS = ['etag', 'link', 'location', 'x-total-count', 'idempotency-replayed',
                      'x-changeset-id', 'x-last-seq'];
/// Documented, and left out where there is nothing to say.
const MAY_BE_LEFT_OUT = ['link', 'idempotency-replayed', 'x-changeset-id'];
/// All of them, or none: a 429 may be a model's, where todod itself has no limit.
const OF_LIMITS = ['ratelimit-policy', 'ratelimit', 'x-ratelimit-limit', 'x-ratelimit-remaining',
                   'x-ratelimit-reset'];

/// The server's own description of itself, with what compares an answer to it.
class Document {
  #ajv = new Ajv2020({strict: true, strictTypes: false, allowUnionTypes: true, allErrors: true});
  #checks = new Map();

  constructor(document) {
    this.json = document;
    add_formats(this.#ajv);
    for (const keyword of ['components', 'example']) this.#ajv.addKeyword(keyword);
    this.paths = Object.keys(document.paths).map((template) => ({
      template,
      parameters: template.split('{').length - 1,
      pattern: new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`),
    }));
    // Literal segments win over parameters.
    this.paths.sort((a, b) => a.parameters - b.parameters);
  }

  template_of(pathname) {
    const {template} = this.paths.find(({pattern}) => pattern.test(pathname)) ?? {};
    assert.ok(template, `${pathname} is not in /openapi.json`);
    return template;
  }

  operation(method, pathname) {
    const template = this.template_of(pathname);
    const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
    const operation = this.json.paths[template][verb];
    assert.ok(operation, `${method} ${template} is not in /openapi.json`);
    return {...operation, key: `${verb} ${template}`};
  }

  /// Fails with every way in which `value` is not what `schema` says.
  match(key, schema, value) {
    if (!this.#checks.has(key)) {
      const components = this.json.components;
      this.#checks.set(key, this.#ajv.compile({...closed(schema), components}));
    }
    const check = this.#checks.get(key);
    if (check(value)) return;
    const errors = this.#ajv.errorsText(check.errors, {separator: '\n  '});
    assert.fail(`${key} is not as documented:\n  ${errors}\n${JSON.stringify(value)}`);
  }
}

/// The schema of an answer, made to refuse a key that is not documented.
function closed(schema) {
  if (schema.type === 'array') return {...schema, items: closed(schema.items)};
  return {...schema, unevaluatedProperties: false};
}

/// What every answer must have, documented or not.
function check_common(answer) {
  const {status, headers} = answer;
  assert.match(headers.get('x-request-id') ?? '', /^[\x21-\x7e]{1,128}$/, 'X-Request-ID');
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.ok(headers.get('x-frame-options'), 'X-Frame-Options');
  assert.ok(headers.get('referrer-policy'), 'Referrer-Policy');
  if (status === 204 || status === 304) assert.equal(answer.text, '', `${status} has a body`);
  if (status === 401) {
    assert.match(headers.get('www-authenticate') ?? '', /^Bearer .*error="invalid_token"/);
  }
  if (status === 503 && !is_readiness(answer)) {
    assert.match(headers.get('retry-after') ?? '', /^\d+$/);
  }
}

/// An error tells nobody what they, or others, are let in with.
function check_secrecy({method, pathname, status, headers, text}) {
  const fields = [...headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  secrets.check(`${fields}\n${text}`, `the ${status} of ${method} ${pathname}`);
}

function check_problem(document, answer) {
  assert.ok(answer.headers.get('content-type')?.startsWith(PROBLEM_TYPE),
            `${answer.status} is ${answer.headers.get('content-type')}: ${answer.text}`);
  if (answer.method === 'HEAD') return;
  const problem = answer.body;
  document.match('Problem', {$ref: '#/components/schemas/Problem'}, problem);
  assert.equal(problem.status, answer.status);
  assert.equal(problem.request_id, answer.headers.get('x-request-id'));
  assert.ok(problem.detail.length > 0, 'a problem without a detail');
  const has_errors = Array.isArray(problem.errors) && problem.errors.length > 0;
  // A batch that is refused as a whole names what in it was.
  const is_of_batch = answer.status === 409 && answer.pathname.endsWith('/batch');
  assert.equal(has_errors, answer.status === 422 || is_of_batch,
               `errors of a ${answer.status}: ${answer.text}`);
}

const is_dry_run = ({body}) => (body?.dry_run ?? body?.dryRun) === true;

function check_headers(document, key, described, answer) {
  const documented = new Map(Object.entries(described).map(([name, header]) =>
    [name.toLowerCase(), header]));
  for (const [name, header] of documented) {
    const value = answer.headers.get(name);
    if (value === null && MAY_BE_LEFT_OUT.includes(name)) continue;
    // There is no task yet, or none any more, that a dry run could tell the state of.
    if (value === null && is_dry_run(answer)) continue;
    if (OF_LIMITS.includes(name) && !OF_LIMITS.some((each) => answer.headers.has(each))) continue;
    assert.notEqual(value, null, `${key} says ${name}, the answer does not have it`);
    const typed = header.schema.type === 'integer' ? Number(value) : value;
    document.match(`${key} ${name}`, header.schema, typed);
  }
  for (const name of TOLD_HEADERS) {
    assert.ok(documented.has(name) || !answer.headers.has(name), `${key} does not say ${name}`);
  }
}

function check_documented(document, answer) {
  const operation = document.operation(answer.method, answer.pathname);
  const response = operation.responses[answer.status];
  const key = `${operation.key} ${answer.status}`;
  assert.ok(response, `${key} is not documented: ${answer.text}`);
  check_headers(document, key, response.headers ?? {}, answer);
  const content = response.content ?? {};
  const type = answer.headers.get('content-type');
  if (Object.keys(content).length === 0) {
    assert.equal(answer.text, '', `${key} has no documented body`);
    return;
  }
  assert.ok(content[type], `${key} is ${type}, documented ${Object.keys(content)}`);
  const body = is_json(type) ? answer.body : answer.text;
  if (answer.method !== 'HEAD') document.match(key, content[type].schema, body);
}

const is_json = (type) => type !== null && /^application\/(problem\+)?json/.test(type);

/// What an answer begins with; the rest is left.
async function first_of({body}) {
  const reader = body.getReader();
  const {value} = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value);
}

/// Talks to a server, signed in as somebody or nobody.
export class Client {
  #document;

  constructor(url, document, token, headers = {}) {
    this.url = url;
    this.#document = document;
    this.token = token;
    this.headers = headers;
  }

  /// The document of a server is read once, and shared by all who talk to it.
  static async of(server) {
    const response = await fetch(`${server.url}/openapi.json`);
    assert.equal(response.status, 200);
    return new Client(server.url, new Document(await response.json()));
  }

  get document() { return this.#document.json; }

  /// The path of the document that `pathname` is one of.
  template_of(pathname) { return this.#document.template_of(pathname); }

  with_token(token) {
    return new Client(this.url, this.#document, token);
  }

  /// Who is known by headers, which go with all that is asked.
  with_headers(headers) {
    return new Client(this.url, this.#document, undefined, headers);
  }

  /// Somebody with a token of the shared secret: todod has not met them before.
  as(user_id, claims = {}) {
    const client = this.with_token(token_of(user_id, claims));
    client.user_id = user_id;
    return client;
  }

  /// Asks for something that /openapi.json knows, and checks the answer against it.
  async call(method, path, options = {}) {
    const answer = await this.raw(method, path, options);
    check_documented(this.#document, answer);
    return answer;
  }

  /// As call(), and the status must be the one expected. Gives the answer.
  async expect(status, method, path, options = {}) {
    const answer = await this.call(method, path, options);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  }

  /// Asks for anything, and checks only what holds for every answer. `body` is sent as JSON, `text`
  /// as it is. Of an answer that does not end only what comes `first` is read.
  async raw(method, path, {body, text, headers = {}, first = false} = {}) {
    const sent = {...this.headers, ...headers};
    if (this.token !== undefined && sent.Authorization === undefined) {
      sent.Authorization = `Bearer ${this.token}`;
    }
    const content = body === undefined ? text : JSON.stringify(body);
    if (content !== undefined) sent['Content-Type'] ??= JSON_TYPE;
    const url = new URL(path, this.url);
    secrets.add_sent(`a ${method}`, sent, body);
    const options = {method, headers: sent, body: content, redirect: 'manual'};
    const response = await fetch(url, options).catch((error) => {
      throw new Error(`${method} ${path} was not answered`, {cause: error.cause ?? error});
    });
    const answer = {
      method, pathname: url.pathname, status: response.status, headers: response.headers,
      text: await (first ? first_of(response) : response.text()),
    };
    if (is_json(response.headers.get('content-type')) && answer.text !== '') {
      answer.body = JSON.parse(answer.text);
    }
    secrets.add_given(`a ${method}`, answer.body, answer.headers);
    check_common(answer);
    if (answer.status >= 400) check_secrecy(answer);
    if (answer.status >= 400 && !is_readiness(answer)) check_problem(this.#document, answer);
    return answer;
  }
}

/// A readiness that says no is a 503, and has the shape of one that says yes.
function is_readiness({pathname, status}) {
  return status === 503 && (pathname === '/ready' || pathname === '/health/ready');
}

/// The locations that a 422 names, each as "body.title", in order.
export function faults_of(answer) {
  return (answer.body?.errors ?? []).map(({loc}) => loc.join('.'));
}

/// All tasks of who is signed in, the oldest first, a page after the other.
export async function read_all(client) {
  const tasks = [];
  let next = '/api/tasks?sort=-created&limit=1000';
  while (next !== undefined) {
    const answer = await client.expect(200, 'GET', next);
    tasks.push(...answer.body);
    next = /<([^>]+)>/.exec(answer.headers.get('link') ?? '')?.[1];
  }
  return tasks;
}
