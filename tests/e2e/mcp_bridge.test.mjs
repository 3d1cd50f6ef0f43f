// `todod mcp --server`: a server's /mcp for clients that only speak over standard input and output.
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {Client} from './support/client.mjs';
import {Agent, LEGACY, MODERN} from './support/mcp_stdio.mjs';
import {free_port, make_folder, remove_folder, run, start} from './support/server.mjs';

async function make_token(api, scopes) {
  const {body} = await api.expect(201, 'POST', '/api/auth/tokens', {body: {name: 'e2e', scopes}});
  return body.token;
}

const titles_of = (data) => data.tasks.map(({title}) => title).sort();

describe('todod mcp with a server', () => {
  let folder;
  let server;
  let api;
  let token;
  before(async () => {
    folder = make_folder();
    server = await start({folder});
    api = (await Client.of(server)).as('bridge|1');
    token = await make_token(api, ['read', 'write', 'delete']);
  });
  after(async () => {
    await server.stop();
    remove_folder(folder);
  });

  const connect = (options = {}, args = []) => new Agent(['--server', server.url, ...args],
    {env: {TODOD_TOKEN: token}, ...options});

  for (const revision of [...LEGACY, MODERN]) {
    test(`works with a client of ${revision}`, async () => {
      const agent = connect({modern: revision === MODERN});
      if (revision === MODERN) {
        const {supportedVersions} = await agent.result('server/discover');
        assert.deepEqual(supportedVersions, [MODERN]);
      } else {
        await agent.begin(revision);
      }
      const {tools} = await agent.result('tools/list');
      assert.ok(tools.some(({name}) => name === 'add_task'));
      const {task_id} = await agent.call('add_task', {title: revision});
      const {body} = await api.expect(200, 'GET', `/api/tasks/${task_id}`);
      assert.equal(body.title, revision);
      assert.deepEqual(titles_of(await agent.call('list_tasks')), [revision]);
      await agent.call('delete_task', {task_id});
      assert.match(await agent.refusal('nonsense', {}, -32601), /nonsense/);
      assert.match(await agent.refusal('tools/call', {name: 'größe'}, -32602), /no such tool/);
      await agent.end();
    });
  }

  test('says what is wrong with a line, and goes on', async () => {
    const agent = connect();
    for (const [line, code] of [['nonsense', -32700], ['[]', -32600], ['17', -32600]]) {
      agent.write(`${line}\n`);
      const {id, error} = await agent.next();
      assert.deepEqual([id, error.code], [null, code]);
    }
    const ping = {jsonrpc: '2.0', method: 'ping'};
    agent.write(`${JSON.stringify([{...ping, id: 1}, ping, {...ping, id: 2}])}\n`);
    assert.deepEqual((await agent.next()).map(({id}) => id), [1, 2]);
    await agent.end();
  });

  test('has answered all when the input has ended', async () => {
    const agent = connect();
    const ids = [];
    for (let i = 0; i < 100; i += 1) ids.push(agent.ask('ping'));
    agent.hang_up();
    const {code, stderr, rest} = await agent.ended();
    assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual(rest.map(({id}) => id).sort((a, b) => a - b), ids);
    for (const {result} of rest) assert.deepEqual(result, {});
  });

  test('offers what the scopes of the token cover', async () => {
    const agent = connect({env: {TODOD_TOKEN: await make_token(api, ['read'])}});
    const {tools} = await agent.result('tools/list');
    for (const {name, annotations} of tools) assert.ok(annotations.readOnlyHint, name);
    await agent.end();
  });

  test('takes the token from a file', async () => {
    const file = join(folder, 'token');
    writeFileSync(file, `${token}\n`);
    const agent = connect({env: {}}, ['--token-file', file]);
    assert.deepEqual(titles_of(await agent.call('list_tasks')), []);
    await agent.end();
  });

  test('tells the client that the token does not hold', async () => {
    const agent = connect({env: {TODOD_TOKEN: 'tdd_nobody-has-this-one'}});
    assert.match(await agent.refusal('initialize', {}), /does not accept the token/);
    assert.match(await agent.refusal('tools/list', {}), /does not accept the token/);
    await agent.end();
  });

  test('tells the client that there is no server, or not that one', async () => {
    const away = new Agent(['--server', `http://127.0.0.1:${await free_port()}`],
      {env: {TODOD_TOKEN: token}});
    assert.match(await away.refusal('initialize', {}), /No answer from the server/);
    await away.end();
    const wrong = new Agent(['--server', `${server.url}/nowhere`], {env: {TODOD_TOKEN: token}});
    assert.match(await wrong.refusal('initialize', {}), /has no \/mcp/);
    await wrong.end();
  });

  test('has done once what the server has done when its answer is lost', async () => {
    const own = (await Client.of(server)).as('bridge|once');
    let count = 0;
    const relay = createServer((request, response) => {
      const pieces = [];
      request.on('data', (piece) => pieces.push(piece)).on('end', async () => {
        const {host, connection, 'content-length': length, ...headers} = request.headers;
        const answer = await fetch(`${server.url}${request.url}`,
          {method: request.method, headers, body: Buffer.concat(pieces)});
        const body = await answer.text();
        count += 1;
        if (count === 2) return request.socket.destroy();
        response.writeHead(answer.status, {'Content-Type': 'application/json'}).end(body);
      });
    });
    await new Promise((done) => relay.listen(0, '127.0.0.1', done));
    const agent = new Agent(['--server', `http://127.0.0.1:${relay.address().port}`],
      {env: {TODOD_TOKEN: await make_token(own, ['read', 'write'])}});
    try {
      await agent.result('ping');
      await agent.request('tools/call', {name: 'add_task', arguments: {title: 'once'}});
      assert.deepEqual(titles_of(await agent.call('list_tasks')), ['once']);
      await agent.end();
    } finally {
      relay.closeAllConnections();
      relay.close();
    }
  });

  test('takes the URL of /mcp itself as well', async () => {
    for (const path of ['/', '/mcp', '/mcp/']) {
      const agent = new Agent(['--server', `${server.url}${path}`], {env: {TODOD_TOKEN: token}});
      assert.deepEqual(await agent.result('ping'), {}, path);
      await agent.end();
    }
  });

  test('takes a token with white space around it, but none that no header may have', async () => {
    const agent = connect({env: {TODOD_TOKEN: ` ${token}\n`}});
    assert.deepEqual(await agent.result('ping'), {});
    await agent.end();
    const file = join(folder, 'two-lines');
    writeFileSync(file, 'tdd_one\ntdd_two\n');
    for (const [args, TODOD_TOKEN, pattern] of [
      [[], 'tdd_one\ntdd_two', /TODOD_TOKEN.* control character/],
      [[], ' \n', /a token is needed/],
      [['--token-file', file], undefined, /--token-file.* control character/]]) {
      const {code, stdout, stderr} = await run(['mcp', '--server', server.url, ...args],
                                               {env: {TODOD_TOKEN}});
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, pattern);
    }
  });

  test('does not begin without a token, or with what is no URL', async () => {
    for (const [args, env, pattern] of [
      [['--server', server.url], {}, /a token is needed/],
      [['--server', 'nowhere'], {TODOD_TOKEN: token}, /--server takes a URL/]]) {
      const {code, stdout, stderr} = await run(['mcp', ...args], {env});
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, pattern);
    }
  });

  test('goes on where the server was started anew between two calls', async () => {
    const port = await free_port();
    const where = make_folder();
    let other = await start({folder: where, env: {PORT: port}});
    const own = (await Client.of(other)).as('bridge|2');
    const agent = new Agent(['--server', other.url],
      {env: {TODOD_TOKEN: await make_token(own, ['read', 'write'])}});
    await agent.begin('2025-11-25');
    await agent.call('add_task', {title: 'before'});
    await other.stop();
    assert.match(await agent.refusal('tools/list', {}), /No answer from the server/);
    other = await start({folder: where, env: {PORT: port}});
    await agent.call('add_task', {title: 'after'});
    assert.deepEqual(titles_of(await agent.call('list_tasks')), ['after', 'before']);
    await agent.end();
    await other.stop();
    remove_folder(where);
  });
});

