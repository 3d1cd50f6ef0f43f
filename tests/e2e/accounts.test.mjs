// todod's own accounts, and whose tokens are believed.
import assert from 'node:assert/strict';
import {createHash, generateKeyPairSync, sign as sign_rsa} from 'node:crypto';
import {after, before, describe, test} from 'node:test';

import {Client, faults_of} from './support/client.mjs';
import {claims_of, now_s, read_claims, sign, token_of} from './support/jwt.mjs';
import {SECRET, start} from './support/server.mjs';
import {INSTANT, UUID_V7} from './support/surfaces.mjs';

const PASSWORD = 'correct horse battery';
const DAY_S = 86_400;
const LEEWAY_S = 60;

let server;
let nobody;
let people = 0;

before(async () => {
  server = await start();
  nobody = await Client.of(server);
});
after(() => server.stop());

const new_email = () => `person-${people += 1}@example.com`;

function register(email, more = {}) {
  return nobody.call('POST', '/api/auth/register', {
    body: {name: 'Ada', email, password: PASSWORD, ...more},
  });
}

function log_in(email, password = PASSWORD) {
  return nobody.call('POST', '/api/auth/login', {body: {email, password}});
}

/// Somebody with an account, signed in.
async function sign_up(email = new_email()) {
  const {status, body: profile, text} = await register(email);
  assert.equal(status, 201, text);
  const session = (await log_in(email)).body;
  const client = nobody.with_token(session.access_token);
  return Object.assign(client, {email, profile, session, user_id: profile.id});
}

const is_let_in = async (client) => {
  const {status} = await client.call('GET', '/api/tasks');
  assert.ok([200, 401].includes(status), `${status}`);
  return status === 200;
};

