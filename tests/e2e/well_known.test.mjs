// /.well-known/…, where clients look for an authorisation server before they have any token, and
// what /mcp tells those who have none that holds.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {AuthorizationServer} from './support/authorization_server.mjs';
import {now_s, token_of} from './support/jwt.mjs';
import {start} from './support/server.mjs';
import {exchange, read_answers} from './support/socket.mjs';

const METADATA = '/.well-known/oauth-protected-resource';
const ORIGIN = 'http://localhost:3000';
const PUBLIC_URL = 'https://todo.example';
const RESOURCE = `${PUBLIC_URL}/mcp`;
const SCOPES = 'read write delete';
/// What clients try, of those that todod never has.
const UNKNOWN = [
  'oauth-authorization-server', 'oauth-authorization-server/mcp', 'openid-configuration',
  'openid-configuration/mcp', 'oauth-protected-resource/other', 'oauth-protected-resource/',
  'security.txt', '', 'mcp', 'mcp.json',
];
const HOUR_S = 3600;
const PING = {jsonrpc: '2.0', id: 1, method: 'ping'};

const raw = (server, method, path, headers = {}, body = undefined) => fetch(
    `${server.url}${path}`, {method, headers, body, redirect: 'manual'});

const post = (server, headers = {}, path = '/mcp') => raw(server, 'POST', path, {
  'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', ...headers,
}, JSON.stringify(PING));

async function check_is_nothing(server, path) {
  for (const headers of [{}, {Accept: 'text/html,*/*;q=0.8'}, {Accept: 'application/json'},
    {Authorization: 'Bearer nonsense'}, {'MCP-Protocol-Version': '2025-11-25'}]) {
    const answer = await raw(server, 'GET', path, headers);
    const what = `${path} ${JSON.stringify(headers)}`;
    assert.equal(answer.status, 404, what);
    assert.equal(answer.headers.get('content-type'), 'application/problem+json', what);
    assert.equal(answer.headers.get('www-authenticate'), null, what);
    assert.equal((await answer.json()).status, 404, what);
  }
  for (const method of ['POST', 'HEAD']) {
    assert.equal((await raw(server, method, path)).status, 404, `${method} ${path}`);
  }
}

describe('without an authorisation server', () => {
  let server;
  // As a backend has it beside an auth server that keeps sessions.
  before(async () => { server = await start({env: {AUTH_SERVER_URL: 'http://localhost:8080'}}); });
  after(() => server.stop());

  test('nothing is well known', async () => {
    for (const name of ['oauth-protected-resource', 'oauth-protected-resource/mcp', ...UNKNOWN]) {
      await check_is_nothing(server, `/.well-known/${name}`);
    }
    await check_is_nothing(server, '/register');
  });

  test('/mcp asks for a token and says no more', async () => {
    const answer = await post(server);
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get('www-authenticate'),
        'Bearer error="invalid_token", error_description="Not authenticated."');
    assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  });

  test('/mcp says that a token does not hold', async () => {
    const answer = await post(server, {Authorization: 'Bearer nonsense'});
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get('www-authenticate'),
        /^Bearer error="invalid_token", error_description="[^"]+"$/);
  });
});

