// The tokens of Auth.js (NextAuth 5), as its own library makes them.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {encode} from '@auth/core/jwt';

import {Client} from './support/client.mjs';
import {SECRET, start} from './support/server.mjs';

const PREVIOUS = 'a secret that was used before this one';
const SALT = 'authjs.session-token';
const HOUR_S = 3600;

let server;
let nobody;

before(async () => {
  server = await start({env: {AUTH_SECRET_PREVIOUS: PREVIOUS, LOG_LEVEL: 'DEBUG'}});
  nobody = await Client.of(server);
});
after(() => server.stop());

const token_of = (claims, {secret = SECRET, salt = SALT, maxAge = HOUR_S} = {}) =>
  encode({token: typeof claims === 'string' ? {sub: claims} : claims, secret, salt, maxAge});

async function refuse(token, why) {
  const {headers} = await nobody.with_token(token).expect(401, 'GET', '/api/tasks');
  assert.match(headers.get('www-authenticate'), /^Bearer .*error="invalid_token"/, why);
}

test('a token lets its user in, under either secret, of either cookie', async () => {
  for (const secret of [SECRET, PREVIOUS]) {
    for (const salt of [SALT, `__Secure-${SALT}`]) {
      const claims = {sub: 'ann', name: 'Ann', email: 'ann@example.com', picture: null};
      const ann = nobody.with_token(await token_of(claims, {secret, salt}));
      await ann.expect(201, 'POST', '/api/ann/tasks', {body: {title: 'milk'}});
      await ann.expect(403, 'GET', '/api/bob/tasks');
    }
  }
  const {body} = await nobody.as('ann').expect(200, 'GET', '/api/ann/tasks');
  assert.equal(body.length, 4);
});

test('a token of another secret or cookie is refused', async () => {
  await refuse(await token_of('ann', {secret: `${SECRET}x`}));
  await refuse(await token_of('ann', {salt: 'next-auth.session-token'}));
  await refuse(await token_of('ann', {salt: ''}));
});

test('claims are checked as those of a JWT', async () => {
  await nobody.with_token(await token_of('x'.repeat(255))).expect(200, 'GET', '/api/tasks');
  await refuse(await token_of('x'.repeat(256)), 'too long');
  await refuse(await token_of({name: 'Ann'}), 'no sub');
  await refuse(await token_of({sub: ''}), 'empty');
  await refuse(await token_of({sub: 7}), 'no string');
  await refuse(await token_of('ann', {maxAge: -61}), 'expired');
  await nobody.with_token(await token_of('ann', {maxAge: -30})).expect(200, 'GET', '/api/tasks');
  const later = Math.floor(Date.now() / 1000) + 3600;
  await refuse(await token_of({sub: 'ann', nbf: later}), 'not yet');
});

test('a token that was tampered with is refused', async () => {
  const good = await token_of('ann');
  const parts = good.split('.');
  assert.equal(parts.length, 5);
  const flip = (text) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
  for (const index of [0, 2, 3, 4]) {
    await refuse(parts.with(index, flip(parts[index])).join('.'), `part ${index}`);
    await refuse(parts.with(index, '').join('.'), `no part ${index}`);
    await refuse(parts.with(index, `${parts[index]}=`).join('.'), `padded part ${index}`);
  }
  await refuse(parts.with(1, 'AAAA').join('.'), 'a key');
  for (const bad of [`${good}.`, `.${good}`, `${good}.AAAA`, `${good}x`, '....', '.....']) {
    await refuse(bad, bad);
  }
  const other = (await token_of('bob')).split('.');
  await refuse(parts.with(3, other[3]).join('.'), "another's text");
  await nobody.with_token(good).expect(200, 'GET', '/api/tasks');
});

test('another algorithm is refused, and so is what is too long', async () => {
  const parts = (await token_of('ann')).split('.');
  const header = JSON.parse(Buffer.from(parts[0], 'base64url'));
  for (const change of [{alg: 'none'}, {alg: 'A256KW'}, {enc: 'A256GCM'}, {zip: 'DEF'},
                        {crit: ['exp']}]) {
    const encoded = Buffer.from(JSON.stringify({...header, ...change})).toString('base64url');
    await refuse(parts.with(0, encoded).join('.'), JSON.stringify(change));
  }
  const large = await token_of({sub: 'ann', access_token: 'x'.repeat(8000)});
  await nobody.with_token(large).expect(200, 'GET', '/api/tasks');
  await refuse(await token_of({sub: 'ann', access_token: 'x'.repeat(9500)}), 'too long');
});

test('the cookie may have another name', async () => {
  const named = await start({env: {NEXTAUTH_SALT: 'our.session'}});
  try {
    const client = await Client.of(named);
    for (const salt of ['our.session', '__Secure-our.session']) {
      await client.with_token(await token_of('ann', {salt})).expect(200, 'GET', '/api/tasks');
    }
    await client.with_token(await token_of('ann')).expect(401, 'GET', '/api/tasks');
  } finally {
    await named.stop();
  }
});

test('a changed password and a deleted account end it', async () => {
  const account = {name: 'Cat', email: 'cat@example.com', password: 'correct horse battery'};
  const {body: made} = await nobody.expect(201, 'POST', '/api/auth/register', {body: account});
  const cat = nobody.with_token(await token_of(made.id));
  await cat.expect(200, 'GET', '/api/tasks');
  await cat.expect(204, 'POST', '/api/auth/password',
                   {body: {current_password: account.password, new_password: 'another horse'}});
  await cat.expect(401, 'GET', '/api/tasks');
  const bob = nobody.with_token(await token_of('bob'));
  await bob.expect(200, 'GET', '/api/tasks');
  await bob.expect(204, 'DELETE', '/api/auth/me');
  await bob.expect(401, 'GET', '/api/tasks');
});

test('no token is in the log', async () => {
  const token = await token_of('ann');
  await nobody.with_token(token).expect(200, 'GET', '/api/tasks');
  await refuse(`${token}x`);
  for (const part of token.split('.').filter(Boolean)) assert.ok(!server.log.includes(part));
});