describe('an account', () => {
  test('is made, signed in to, and shown to its owner', async () => {
    const email = new_email();
    const {status, body: profile} = await register(email, {name: '  Ada Lovelace '});
    assert.equal(status, 201);
    const {id, created_at, ...rest} = profile;
    assert.match(id, UUID_V7);
    assert.match(created_at, INSTANT);
    assert.deepEqual(rest, {name: 'Ada Lovelace', email});

    const {status: logged_in, body: session} = await log_in(email);
    assert.equal(logged_in, 200);
    const {access_token, ...told} = session;
    assert.deepEqual(told, {
      token_type: 'bearer', expires_in: 7 * DAY_S, user: {id, name: 'Ada Lovelace', email},
    });
    const claims = read_claims(access_token);
    assert.equal(claims.sub, id);
    assert.equal(claims.exp - claims.iat, 7 * DAY_S);

    const ada = nobody.with_token(access_token);
    assert.deepEqual((await ada.expect(200, 'GET', '/api/auth/me')).body, profile);
    assert.deepEqual((await ada.expect(200, 'GET', `/api/${id}/tasks`)).body, []);
  });

  test('has an e-mail of its own, whatever the case', async () => {
    const email = 'Straße.Müller@Example.com';
    assert.equal((await register(email)).status, 201);
    for (const same of [email, email.toLowerCase(), 'STRASSE.MÜLLER@EXAMPLE.COM', ` ${email} `]) {
      assert.equal((await register(same)).status, 400, same);
      assert.equal((await log_in(same)).status, 200, same);
    }
  });

  test('is made once, however many ask at the same time', async () => {
    const email = new_email();
    const answers = await Promise.all(Array.from({length: 6}, () => register(email)));
    assert.deepEqual(answers.map(({status}) => status).sort(), [201, 400, 400, 400, 400, 400]);
  });

  test('is refused with what is wrong', async () => {
    const bad = {
      name: ['', '  ', 'x'.repeat(101), 5, null], password: ['short77', 'x'.repeat(129), 12345678],
      email: ['', 'ada', '@example.com', 'ada@', 'ada@example', 'a b@example.com', 'a@b@c.com',
        'ada@example.', null],
    };
    for (const [field, values] of Object.entries(bad)) {
      for (const value of values) {
        const answer = await register(new_email(), {[field]: value});
        assert.equal(answer.status, 422, `${field} ${value}: ${answer.text}`);
        assert.deepEqual(faults_of(answer), [`body.${field}`]);
      }
    }
    const answer = await nobody.expect(422, 'POST', '/api/auth/register', {body: {}});
    assert.deepEqual(faults_of(answer).sort(), ['body.email', 'body.name', 'body.password']);
    const unknown = await register(new_email(), {passwrd: PASSWORD});
    assert.deepEqual([unknown.status, ...faults_of(unknown)], [422, 'body.passwrd']);
    assert.ok(!unknown.text.includes(PASSWORD), 'a problem repeats a password');
  });

  test('takes passwords and names up to their limits', async () => {
    const limits = {name: '😀'.repeat(100), password: 'é'.repeat(128)};
    const email = new_email();
    assert.equal((await register(email, limits)).status, 201);
    assert.equal((await log_in(email, limits.password)).status, 200);
    assert.equal((await log_in(email, 'é'.repeat(127))).status, 401);
  });

  test('says the same of a wrong password and of an unknown e-mail', async () => {
    const ada = await sign_up();
    const wrong = await log_in(ada.email, 'a wrong password');
    const unknown = await log_in('unknown@example.com', PASSWORD);
    assert.deepEqual([wrong.status, unknown.status], [401, 401]);
    const told = ({body}) => ({...body, request_id: undefined});
    assert.deepEqual(told(wrong), told(unknown));
  });

  test('gets a new password, which ends what the old one began', async () => {
    const ada = await sign_up();
    const change = (body) => ada.call('POST', '/api/auth/password', {body});
    const NEXT = 'another horse battery';
    const wrong = await change({current_password: 'wrong', new_password: NEXT});
    assert.equal(wrong.status, 403);
    for (const new_password of ['short77', 'x'.repeat(129), null]) {
      assert.equal((await change({current_password: PASSWORD, new_password})).status, 422);
    }
    assert.ok(await is_let_in(ada));
    const done = await change({current_password: PASSWORD, new_password: NEXT});
    assert.equal(done.status, 204);
    assert.ok(!await is_let_in(ada), 'a token of before the change');
    assert.equal((await log_in(ada.email)).status, 401);
    const {status, body} = await log_in(ada.email, NEXT);
    assert.equal(status, 200);
    assert.ok(await is_let_in(nobody.with_token(body.access_token)));
  });

  test('is gone with all that was in it, and does not come back', async () => {
    const ada = await sign_up();
    const foreign = nobody.with_token(token_of(ada.user_id));
    await ada.expect(201, 'POST', '/api/tasks', {body: {title: 'gone soon'}});
    await ada.expect(204, 'DELETE', '/api/auth/me');
    for (const [method, path] of [['GET', '/api/auth/me'], ['GET', '/api/tasks'],
      ['GET', `/api/${ada.user_id}/tasks`], ['DELETE', '/api/auth/me']]) {
      await ada.expect(401, method, path);
      await foreign.expect(401, method, path);
    }
    await ada.expect(401, 'POST', '/api/tasks', {body: {title: 'back again?'}});
    assert.equal((await log_in(ada.email)).status, 401);

    // The e-mail is free again; who takes it is somebody else.
    const next = await sign_up(ada.email);
    assert.notEqual(next.user_id, ada.user_id);
    assert.deepEqual((await next.expect(200, 'GET', '/api/tasks')).body, []);
    assert.ok(!await is_let_in(ada));
  });

  test("is nobody else's", async () => {
    const ada = await sign_up();
    const eve = await sign_up();
    await ada.expect(201, 'POST', '/api/tasks', {body: {title: "Ada's"}});
    await eve.expect(403, 'GET', `/api/${ada.user_id}/tasks`);
    await eve.expect(404, 'GET', '/api/tasks/1');
    await eve.expect(204, 'DELETE', '/api/auth/me');
    assert.equal((await ada.expect(200, 'GET', '/api/tasks')).body.length, 1);
  });

  test('needs a token for all but making it and signing in', async () => {
    await nobody.expect(401, 'GET', '/api/auth/me');
    await nobody.expect(401, 'DELETE', '/api/auth/me');
    await nobody.expect(401, 'POST', '/api/auth/password',
                        {body: {current_password: PASSWORD, new_password: PASSWORD}});
  });
});