describe('with an authorisation server', () => {
  let issuer;
  let key;
  let server;

  before(async () => {
    issuer = await AuthorizationServer.start();
    key = await issuer.add('one', 'RS256');
    server = await start({env: {
      JWKS_URL: issuer.url, AUTH_SERVER_URL: 'https://auth.example/realms/a', PUBLIC_URL,
      JWT_AUDIENCE: RESOURCE, APP_NAME: 'Tasks',
    }});
  });
  after(async () => {
    await server.stop();
    await issuer.go();
  });

  const challenge = async (headers, path) => {
    const answer = await post(server, headers, path);
    assert.equal(answer.status, 401);
    return answer.headers.get('www-authenticate');
  };

  test('the metadata of the resource are anybody\'s', async () => {
    for (const path of [METADATA, `${METADATA}/mcp`]) {
      for (const headers of [{}, {Accept: 'text/html'}, {Authorization: 'Bearer nonsense'}]) {
        const answer = await raw(server, 'GET', path, headers);
        assert.equal(answer.status, 200);
        assert.equal(answer.headers.get('content-type'), 'application/json');
        assert.deepEqual(await answer.json(), {
          resource: RESOURCE,
          authorization_servers: ['https://auth.example/realms/a'],
          scopes_supported: ['read', 'write', 'delete'],
          bearer_methods_supported: ['header'],
          resource_name: 'Tasks',
        });
      }
      const posted = await raw(server, 'POST', path);
      assert.equal(posted.status, 405);
      assert.equal(posted.headers.get('allow'), 'GET, HEAD, OPTIONS');
    }
  });

  test('pages that are allowed may read the metadata, others not', async () => {
    const allowed = async (Origin) => (await raw(server, 'GET', METADATA, {Origin}))
      .headers.get('access-control-allow-origin');
    assert.equal(await allowed(ORIGIN), ORIGIN);
    assert.equal(await allowed('https://evil.example'), null);
    const preflight = await raw(server, 'OPTIONS', METADATA, {
      Origin: ORIGIN, 'Access-Control-Request-Method': 'GET',
      'Access-Control-Request-Headers': 'mcp-protocol-version',
    });
    assert.equal(preflight.status, 204);
    assert.match(preflight.headers.get('access-control-allow-headers'), /Mcp-Protocol-Version/);
  });

  test('everything else is unknown still', async () => {
    for (const name of UNKNOWN) await check_is_nothing(server, `/.well-known/${name}`);
  });

  const where = `resource_metadata="${PUBLIC_URL}${METADATA}/mcp", scope="${SCOPES}"`;
  const not_signed_in =
      `Bearer error="invalid_token", error_description="Not authenticated.", ${where}`;

  test('/mcp tells who has no token where the metadata are', async () => {
    assert.equal(await challenge({}), not_signed_in);
    const page = await post(server, {Origin: ORIGIN});
    assert.match(page.headers.get('access-control-expose-headers'), /WWW-Authenticate/);
  });

  test('/mcp tells whose token does not hold the same, and why', async () => {
    const other = await AuthorizationServer.sign(key, 'ada', {aud: 'https://other.example/mcp'});
    const early = await AuthorizationServer.sign(
        key, 'ada', {aud: RESOURCE, nbf: now_s() + HOUR_S});
    const nobodys = await AuthorizationServer.sign(key, 'ada');
    for (const token of [other, early, nobodys, 'nonsense']) {
      const value = await challenge({Authorization: `Bearer ${token}`});
      assert.match(value, /^Bearer error="invalid_token", error_description="[^"]+", /);
      assert.ok(value.endsWith(where), value);
    }
  });

  test('a token for the resource opens /mcp, but only in its header', async () => {
    const token = await AuthorizationServer.sign(key, 'ada', {aud: RESOURCE});
    const answer = await post(server, {Authorization: `Bearer ${token}`});
    assert.equal(answer.status, 200);
    assert.deepEqual((await answer.json()).result, {});
    assert.equal(await challenge({}, `/mcp?access_token=${token}`), not_signed_in);
  });

  test('a token does no more than its scopes cover', async () => {
    const token = await AuthorizationServer.sign(key, 'ada', {aud: RESOURCE, scope: 'openid read'});
    const headers = {Authorization: `Bearer ${token}`, 'Content-Type': 'application/json'};
    assert.equal((await post(server, headers)).status, 200);
    assert.equal((await raw(server, 'GET', '/api/tasks', headers)).status, 200);
    const refused = await raw(server, 'POST', '/api/tasks', headers, '{"title":"a"}');
    assert.equal(refused.status, 403);
    assert.equal(refused.headers.get('www-authenticate'),
        'Bearer error="insufficient_scope", scope="write"');
    const params = {name: 'add_task', arguments: {title: 'a'}};
    const answer = await raw(
        server, 'POST', '/mcp', headers, JSON.stringify({...PING, method: 'tools/call', params}));
    assert.match(await answer.text(), /scope/);
  });

  test('what REST says is what it always says', async () => {
    const answer = await raw(server, 'GET', '/api/tasks');
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get('www-authenticate'),
        'Bearer error="invalid_token", error_description="Not authenticated."');
  });

  test('is no reason to warn where the audience is set', () => {
    assert.doesNotMatch(server.log, /JWT_AUDIENCE/);
  });
});

