// Every secret is replaced, step by step, while somebody asks all the time (docs/secrets.md).
import assert from 'node:assert/strict';
import {createHmac, randomBytes} from 'node:crypto';
import {after, before, test} from 'node:test';

import {Client} from './support/client.mjs';
import {execute} from './support/database.mjs';
import {new_fernet_key} from './support/fernet.mjs';
import {claims_of, sign} from './support/jwt.mjs';
import {make_folder, remove_folder, start} from './support/server.mjs';

const some = () => randomBytes(8).toString('hex');
const made = (what) => ({old: `${what} in use until now ${some()}`,
                         new: `${what} to come after that one ${some()}`});
const jwt = made('secret of tokens');
const service = made('token of a service');
const session = made('secret of the auth server');
const seal = {old: new_fernet_key(), new: new_fernet_key()};

/// What todod is configured with, step by step.
const STEPS = [
  {AUTH_SECRET: jwt.old, AUTH_SECRET_PREVIOUS: undefined, SERVICE_AUTH_TOKEN: service.old,
   SESSION_HASH_SECRET: session.old, ENCRYPTION_KEY: seal.old},
  {AUTH_SECRET: jwt.old, AUTH_SECRET_PREVIOUS: jwt.new,
   SERVICE_AUTH_TOKEN: `${service.old},${service.new}`,
   SESSION_HASH_SECRET: `${session.old},${session.new}`, ENCRYPTION_KEY: `${seal.old},${seal.new}`},
  {AUTH_SECRET: jwt.new, AUTH_SECRET_PREVIOUS: jwt.old,
   SERVICE_AUTH_TOKEN: `${service.old},${service.new}`,
   SESSION_HASH_SECRET: `${session.old},${session.new}`, ENCRYPTION_KEY: `${seal.new},${seal.old}`},
  {AUTH_SECRET: jwt.new, AUTH_SECRET_PREVIOUS: undefined, SERVICE_AUTH_TOKEN: service.new,
   SESSION_HASH_SECRET: session.new, ENCRYPTION_KEY: seal.new},
];

/// The steps at which a credential that was made with the old or the new secret is accepted.
const ACCEPTED = {old: [0, 1, 2], new: [1, 2, 3]};

let folder;

before(() => { folder = make_folder(); });
after(() => remove_folder(folder));

/// Keeps a session of Ada's, as an auth server with this secret does; gives its token.
function sign_in(secret) {
  const token = randomBytes(24).toString('base64url');
  const kept = createHmac('sha256', secret).update(token).digest('hex');
  execute(folder, 'INSERT INTO user_sessions (token, user_id, expires_at)'
    + ` VALUES ('${kept}', 'ada', '${new Date(Date.now() + 3600_000).toISOString()}')`);
  return token;
}

/// Headers by the way in and the age of its secret.
function make_credentials() {
  const bearer = (token) => ({Authorization: `Bearer ${token}`});
  return Object.fromEntries(['old', 'new'].map((age) => [age, {
    jwt: bearer(sign(claims_of('ada'), {secret: jwt[age]})),
    service: {'X-Service-Auth': service[age], 'X-User-ID': 'ada'},
    session: bearer(sign_in(session[age])),
  }]));
}

test('what was accepted is accepted for as long as it is said to be, and no longer', async () => {
  let credentials;
  const body = {apiKey: `sk-${randomBytes(20).toString('hex')}`};
  for (const [step, env] of STEPS.entries()) {
    const server = await start({folder, env});
    const nobody = await Client.of(server);
    credentials ??= make_credentials();
    for (const [age, ways] of Object.entries(credentials)) {
      const status = ACCEPTED[age].includes(step) ? 200 : 401;
      for (const [way, headers] of Object.entries(ways)) {
        const {status: got} = await nobody.call('GET', '/api/tasks', {headers});
        assert.equal(got, status, `a ${age} ${way} at step ${step}`);
      }
    }
    // A sealed key is given once more while both keys are there: what the new one sealed stays.
    const headers = credentials[step < 2 ? 'old' : 'new'].jwt;
    if (step === 0 || step === 2) {
      await nobody.expect(200, 'PUT', '/api/api-keys/openai', {headers, body});
    }
    const {body: [kept]} = await nobody.expect(200, 'GET', '/api/api-keys', {headers});
    assert.equal(kept.provider, 'openai');
    await server.stop();
  }
});

test('nobody is refused while one process after the other is given the next secrets', async () => {
  const [, accepted, used] = STEPS;
  const own = make_folder();
  const servers = [];
  for (const env of [accepted, accepted]) servers.push(await start({folder: own, env}));
  const nobody = await Client.of(servers[0]);
  const token = (secret) => nobody.with_token(sign(claims_of('bob'), {secret}));
  const refused = [];
  let is_over = false;
  let asked = 0;
  const ask = async () => {
    while (!is_over) {
      for (const secret of [jwt.old, jwt.new]) {
        for (const {url} of servers) {
          const headers = {Authorization: `Bearer ${token(secret).token}`};
          const answer = await fetch(`${url}/api/tasks`, {headers}).catch(() => undefined);
          asked += 1;
          // One that is being started anew is not asked by a load balancer either.
          if (answer !== undefined && answer.status !== 200) refused.push(answer.status);
          await answer?.arrayBuffer();
        }
      }
    }
  };
  const asking = ask();
  for (const i of [0, 1]) {
    const next = await start({folder: own, env: used});
    const [before_it] = servers.splice(i, 1, next);
    await before_it.stop();
  }
  const enough = asked + 20;
  while (asked < enough) await new Promise((done) => setTimeout(done, 5));
  is_over = true;
  await asking;
  assert.deepEqual(refused, []);
  await Promise.all(servers.map((server) => server.stop()));
  remove_folder(own);
});