describe('a JWT', () => {
  const at = (seconds) => now_s() + seconds;

  test('of an unknown user makes that user', async () => {
    const ada = nobody.as(`auth0|${'x'.repeat(200)}`);
    const {body} = await ada.expect(201, 'POST', '/api/tasks', {body: {title: 'first'}});
    assert.deepEqual([body.userId, body.number], [ada.user_id, 1]);
    const me = (await ada.expect(200, 'GET', '/api/auth/me')).body;
    assert.deepEqual({...me, created_at: null},
                     {id: ada.user_id, name: null, email: null, created_at: null});
  });

  test('of a user who deletes everything stays refused', async () => {
    const ada = nobody.as('deleted-foreigner');
    await ada.expect(201, 'POST', '/api/tasks', {body: {title: 'first'}});
    await ada.expect(204, 'DELETE', '/api/auth/me');
    assert.ok(!await is_let_in(ada));
    assert.ok(!await is_let_in(nobody.as('deleted-foreigner', {iat: at(30)})));
  });

  test('of a user who has gone is refused before what it asks is looked at', async () => {
    const ada = nobody.as('gone-and-forgotten');
    const ask = (title) => ada.call('POST', '/api/tasks', {body: {title}});
    // On several connections, so that every thread has seen the account.
    const statuses_of = async (title) => {
      const answers = await Promise.all(Array.from({length: 16}, () => ask(title)));
      return [...new Set(answers.map(({status}) => status))];
    };
    assert.deepEqual(await statuses_of('a task'), [201]);
    assert.deepEqual(await statuses_of(''), [422]);
    await ada.expect(204, 'DELETE', '/api/auth/me');
    assert.deepEqual(await statuses_of(''), [401]);
  });

  // Made when its turn comes: a slow machine must not use up the leeway.
  const accepted = {
    'with the usual claims': () => ({}),
    'expired within the leeway': () => ({exp: at(-LEEWAY_S + 30)}),
    'not valid quite yet': () => ({nbf: at(LEEWAY_S - 30)}),
    'issued by a clock that is ahead': () => ({iat: at(LEEWAY_S - 30)}),
    'without iat': () => ({iat: undefined}),
    'with times that have a fraction': () => ({exp: at(100) + 0.5, iat: at(-1) + 0.25}),
    'with claims of others': () => (
      {email: 'x@example.com', roles: ['admin'], aud: 'any', iss: 'any'}),
    'with a sub of 255 characters': () => ({sub: '😀'.repeat(255)}),
  };
  for (const [name, claims] of Object.entries(accepted)) {
    test(`is let in ${name}`, async () => {
      assert.ok(await is_let_in(nobody.with_token(token_of('accepted', claims()))));
    });
  }

  const refused = {
    'expired': () => ({exp: at(-LEEWAY_S - 5)}),
    'expired long ago': () => ({exp: 1}),
    'without exp': () => ({exp: undefined}),
    'with an exp that is text': () => ({exp: String(at(100))}),
    'with an exp of null': () => ({exp: null}),
    'not valid yet': () => ({nbf: at(LEEWAY_S + 30)}),
    'issued in the future': () => ({iat: at(LEEWAY_S + 30)}),
    'with an nbf that is text': () => ({nbf: 'now'}),
    'without sub': () => ({sub: undefined}),
    'with an empty sub': () => ({sub: ''}),
    'with a sub that is a number': () => ({sub: 7}),
    'with a sub that is an array': () => ({sub: ['accepted']}),
    'with a sub of 256 characters': () => ({sub: 'x'.repeat(256)}),
  };
  for (const [name, claims] of Object.entries(refused)) {
    test(`is refused ${name}`, async () => {
      assert.ok(!await is_let_in(nobody.with_token(sign(claims_of('refused', claims())))));
    });
  }

  const {privateKey} = generateKeyPairSync('rsa', {modulusLength: 2048});

  /// A token signed with RSA, as an attacker makes one.
  const rsa_token = () => {
    const [head, payload] = sign(claims_of('refused'), {header: {alg: 'RS256'}}).split('.');
    const signature = sign_rsa('sha256', Buffer.from(`${head}.${payload}`), privateKey);
    return `${head}.${payload}.${signature.toString('base64url')}`;
  };

  /// Tokens that are wrong in their form or signature, each made of one that holds.
  const forged = (good) => {
    const [head, payload, signature] = good.split('.');
    const encode = (object) => Buffer.from(JSON.stringify(object)).toString('base64url');
    const other = encode({...read_claims(good), sub: 'somebody else'});
    const none = encode({alg: 'none', typ: 'JWT'});
    const header = (more) => sign(claims_of('refused'), {header: more});
    return {
      'alg none without a signature': `${none}.${payload}.`,
      'alg none with a signature': `${none}.${payload}.${signature}`,
      'alg None': `${encode({alg: 'None'})}.${payload}.`,
      'HS512': sign(claims_of('refused'), {header: {alg: 'HS512'}, hash: 'sha512'}),
      'HS384 under the name HS256': sign(claims_of('refused'), {hash: 'sha384'}),
      'RS256': rsa_token(),
      'no alg': header({typ: 'JWT'}),
      'an alg that is an array': header({alg: ['HS256']}),
      'an alg in lower case': header({alg: 'hs256'}),
      'an unknown crit': header({alg: 'HS256', crit: ['exp'], exp: 1}),
      'another secret': sign(claims_of('refused'), {secret: 'another secret of good length'}),
      'no secret': sign(claims_of('refused'), {secret: ''}),
      'the secret hashed': sign(claims_of('refused'), {
        secret: createHash('sha256').update(SECRET).digest(),
      }),
      'other claims': `${head}.${other}.${signature}`,
      'a signature cut short': good.slice(0, -4),
      'a signature with more': `${good}AAAA`,
      'no signature': `${head}.${payload}.`,
      'two parts': `${head}.${payload}`,
      'four parts': `${good}.${signature}`,
      'claims that are no object': sign('["refused"]'),
      'claims that are no JSON': sign('refused'),
      'claims that are named twice': sign(
          `{"sub": "a", "sub": "b", "exp": ${now_s() + 100}}`),
      'a header that is no JSON': sign(claims_of('refused'), {header: 'HS256'}),
      'nothing': '',
      'something else': 'todod',
    };
  };
  for (const [name, token] of Object.entries(forged(token_of('refused')))) {
    test(`is refused with ${name}`, async () => {
      assert.ok(!await is_let_in(nobody.with_token(token)));
    });
  }

  test('is refused with any one character changed in its signature', async () => {
    const good = token_of('refused');
    const start_of_signature = good.lastIndexOf('.') + 1;
    for (let i = start_of_signature; i < good.length - 1; i += 3) {
      const other = good[i] === 'A' ? 'B' : 'A';
      assert.ok(!await is_let_in(nobody.with_token(
          good.slice(0, i) + other + good.slice(i + 1))), `character ${i}`);
    }
    assert.ok(await is_let_in(nobody.with_token(good)));
  });

  test('comes after Bearer, in any case, and after nothing else', async () => {
    const token = token_of('scheme');
    const status_of = async (Authorization) =>
      (await nobody.call('GET', '/api/tasks', {headers: {Authorization}})).status;
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      assert.equal(await status_of(`${scheme} ${token}`), 200);
    }
    for (const value of [token, `Basic ${token}`, `Bearer${token}`, `Token ${token}`, 'Bearer',
      'Bearer ', `Bearer ${token} ${token}`]) {
      assert.equal(await status_of(value), 401, value.replaceAll(token, 'TOKEN'));
    }
    const in_query = await nobody.raw('GET', `/api/tasks?access_token=${token}`);
    assert.ok([401, 422].includes(in_query.status), 'a token in a URL');
  });
});