describe('what the authorisation server gives out for todod', () => {
  let issuer;
  let key;
  let server;

  before(async () => {
    issuer = await AuthorizationServer.start();
    key = await issuer.add('one', 'RS256');
    server = await start({env: {
      JWKS_URL: issuer.url, AUTH_SERVER_URL: 'https://auth.example', PUBLIC_URL,
    }});
  });
  after(async () => {
    await server.stop();
    await issuer.go();
  });

  const ask = async (claims, method, path, body) => {
    const token = await AuthorizationServer.sign(key, 'ada', claims);
    return (await raw(server, method, path, {
      Authorization: `Bearer ${token}`, 'Content-Type': 'application/json',
    }, body && JSON.stringify(body))).status;
  };
  const TOKEN = {name: 'more', scopes: ['read', 'write', 'delete']};

  for (const [what, claims] of [
    ['scopes of others', {scope: 'openid offline_access'}], ['no scope', {scope: ''}],
    ['scopes in a list', {scp: ['profile']}], ['nothing but its audience', {aud: RESOURCE}],
  ]) {
    test(`a token with ${what} does nothing`, async () => {
      assert.equal(await ask(claims, 'GET', '/api/tasks'), 403);
      assert.equal(await ask(claims, 'POST', '/api/tasks', {title: 'a'}), 403);
      assert.equal(await ask(claims, 'POST', '/api/auth/tokens', TOKEN), 403);
    });
  }

  test('a token with all scopes does nothing to the account', async () => {
    const claims = {scope: SCOPES};
    assert.equal(await ask(claims, 'POST', '/api/tasks', {title: 'a'}), 201);
    assert.equal(await ask(claims, 'POST', '/api/auth/tokens', TOKEN), 403);
  });

  test('a session of the user\'s own does everything', async () => {
    for (const claims of [{}, {aud: 'https://auth.example'}]) {
      assert.equal(await ask(claims, 'POST', '/api/auth/tokens', TOKEN), 201);
    }
  });
});

describe('an audience of a front end beside the resource of programs', () => {
  test('opens with the tokens of either, and of nobody else', async () => {
    const issuer = await AuthorizationServer.start();
    const key = await issuer.add('one', 'RS256');
    const server = await start({env: {
      JWKS_URL: issuer.url, AUTH_SERVER_URL: 'https://auth.example', PUBLIC_URL,
      JWT_AUDIENCE: 'https://app.example',
    }});
    try {
      const ask = async (claims, path) => {
        const token = await AuthorizationServer.sign(key, 'ada', claims);
        return (await raw(server, 'GET', path, {Authorization: `Bearer ${token}`})).status;
      };
      assert.equal(await ask({aud: 'https://app.example'}, '/api/tasks'), 200);
      assert.equal(await ask({aud: RESOURCE, scope: 'read'}, '/api/tasks'), 200);
      assert.equal(await ask({aud: RESOURCE}, '/api/tasks'), 403, 'without any scope');
      for (const claims of [{}, {aud: 'https://other.example'}, {aud: PUBLIC_URL, scope: 'read'}]) {
        assert.equal(await ask(claims, '/api/tasks'), 401, JSON.stringify(claims));
      }
    } finally {
      await server.stop();
      await issuer.go();
    }
  });
});

describe('an authorisation server without an audience', () => {
  test('is warned of, with the audience that it is to be', async () => {
    const server = await start({env: {
      JWKS_URL: 'https://auth.example/jwks', AUTH_SERVER_URL: 'https://auth.example',
    }});
    try {
      assert.match(server.log, new RegExp(`WARNING - todod - JWT_AUDIENCE .*${server.url}/mcp`));
    } finally {
      await server.stop();
    }
  });
});

