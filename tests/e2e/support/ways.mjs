// Every way in. To import this starts a todod that has them all, and an authorisation server;
// stop() ends both.
import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';

import {SignJWT} from 'jose';

import {add_account_like} from './accounts.mjs';
import {AuthorizationServer} from './authorization_server.mjs';
import {cookie_of, with_cookie} from './browser.mjs';
import {Client} from './client.mjs';
import {execute, WAIT} from './database.mjs';
import {session_token_of} from './jwe.mjs';
import {claims_of, now_s, read_claims, sign, token_of} from './jwt.mjs';
import {start} from './server.mjs';
import {close_session, hash_of, open_session} from './sessions.mjs';

const SERVICE_TOKEN = 'token-of-a-service-that-may-do-all';
const SESSION_SECRET = 'a secret that the auth server has as well';
export const PASSWORD = 'correct horse battery';
const HOUR_S = 3600;

const ALL_SCOPES = ['read', 'write', 'delete'];

export const keys = await AuthorizationServer.start();
const key_of = {};
for (const alg of ['EdDSA', 'ES256', 'RS256']) key_of[alg] = await keys.add(`our ${alg} key`, alg);
export const server = await start({env: {
  SERVICE_AUTH_TOKEN: SERVICE_TOKEN, JWKS_URL: keys.url,
  SESSION_HASH_SECRET: SESSION_SECRET,
  ENCRYPTION_KEY: `${randomBytes(32).toString('base64url')}=`,
}});
export const nobody = await Client.of(server);

export async function stop() {
  await server.stop();
  await keys.go();
}

let people = 0;
export const new_name = () => `person-${people += 1}`;

/// A service that speaks for the user: it may do all that the user may.
export const speaking_for = (user_id, token = SERVICE_TOKEN) =>
  nobody.with_headers({'X-Service-Auth': token, ...user_id && {'X-User-ID': user_id}});

export const known_as = (client, more) => Object.assign(client, more);

let pattern;

/// An account like one that has registered, which nobody else is given.
export async function register() {
  pattern ??= nobody.expect(201, 'POST', '/api/auth/register', {
    body: {name: 'Ada', email: 'pattern@example.com', password: PASSWORD},
  });
  const {body: {id}} = await pattern;
  const email = `${new_name()}@example.com`;
  return {user_id: add_account_like(server.folder, id, email), email, password: PASSWORD};
}

const signed_in = new Map();

/// What somebody new who signs in by `path` is given, which `read` finds in the answer: the first
/// has signed in, and those after it have the same of their own.
async function sign_in(path, read) {
  const {user_id, email, password} = await register();
  const known = signed_in.get(path);
  if (known !== undefined) return {user_id, token: sign({...known, sub: user_id})};
  const token = read(await nobody.expect(200, 'POST', path, {body: {email, password}}));
  const claims = read_claims(token);
  assert.equal(sign(claims), token);
  signed_in.set(path, claims);
  return {user_id, token};
}

/// What no bearer token is, whoever it is of.
const tampered = (token) => token.slice(0, -8) + (token.endsWith('A') ? 'BBBBBBBB' : 'AAAAAAAA');

/// Every set of scopes but the empty one.
const SCOPE_SETS = [1, 2, 3, 4, 5, 6, 7].map((set) => ALL_SCOPES.filter((_, i) => set & (1 << i)));

async function make_token(user_id, scopes) {
  const name = new_name();
  const {body} = await speaking_for(user_id).expect(201, 'POST', '/api/auth/tokens',
                                                    {body: {name, scopes}});
  return body;
}

/// One of todod's own tokens with these scopes, and no others.
const by_token = (scopes) => ({
  name: `a token of todod's to ${scopes.join(' and ')}`, scopes,
  enter: async () => {
    const user_id = new_name();
    const {token} = await make_token(user_id, scopes);
    return known_as(nobody.with_token(token), {user_id, scopes});
  },
  refused: async ({user_id, token}) => {
    const expired = await make_token(user_id, scopes);
    execute(server.folder,
            `${WAIT}UPDATE tokens SET expires_at = created_at WHERE name = '${expired.name}'`);
    const revoked = await make_token(user_id, scopes);
    await speaking_for(user_id).expect(204, 'DELETE', `/api/auth/tokens/${revoked.id}`);
    return {
      'expired': nobody.with_token(expired.token),
      'revoked': nobody.with_token(revoked.token),
      'tampered with': nobody.with_token(tampered(token)),
      'with nothing after tdd_': nobody.with_token('tdd_'),
      'its id': nobody.with_token(`tdd_${expired.id}`),
    };
  },
});