test('a token that was valid once is refused after it has expired', async () => {
  // Just within the leeway for long enough to be seen once.
  const ada = nobody.as('short-lived', {exp: now_s() - LEEWAY_S + 5});
  assert.ok(await is_let_in(ada));
  const deadline = Date.now() + 20_000;
  while (await is_let_in(ada)) {
    assert.ok(Date.now() < deadline, 'it never expires');
    await new Promise((done) => setTimeout(done, 200));
  }
});

describe('where it is configured', () => {
  test('issuer and audience must be the right ones', async () => {
    const strict = await start({env: {JWT_ISSUER: 'https://auth.example', JWT_AUDIENCE: 'todo'}});
    try {
      const anyone = await Client.of(strict);
      const good = {iss: 'https://auth.example', aud: 'todo'};
      const let_in = (claims) => is_let_in(anyone.as('ada', claims));
      assert.ok(await let_in(good));
      assert.ok(await let_in({...good, aud: ['other', 'todo']}));
      for (const wrong of [{iss: 'https://evil.example'}, {iss: undefined}, {aud: 'other'},
        {aud: undefined}, {aud: []}, {aud: ['other']}, {iss: 'https://auth.example/'}]) {
        assert.ok(!await let_in({...good, ...wrong}), JSON.stringify(wrong));
      }
    } finally {
      await strict.stop();
    }
  });

  test('a previous secret still verifies, and does not sign', async () => {
    const previous = 'the secret before this one and long enough';
    const rotated = await start({env: {AUTH_SECRET_PREVIOUS: `${previous},another one`}});
    try {
      const anyone = await Client.of(rotated);
      for (const [secret, expected] of [[SECRET, true], [previous, true], ['another one', true],
        ['no secret', false]]) {
        const client = anyone.with_token(sign(claims_of('ada'), {secret}));
        assert.equal(await is_let_in(client), expected, secret);
      }
      const body = {name: 'Ada', email: 'ada@example.com', password: PASSWORD};
      await anyone.expect(201, 'POST', '/api/auth/register', {body});
      const {access_token} = (await anyone.expect(200, 'POST', '/api/auth/login', {
        body: {email: body.email, password: PASSWORD},
      })).body;
      const claims = read_claims(access_token);
      assert.equal(access_token, sign(claims, {header: JSON.parse(Buffer.from(
          access_token.split('.')[0], 'base64url').toString())}));
    } finally {
      await rotated.stop();
    }
  });
});