/// What a page of another site may do whose name leads here, or who may not ask.
describe('/mcp of a local server', () => {
  let server;
  before(async () => { server = await start({env: {MCP_HOSTS: 'todo.example,todo.lan:8443'}}); });
  after(() => server.stop());

  const ask = async (host, origin) => {
    const body = JSON.stringify(PING);
    const lines = ['POST /mcp HTTP/1.1', ...host === undefined ? [] : [`Host: ${host}`],
      ...origin === undefined ? [] : [`Origin: ${origin}`],
      `Authorization: Bearer ${token_of('ada')}`, 'Content-Type: application/json',
      'Accept: application/json, text/event-stream', `Content-Length: ${body.length}`,
      'Connection: close', '', body];
    const {text} = await exchange(server.port, lines.join('\r\n'));
    return read_answers(text)[0];
  };

  for (const host of ['localhost', '127.0.0.1:8000', '[::1]', 'todo.example', 'todo.lan:8443']) {
    test(`may be asked as ${host}`, async () => assert.equal((await ask(host)).status, 200));
  }

  for (const host of ['evil.example', 'localhost.evil.example:8000', 'todo.lan', '0.0.0.0']) {
    test(`may not be asked as ${host}`, async () => {
      const {status, body} = await ask(host);
      assert.equal(status, 403);
      const {id, error} = JSON.parse(body);
      assert.equal(id, null);
      assert.match(error.message, /MCP_HOSTS/);
    });
  }

  for (const [origin, status] of [[undefined, 200], [ORIGIN, 200], ['http://localhost:6274', 200],
    ['http://localhost', 200], ['http://evil.example', 403], ['null', 403]]) {
    test(`answers ${status} to a page of ${origin}`, async () => {
      assert.equal((await ask('localhost', origin)).status, status);
    });
  }

  /// As the Inspector does in a browser: a preflight, then the question.
  test('may be asked by pages of this machine, and nothing else by those', async () => {
    const preflight = (path, Origin) => raw(server, 'OPTIONS', path, {
      Origin, 'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,content-type,mcp-protocol-version',
    });
    for (const origin of ['http://localhost:6274', 'http://127.0.0.1:6274', 'http://[::1]:1']) {
      const asked = await preflight('/mcp', origin);
      assert.equal(asked.status, 204, origin);
      assert.equal(asked.headers.get('access-control-allow-origin'), origin);
      for (const token of [token_of('ada'), 'nonsense']) {
        const answer = await post(server, {Origin: origin, Authorization: `Bearer ${token}`});
        assert.equal(answer.headers.get('access-control-allow-origin'), origin);
        assert.equal(answer.headers.get('vary'), 'Origin');
      }
      for (const path of ['/api/tasks', '/mcp/', '/health']) {
        const refused = await preflight(path, origin);
        assert.ok(refused.status === 403 || refused.status === 404, path);
        assert.equal(refused.headers.get('access-control-allow-origin'), null, path);
      }
    }
    for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null']) {
      const refused = await preflight('/mcp', origin);
      assert.equal(refused.status, 403, origin);
      assert.equal(refused.headers.get('access-control-allow-origin'), null, origin);
    }
  });

  test('lets pages send the fields of the protocol and its tools', async () => {
    const answer = await raw(server, 'OPTIONS', '/mcp', {
      Origin: ORIGIN, 'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers':
          'authorization,content-type,mcp-method,mcp-name,mcp-param-title,mcp-protocol-version',
    });
    assert.equal(answer.status, 204);
    const names = answer.headers.get('access-control-allow-headers').toLowerCase().split(', ');
    for (const name of ['authorization', 'content-type', 'accept', 'last-event-id', 'mcp-method',
      'mcp-name', 'mcp-param-title', 'mcp-protocol-version', 'mcp-session-id']) {
      assert.ok(names.includes(name), name);
    }
  });
});
