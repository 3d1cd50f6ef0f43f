// Tokens of an authorisation server, verified by the keys that it publishes (JWKS_URL).
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {createHmac, randomUUID} from 'node:crypto';
import {once} from 'node:events';
import {createServer} from 'node:http';
import {after, before, describe, test} from 'node:test';

import {CompactSign, exportPKCS8} from 'jose';

import {AuthorizationServer} from './support/authorization_server.mjs';
import {Client} from './support/client.mjs';
import {claims_of, now_s, sign, token_of} from './support/jwt.mjs';
import {SECRET, free_port, start} from './support/server.mjs';

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
const {sign: sign_with} = AuthorizationServer;

/// Starts an authorisation server with a key of each algorithm, named by it, and todod beside it.
async function begin({env = {}} = {}) {
  const issuer = await AuthorizationServer.start();
  const keys = {};
  for (const alg of ALGORITHMS) keys[alg] = await issuer.add(alg, alg);
  const server = await start({env: {JWKS_URL: issuer.url, ...env}});
  const nobody = await Client.of(server);
  const status_of = async (token) =>
    (await nobody.with_token(token).call('GET', '/api/tasks')).status;
  const end = async () => {
    await server.stop();
    await issuer.go();
  };
  return {issuer, keys, server, nobody, status_of, end};
}

/// Runs `work` with what begin() gives.
async function with_issuer(options, work) {
  const all = await begin(options);
  try {
    await work(all);
  } finally {
    await all.end();
  }
}