describe('todod mcp with a server that streams', () => {
  let fake;
  let url;
  let requests;
  let behave;
  before(async () => {
    fake = createServer((request, response) => {
      const seen = {url: request.url, headers: request.headers, body: ''};
      requests.push(seen);
      request.setEncoding('utf8').on('data', (text) => { seen.body += text; }).on('end', () => {
        behave(JSON.parse(seen.body), response);
      });
    });
    await new Promise((done) => fake.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${fake.address().port}`;
  });
  after(() => {
    fake.closeAllConnections();
    fake.close();
  });

  function connect(then, options = {}) {
    requests = [];
    behave = then;
    return new Agent(['--server', `${url}/`], {env: {TODOD_TOKEN: 'tdd_a-token'}, ...options});
  }
  const begin_stream = (response) => response.writeHead(200, {'Content-Type': 'text/event-stream'});
  const tell = (response, message) =>
    response.write(`event: message\ndata: ${JSON.stringify({jsonrpc: '2.0', ...message})}\n\n`);

  test('passes on what comes before an answer', async () => {
    const agent = connect(({id}, response) => {
      begin_stream(response);
      tell(response, {method: 'notifications/progress', params: {progress: 1}});
      response.write(': still here\n\nevent: message\ndata: {"jsonrpc": "2.0",\n');
      response.end(`data:  "id": ${id}, "result": {}}\n\n`);
    });
    const id = agent.ask('tools/call', {name: 'slow'});
    assert.equal((await agent.next()).method, 'notifications/progress');
    assert.deepEqual(await agent.next(), {jsonrpc: '2.0', id, result: {}});
    await agent.end();
  });

  for (const type of ['application/json', 'text/event-stream', 'Text/Event-Stream; x=y']) {
    test(`puts the id of an answer right that comes as ${type}`, async () => {
      const answers = [{result: {protocolVersion: '2025-06-18'}}, {id: null, result: {}},
                       {id: 'other', error: {code: -32602, message: 'no'}}];
      const agent = connect((_, response) => {
        response.writeHead(200, {'Content-Type': type});
        const answer = {jsonrpc: '2.0', ...answers[requests.length - 1]};
        if (type === 'application/json') return response.end(JSON.stringify(answer));
        tell(response, answer);
        response.end();
      });
      await agent.result('initialize', {protocolVersion: '2025-06-18'});
      assert.deepEqual(await agent.result('ping'), {});
      assert.equal(await agent.refusal('tools/list', {}, -32602), 'no');
      await agent.end();
      assert.equal(requests[1].headers['mcp-protocol-version'], '2025-06-18');
    });
  }

  test('says why where a stream has a problem instead of an answer', async () => {
    for (const [status, detail, pattern] of [
      [401, 'x', /does not accept the token/], [429, 'Come back later.', /Come back later/],
      [503, undefined, /The server answers 503/]]) {
      const agent = connect((_, response) => {
        response.writeHead(status, {'Content-Type': 'text/event-stream'});
        response.end(detail && `event: error\ndata: ${JSON.stringify({status, detail})}\n\n`);
      });
      assert.match(await agent.refusal('tools/list', {}), pattern);
      await agent.end();
    }
  });

  test('does not take a host of that name for the path', async () => {
    requests = [];
    behave = ({id}, response) => {
      response.writeHead(200, {'Content-Type': 'application/json'});
      response.end(JSON.stringify({jsonrpc: '2.0', id, result: {}}));
    };
    const agent = new Agent(['--server', 'http://mcp'],
      {env: {TODOD_TOKEN: 'tdd_a-token', HTTP_PROXY: url}});
    await agent.result('ping');
    await agent.end();
    assert.equal(requests[0].url, 'http://mcp/mcp');
  });

  test('says so where a stream ends without an answer', async () => {
    const agent = connect((_, response) => begin_stream(response).end());
    assert.match(await agent.refusal('tools/call', {name: 'slow'}), /no end/);
    await agent.end();
  });

  test('lets others be answered while one listens, until that is cancelled', async () => {
    let note_end;
    const has_ended = new Promise((done) => { note_end = done; });
    const agent = connect(({id, method}, response) => {
      if (method !== 'subscriptions/listen') {
        response.writeHead(id === undefined ? 202 : 200, {'Content-Type': 'application/json'});
        response.end(id === undefined ? '' : JSON.stringify({jsonrpc: '2.0', id, result: {}}));
        return;
      }
      begin_stream(response);
      tell(response, {method: 'notifications/subscriptions/acknowledged', params: {}});
      response.on('close', note_end);
    }, {modern: true});
    const id = agent.ask('subscriptions/listen', {notifications: {}});
    assert.match((await agent.next()).method, /acknowledged/);
    await agent.result('tools/list');
    agent.notify('notifications/cancelled', {requestId: id});
    await has_ended;
    await agent.result('tools/list');
    await agent.end();
  });

  test('ends what listens with the input, in silence', async () => {
    const agent = connect((_, response) => {
      begin_stream(response);
      tell(response, {method: 'notifications/subscriptions/acknowledged', params: {}});
    }, {modern: true});
    agent.ask('subscriptions/listen', {notifications: {}});
    await agent.next();
    await agent.end();
  });

  test('says in headers what a request is', async () => {
    const agent = connect(({id}, response) => {
      const result = {protocolVersion: '2025-06-18'};
      response.writeHead(200, {'Content-Type': 'application/json'});
      response.end(JSON.stringify({jsonrpc: '2.0', id, result}));
    });
    await agent.result('initialize', {protocolVersion: '2025-06-18'});
    await agent.result('tools/list');
    agent.modern = true;
    await agent.result('tools/call', {name: 'größe'});
    await agent.result('resources/read', {uri: 'todo://today'});
    await agent.result('prompts/get', {name: 'plan'});
    await agent.end();
    const told = requests.map(({headers}) =>
      ['mcp-protocol-version', 'mcp-method', 'mcp-name'].map((name) => headers[name]));
    assert.deepEqual(told, [
      [undefined, undefined, undefined],
      ['2025-06-18', undefined, undefined],
      [MODERN, 'tools/call', `=?base64?${Buffer.from('größe').toString('base64')}?=`],
      [MODERN, 'resources/read', 'todo://today'],
      [MODERN, 'prompts/get', 'plan'],
    ]);
    for (const {headers} of requests) {
      assert.equal(headers.authorization, 'Bearer tdd_a-token');
      assert.equal(headers['content-type'], 'application/json');
      assert.match(headers.accept, /application\/json/);
      assert.match(headers.accept, /text\/event-stream/);
      assert.match(headers['idempotency-key'], /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    }
    const keys = new Set(requests.map(({headers}) => headers['idempotency-key']));
    assert.equal(keys.size, requests.length);
  });

  test('tells the client what the server says in its own words', async () => {
    const answers = [
      [429, '{"detail": "Come back in a minute."}', /Come back in a minute/],
      [503, '<html>', /The server answers 503/],
      [200, '<html>', /The server answers 200/],
      [307, '', /The server answers 307/],
    ];
    for (const [status, body, pattern] of answers) {
      const agent = connect((_, response) => response.writeHead(status).end(body));
      assert.match(await agent.refusal('tools/list', {}), pattern);
      await agent.end();
    }
    const agent = connect((_, response) => response.writeHead(400)
      .end('{"jsonrpc": "2.0", "id": null, "error": {"code": -32020, "message": "no"}}'));
    assert.equal(await agent.refusal('tools/list', {}, -32020), 'no');
    await agent.end();
  });
});