/// A JWT that is signed with a key that its issuer publishes.
const by_published_key = ({alg, kid, privateKey}) => {
  const token_for = (user_id, more = {}) => new SignJWT(claims_of(user_id, more))
    .setProtectedHeader({alg, kid}).sign(privateKey);
  return {
    name: `a JWT of a published key (${alg})`,
    enter: async () => {
      const user_id = new_name();
      return known_as(nobody.with_token(await token_for(user_id)), {user_id});
    },
    refused: async ({user_id, token}) => {
      const [, claims] = (await token_for(user_id, {admin: true})).split('.');
      const [head, , signature] = token.split('.');
      return {
        'expired': nobody.with_token(await token_for(user_id, {exp: now_s() - HOUR_S})),
        'with other claims': nobody.with_token([head, claims, signature].join('.')),
        'tampered with': nobody.with_token(tampered(token)),
        'signed with the secret': nobody.with_token(
            sign(claims_of(user_id), {header: {alg, kid}})),
      };
    },
  };
};

/// The ways in: `enter` gives somebody new who has come in by it, and `refused` the credentials of
/// that user which are not let in: {name: client}, or [client, status] where it is not 401. Who has
/// a password may change it; who has `scopes` has no others.
export const WAYS = [
  {
    name: "todod's own JWT", has_password: true,
    enter: async () => {
      const {user_id, token} = await sign_in('/api/auth/login', ({body}) => body.access_token);
      return known_as(nobody.with_token(token), {user_id});
    },
    refused: ({user_id, token}) => ({
      'expired': nobody.as(user_id, {iat: now_s() - 2 * HOUR_S, exp: now_s() - HOUR_S}),
      'tampered with': nobody.with_token(tampered(token)),
      'cut short': nobody.with_token(token.slice(0, token.lastIndexOf('.'))),
    }),
  },
  {
    name: "the cookie of todod's own page", has_password: true,
    enter: async () => {
      const {user_id, token} = await sign_in('/api/auth/session', (answer) =>
        cookie_of(answer).value);
      return known_as(with_cookie(nobody, token), {user_id, session: token});
    },
    refused: ({user_id, session}) => {
      const from = (site) => [with_cookie(nobody, session, {'Sec-Fetch-Site': site}), 403];
      const past = {gen: 0, iat: now_s() - 2 * HOUR_S, exp: now_s() - HOUR_S};
      return {
        'expired': with_cookie(nobody, token_of(user_id, past)),
        'of another secret': with_cookie(nobody, sign(claims_of(user_id), {secret: 'another'})),
        'tampered with': with_cookie(nobody, tampered(session)),
        'two of them': with_cookie(nobody, `${session}; todod_session=${session}`),
        'of another name': nobody.with_headers({Cookie: `session=${session}`}),
        'sent by a page of another site': from('cross-site'),
        'sent by a page of the same site': from('same-site'),
      };
    },
  },
  {
    name: 'a JWT of another issuer',
    enter: () => nobody.as(new_name(), {iss: 'https://auth.example', aud: 'tasks'}),
    refused: ({user_id, token}) => ({
      'expired': nobody.as(user_id, {exp: now_s() - HOUR_S}),
      'not valid yet': nobody.as(user_id, {nbf: now_s() + HOUR_S}),
      'of another secret': nobody.with_token(sign(claims_of(user_id), {secret: 'another secret'})),
      'of no algorithm': nobody.with_token(sign(claims_of(user_id), {header: {alg: 'none'}})),
      'tampered with': nobody.with_token(tampered(token)),
    }),
  },
  {
    name: 'a session of NextAuth',
    enter: () => {
      const user_id = new_name();
      return known_as(nobody.with_token(session_token_of(user_id)), {user_id});
    },
    refused: ({user_id, token}) => ({
      'expired': nobody.with_token(session_token_of(user_id, {exp: now_s() - HOUR_S})),
      'of another secret': nobody.with_token(
          session_token_of(user_id, {}, {secret: 'another secret'})),
      'of another cookie': nobody.with_token(session_token_of(user_id, {}, {salt: 'another'})),
      'tampered with': nobody.with_token(tampered(token)),
    }),
  },
  {
    name: 'a session of an auth server',
    enter: () => {
      const user_id = new_name();
      const token = open_session(server.folder, user_id, {secret: SESSION_SECRET});
      return known_as(nobody.with_token(token), {user_id});
    },
    refused: ({user_id, token}) => {
      const open = (more) =>
        open_session(server.folder, user_id, {secret: SESSION_SECRET, ...more});
      const closed = open();
      close_session(server.folder, closed, SESSION_SECRET);
      return {
        'expired': nobody.with_token(open({lifetime_ms: -1000})),
        'closed': nobody.with_token(closed),
        'of another secret': nobody.with_token(open({secret: 'another secret'})),
        'its hash': nobody.with_token(hash_of(token, SESSION_SECRET)),
        'tampered with': nobody.with_token(tampered(token)),
      };
    },
  },
  ...Object.values(key_of).map(by_published_key),
  ...SCOPE_SETS.map(by_token),
  {
    name: 'another service',
    enter: () => {
      const user_id = new_name();
      return known_as(speaking_for(user_id), {user_id});
    },
    refused: ({user_id}) => ({
      'with another token': speaking_for(user_id, 'token-of-a-service-that-is-unknown'),
      'with no token': speaking_for(user_id, ''),
      'for nobody': [speaking_for(undefined), 400],
      'with another token, and a JWT that holds': known_as(
          speaking_for(user_id, 'unknown'), {token: token_of(user_id)}),
    }),
  },
];