const encode = (value) => Buffer.from(
    typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/// Just these claims.
function sign_claims({privateKey, kid, alg}, claims) {
  return new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({alg, kid}).sign(privateKey);
}

describe('a token of an authorisation server', () => {
  let all;
  before(async () => { all = await begin(); });
  after(() => all.end());

  for (const alg of ALGORITHMS) {
    test(`lets its user in with ${alg}`, async () => {
      const {nobody, keys} = all;
      const client = nobody.with_token(await sign_with(keys[alg], `user-${alg}`));
      const {body} = await client.expect(201, 'POST', '/api/tasks', {body: {title: alg}});
      assert.equal(body.userId, `user-${alg}`);
      await client.expect(200, 'GET', `/api/user-${alg}/tasks`);
      await client.expect(403, 'GET', '/api/somebody-else/tasks');
    });
  }

  test('is verified without another look at the server', () => {
    assert.equal(all.issuer.fetches, 1);
  });

  test('may leave out its kid where just one key fits', async () => {
    const token = await sign_with(all.keys.ES256, 'ann', {}, {kid: undefined});
    assert.equal(await all.status_of(token), 200);
  });

  test('lets in beside those with the secret', async () => {
    assert.equal(await all.status_of(token_of('ann')), 200);
  });

  const forged = {
    'the public key as a secret (PEM)': ({RS256}) =>
      sign(claims_of('ann'), {header: {alg: 'HS256', kid: 'RS256'}, secret: RS256.pem}),
    'the public key as a secret (without its last newline)': ({RS256}) =>
      sign(claims_of('ann'), {header: {alg: 'HS256', kid: 'RS256'}, secret: RS256.pem.trim()}),
    'the public key as a secret (DER)': ({RS256}) => sign(claims_of('ann'), {
      header: {alg: 'HS256', kid: 'RS256'},
      secret: Buffer.from(RS256.pem.replace(/-.*-|\n/g, ''), 'base64'),
    }),
    'the public key as a secret (JWK)': ({RS256}) => sign(claims_of('ann'), {
      header: {alg: 'HS256', kid: 'RS256'}, secret: JSON.stringify(RS256.jwk),
    }),
    'an HMAC under the name RS256': ({RS256}) =>
      sign(claims_of('ann'), {header: {alg: 'RS256', kid: 'RS256'}, secret: RS256.pem}),
    'alg none': () => sign(claims_of('ann'), {header: {alg: 'none', kid: 'RS256'}}),
    'alg nOnE and no signature': () =>
      sign(claims_of('ann'), {header: {alg: 'nOnE'}}).replace(/[^.]*$/, ''),
    'RSA\'s other padding (PS256)': async ({RS256}) =>
      (await sign_with(RS256, 'ann')).replace(/^[^.]*/, encode({alg: 'PS256', kid: 'RS256'})),
    'the kid of a key of another type': ({ES256}) => sign_with(ES256, 'ann', {}, {kid: 'RS256'}),
    'a kid that is a path': ({ES256}) =>
      sign_with(ES256, 'ann', {}, {kid: '../../../../dev/null'}),
    'a kid that is SQL': ({ES256}) => sign_with(ES256, 'ann', {}, {kid: '\' OR 1=1 --'}),
    'a kid that is a URL': ({ES256}) => sign_with(ES256, 'ann', {}, {kid: all.issuer.url}),
    'an empty kid': ({ES256}) => sign_with(ES256, 'ann', {}, {kid: ''}),
    'a kid that is a number': ({ES256}) => sign_with(ES256, 'ann', {}, {kid: 7}),
    'a very long kid': ({ES256}) => sign_with(ES256, 'ann', {}, {kid: 'k'.repeat(3000)}),
    'a header that names kid twice': async ({ES256}) => (await sign_with(ES256, 'ann'))
        .replace(/^[^.]*/, encode('{"alg":"ES256","kid":"x","kid":"ES256"}')),
    'an extension that must be understood': ({ES256}) =>
      sign_with(ES256, 'ann', {}, {crit: ['b64'], b64: true}),
    'no exp': ({EdDSA}) => sign_claims(EdDSA, {sub: 'ann'}),
    'an exp that is past': ({EdDSA}) => sign_claims(EdDSA, {sub: 'ann', exp: now_s() - 61}),
    'an nbf to come': ({EdDSA}) => sign_with(EdDSA, 'ann', {nbf: now_s() + 120}),
    'no sub': ({EdDSA}) => sign_claims(EdDSA, {exp: now_s() + 60}),
    'a signature cut short': async ({EdDSA}) => (await sign_with(EdDSA, 'ann')).slice(0, -2),
    'too many bytes': ({EdDSA}) => sign_with(EdDSA, 'ann', {x: 'x'.repeat(8192)}),
  };
  for (const [name, make] of Object.entries(forged)) {
    test(`is refused with ${name}`, async () => {
      assert.equal(await all.status_of(await make(all.keys)), 401);
    });
  }

  test('is refused with a key of its own, wherever its header says that is', async () => {
    const stranger = await AuthorizationServer.start();
    const own = await stranger.add('own', 'ES256');
    for (const kid of ['own', 'ES256', undefined]) {
      for (const more of [{}, {jwk: own.jwk}, {jku: stranger.url}, {x5u: stranger.url}]) {
        const token = await sign_with(own, 'ann', {}, {...more, kid});
        assert.equal(await all.status_of(token), 401, JSON.stringify({kid, ...more}));
      }
    }
    assert.equal(stranger.fetches, 0);
    await stranger.go();
  });
});

describe('the keys', () => {
  test('may change: a new one is fetched at once, a withdrawn one ends its tokens', () =>
    with_issuer({}, async ({issuer, keys, status_of}) => {
      const before_rotation = await sign_with(keys.EdDSA, 'ann');
      assert.equal(await status_of(before_rotation), 200);
      const fresh = await issuer.add('fresh', 'EdDSA');
      issuer.withdraw('EdDSA');
      assert.equal(await status_of(await sign_with(fresh, 'ann')), 200);
      assert.equal(issuer.fetches, 2);
      assert.equal(await status_of(before_rotation), 401);
      assert.equal(await status_of(await sign_with(keys.RS256, 'ann')), 200);
      assert.equal(issuer.fetches, 2);
    }));

  test('are not fetched by a flood of unknown kids', () =>
    with_issuer({}, async ({issuer, keys, status_of}) => {
      assert.equal(await status_of(await sign_with(keys.ES256, 'ann')), 200);
      const flood = async () => {
        const tokens = Array.from({length: 100}, () =>
          sign_with(keys.ES256, 'ann', {}, {kid: randomUUID()}).then(status_of));
        assert.deepEqual(new Set(await Promise.all(tokens)), new Set([401]));
      };
      await flood();
      await flood();
      assert.equal(issuer.fetches, 2);
      assert.equal(await status_of(await sign_with(keys.ES256, 'bob')), 200);
    }));

  test('are asked for once by many who come first', () =>
    with_issuer({}, async ({issuer, keys, status_of}) => {
      const tokens = ALGORITHMS.flatMap((alg) =>
        Array.from({length: 20}, (_, i) => sign_with(keys[alg], `user-${i}`).then(status_of)));
      assert.deepEqual(new Set(await Promise.all(tokens)), new Set([200]));
      assert.equal(issuer.fetches, 1);
    }));

  test('go on to serve when the server is away, and those it never had are asked for again', () =>
    with_issuer({}, async ({issuer, keys, nobody, status_of}) => {
      await issuer.go();
      const token = await sign_with(keys.RS256, 'ann');
      const refused = await nobody.with_token(token).call('GET', '/api/tasks');
      assert.equal(refused.status, 503);
      assert.match(refused.headers.get('retry-after'), /^\d+$/);
      assert.equal(await status_of(token_of('ann')), 200);
      await issuer.come();
      let status;
      for (let i = 0; i < 500 && status !== 200; ++i) {
        status = await status_of(token);
        await new Promise((done) => { setTimeout(done, 20); });
      }
      assert.equal(status, 200);
      await issuer.go();
      assert.equal(await status_of(await sign_with(keys.ES256, 'bob')), 200);
      assert.equal(await status_of(token), 200);
      await issuer.come();
    }));

  test('that are weak, private, symmetric or for something else verify nothing', () =>
    with_issuer({}, async ({issuer, keys, status_of}) => {
      const secret = 'a secret that the authorisation server gave away';
      const oct = {kty: 'oct', kid: 'oct', k: encode(secret)};
      const signed = (header) => {
        const text = `${encode(header)}.${encode(claims_of('ann'))}`;
        return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
      };
      const encrypting = await issuer.add('encrypting', 'ES256', {use: 'enc'});
      const {keys: published} = JSON.parse(issuer.document());
      issuer.answer = {status: 200, body: JSON.stringify({keys: [...published, oct]})};
      assert.equal(await status_of(await sign_with(keys.ES256, 'ann')), 200);
      assert.equal(await status_of(await sign_with(encrypting, 'ann')), 401);
      for (const alg of ['HS256', 'RS256', 'ES256']) {
        assert.equal(await status_of(signed({alg, kid: 'oct'})), 401);
      }
    }));

  for (const [what, answer] of Object.entries({
    'an error': {status: 500, body: '{"keys":[]}'},
    'a page': {status: 200, body: '<html>'},
    'too much': {status: 200, body: `{"keys":[],"x":"${'x'.repeat(300_000)}"}`},
    'too many': {status: 200, body: JSON.stringify({keys: Array(65).fill({})})},
  })) {
    test(`are not taken from an answer that is ${what}`, () =>
      with_issuer({}, async ({issuer, keys, status_of, server}) => {
        issuer.answer = answer;
        const token = await sign_with(keys.RS256, 'ann');
        assert.equal(await status_of(token), 503);
        assert.match(server.log, /JWKS_URL gave no keys/);
        assert.ok(!server.log.includes(token.split('.')[1]), 'a token is in the log');
      }));
  }
});

describe('what is configured', () => {
  test('issuer and audience are asked for', () => with_issuer(
      {env: {JWT_ISSUER: 'https://auth.example', JWT_AUDIENCE: 'todos'}},
      async ({keys, status_of}) => {
        const good = {iss: 'https://auth.example', aud: 'todos'};
        const status = async (claims) => status_of(await sign_with(keys.EdDSA, 'ann', claims));
        assert.equal(await status(good), 200);
        for (const more of [{iss: undefined}, {iss: 'https://other.example'}, {aud: undefined},
          {aud: 'other'}, {aud: []}]) {
          assert.equal(await status({...good, ...more}), 401, JSON.stringify(more));
        }
      }));

  test('one algorithm may be the only one', () => with_issuer(
      {env: {JWT_ALGORITHM: 'ES256'}}, async ({keys, status_of}) => {
        assert.equal(await status_of(await sign_with(keys.ES256, 'ann')), 200);
        for (const alg of ['RS256', 'EdDSA']) {
          assert.equal(await status_of(await sign_with(keys[alg], 'ann')), 401);
        }
      }));

  const sign_in = {email: 'ada@example.com', password: 'correct horse battery'};
  const person = {name: 'Ada', ...sign_in};

  test('in production without a secret there are the server\'s tokens alone', () => with_issuer(
      {env: {AUTH_SECRET: undefined, ENVIRONMENT: 'production'}},
      async ({keys, nobody, status_of}) => {
        assert.equal(await status_of(await sign_with(keys.RS256, 'ann')), 200);
        for (const secret of [SECRET, 'x']) {
          assert.equal(await status_of(sign(claims_of('ann'), {secret})), 401);
        }
        await nobody.expect(503, 'POST', '/api/auth/register', {body: person});
      }));

  test('in development without a secret todod\'s own login goes on to work', () => with_issuer(
      {env: {AUTH_SECRET: undefined}}, async ({keys, nobody, status_of}) => {
        assert.equal(await status_of(await sign_with(keys.RS256, 'ann')), 200);
        assert.equal(await status_of(token_of('ann')), 401, 'HS256 of somebody else');
        await nobody.expect(201, 'POST', '/api/auth/register', {body: person});
        const {body} = await nobody.expect(200, 'POST', '/api/auth/login', {body: sign_in});
        assert.equal(await status_of(body.access_token), 200);
      }));
});

/// A token that PyJWT makes; undefined where it is not there.
function sign_in_python(key, alg, header, claims) {
  const program = 'import json,sys,jwt\n' +
    'd=json.load(sys.stdin)\n' +
    'print(jwt.encode(d["claims"],d["key"],algorithm=d["alg"],headers=d["header"]))';
  const {status, stdout} = spawnSync('/usr/bin/python3', ['-c', program], {
    input: JSON.stringify({key, alg, header, claims}), encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : undefined;
}

test('tokens of PyJWT are taken', async (context) => {
  const hs256 = sign_in_python(SECRET, 'HS256', {}, claims_of('ann'));
  if (hs256 === undefined) return context.skip('PyJWT is not there');
  await with_issuer({}, async ({keys, status_of}) => {
    assert.equal(await status_of(hs256), 200);
    for (const {privateKey, alg, kid} of Object.values(keys)) {
      const token = sign_in_python(await exportPKCS8(privateKey), alg, {kid}, claims_of('ann'));
      if (token === undefined) return context.skip('python3-cryptography is not there');
      assert.equal(await status_of(token), 200, alg);
    }
  });
});

/// A real Better Auth with its JWT plugin, whose users are in its memory.
async function start_better_auth(options) {
  const [{betterAuth}, {memoryAdapter}, {jwt}, {toNodeHandler}] = await Promise.all([
    import('better-auth'), import('better-auth/adapters/memory'), import('better-auth/plugins'),
    import('better-auth/node'),
  ]);
  const port = await free_port();
  const url = `http://127.0.0.1:${port}`;
  const auth = betterAuth({
    baseURL: url,
    secret: 'a secret of Better Auth that todod does not know',
    database: memoryAdapter({user: [], session: [], account: [], verification: [], jwks: []}),
    emailAndPassword: {enabled: true},
    telemetry: {enabled: false},
    plugins: [jwt(options)],
  });
  const server = createServer(toNodeHandler(auth)).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return {url, stop};
}

describe('Better Auth', () => {
  const kinds = {
    'as it is (EdDSA)': undefined,
    'with ES256': {jwks: {keyPairConfig: {alg: 'ES256'}}},
    'with RS256': {jwks: {keyPairConfig: {alg: 'RS256', modulusLength: 2048}}},
  };
  for (const [name, options] of Object.entries(kinds)) {
    test(`signs its users in ${name}`, async () => {
      const auth = await start_better_auth(options);
      const server = await start({env: {
        JWKS_URL: `${auth.url}/api/auth/jwks`, JWT_ISSUER: auth.url, JWT_AUDIENCE: auth.url,
        AUTH_SECRET: undefined, ENVIRONMENT: 'production',
      }});
      try {
        const signed_up = await fetch(`${auth.url}/api/auth/sign-up/email`, {
          method: 'POST',
          headers: {'Content-Type': 'application/json', Origin: auth.url},
          body: JSON.stringify({name: 'Ann', email: 'ann@example.com', password: 'long enough 1'}),
        });
        assert.equal(signed_up.status, 200, await signed_up.clone().text());
        const {user} = await signed_up.json();
        const cookie = signed_up.headers.getSetCookie().map((each) => each.split(';')[0]);
        const answer = await fetch(`${auth.url}/api/auth/token`, {
          headers: {Cookie: cookie.join('; ')},
        });
        const {token} = await answer.json();
        const ann = (await Client.of(server)).with_token(token);
        const {body} = await ann.expect(201, 'POST', `/api/${user.id}/tasks`,
                                        {body: {title: 'Hello'}});
        assert.equal(body.user_id, user.id);
      } finally {
        await server.stop();
        await auth.stop();
      }
    });
  }
});
