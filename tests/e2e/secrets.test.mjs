// That the suite would notice if a secret were shown: each way to show one is tried here.
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {Client} from './support/client.mjs';
import {is_repetition} from './support/database.mjs';
import {Secrets, secrets} from './support/secrets.mjs';
import {make_folder, remove_folder, run, start} from './support/server.mjs';

/// The name of the secret is in the message, and the secret is not.
function names(name, value) {
  return (error) => {
    assert.equal(error.code, 'ERR_ASSERTION', error.stack);
    assert.match(error.message, name);
    assert.ok(!error.message.includes(value), 'the secret itself is in the message');
    return true;
  };
}

describe('secrets', {skip: is_repetition}, () => {
  test('are found in any text, as they are and encoded', () => {
    const all = new Secrets();
    all.add('A', 'correct horse/"battery"');
    for (const text of ['correct horse/"battery"', 'x correct%20horse%2F%22battery%22 x',
      'correct+horse/"battery"', '"correct horse/\\"battery\\""']) {
      assert.equal(all.find(text), 'A', text);
    }
    for (const text of ['', 'correct', 'correct horse', 'Correct horse/"battery"']) {
      assert.equal(all.find(text), undefined, text);
    }
  });

  test('that are short are left out: they may stand anywhere', () => {
    const all = new Secrets();
    for (const value of ['', 'short', '1234567', undefined, 12345678]) all.add('A', value);
    assert.equal(all.find('short 1234567 12345678'), undefined);
  });

  test('of a JWT are also its signature alone', () => {
    const all = new Secrets();
    all.add('A', 'eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl');
    assert.equal(all.find('signed c2lnbmF0dXJl'), 'A');
    assert.equal(all.find('eyJhbGciOi.eyJzdWIiOi'), undefined);
  });

  test('are taken from the environment, files and URLs', () => {
    const folder = make_folder();
    writeFileSync(join(folder, 'key'), 'secret in a file\n');
    const all = new Secrets();
    all.add_environment({
      AUTH_SECRET: 'secret number one', AUTH_SECRET_PREVIOUS: 'an older one,an even older one',
      SERVICE_AUTH_TOKEN: 'token of a service', OPENAI_API_KEY: 'key-of-a-model',
      ENCRYPTION_KEY_FILE: 'key', JWT_SECRET_KEY_FILE: 'missing', APP_NAME: 'the name of it',
      DATABASE_URL: 'postgresql://user:p%40ssword-of-it@host:5432/database',
      REDIS_URL: 'redis://:password-of-redis@host', JWKS_URL: 'https://issuer.example.com/keys',
      SESSION_TOKEN: 'how it is kept', JWT_SECRET_KEY: 'secret of the JWTs',
    }, folder);
    all.add_dotenv('# no\nAPP_NAME=plainly-said\nexport BETTER_AUTH_SECRET="of a file"\n', folder);
    remove_folder(folder);
    const found = {
      'secret number one': 'AUTH_SECRET', 'an older one': 'AUTH_SECRET_PREVIOUS',
      'an even older one': 'AUTH_SECRET_PREVIOUS', 'token of a service': 'SERVICE_AUTH_TOKEN',
      'key-of-a-model': 'OPENAI_API_KEY', 'secret in a file': 'ENCRYPTION_KEY_FILE',
      'p@ssword-of-it': "DATABASE_URL's password", 'p%40ssword-of-it': "DATABASE_URL's password",
      'password-of-redis': "REDIS_URL's password", 'of a file': 'BETTER_AUTH_SECRET',
      'the name of it': undefined, 'plainly-said': undefined, 'issuer.example.com': undefined,
      'how it is kept': undefined, 'secret of the JWTs': 'JWT_SECRET_KEY',
    };
    for (const [text, name] of Object.entries(found)) assert.equal(all.find(text), name, text);
  });

  test('are taken from what is sent and what comes back', () => {
    const all = new Secrets();
    all.add_sent('a call', {'authorization': 'Bearer of-a-header', 'X-Request-ID': 'id-of-a-call',
      'Cookie': 'session=of-a-cookie.signature-of-it; other=one-more-of-it'},
                 {password: 'of-a-password', title: 'of-a-title', keys: [{apiKey: 'of-a-key'}]});
    all.add_given('a call', {access_token: 'of-an-answer', token_type: 'bearer-of-it'},
                  new Headers([['Set-Cookie', 'a=cookie-of-an-answer; Path=/its-path-alone'],
                    ['Set-Cookie', 'b=head-of-a-jwt.claims-of-a-jwt.signature-of-a-jwt'],
                    ['ETag', 'tag-for-everybody']]));
    for (const text of ['of-a-header', 'of-a-cookie', 'signature-of-it', 'one-more-of-it',
      'of-a-password', 'of-a-key', 'of-an-answer', 'cookie-of-an-answer', 'signature-of-a-jwt',
      'head-of-a-jwt.claims-of-a-jwt.signature-of-a-jwt']) {
      assert.match(all.find(text) ?? '', /a call$/, text);
    }
    for (const text of ['id-of-a-call', 'of-a-title', 'bearer-of-it', 'its-path-alone',
      'head-of-a-jwt', 'tag-for-everybody']) {
      assert.equal(all.find(text), undefined, text);
    }
  });
});

describe('a secret fails the test', {skip: is_repetition}, () => {
  /// Todod logs paths; a secret that is put there is in the log.
  const leak = (client, token) => client.with_token(token).raw('GET', `/${token}`);

  test('when it is in the log', async () => {
    const server = await start();
    await leak(await Client.of(server), 'leaked-to-the-log');
    await assert.rejects(server.stop(),
                         names(/the log: Authorization of a GET/, 'leaked-to-the-log'));
  });

  test('when it is in LOG_FILE, also where that was moved away', async () => {
    for (const name of ['todod.log', 'todod.log.1']) {
      const folder = make_folder();
      const server = await start({folder, env: {LOG_FILE: 'todod.log'}});
      secrets.add('a test of a file', 'leaked-to-a-file');
      writeFileSync(join(folder, name), 'it is: leaked-to-a-file');
      await assert.rejects(server.stop(), names(/file todod.*: a test of/, 'leaked-to-a-file'));
      remove_folder(folder);
    }
  });

  test('when a command prints it', async () => {
    const env = {APP_NAME: 'a name that is a secret', AUTH_SECRET: 'a name that is a secret'};
    await assert.rejects(run(['config'], {env}), names(/AUTH_SECRET/, env.AUTH_SECRET));
  });

  describe('that another server gives away', () => {
    let url;
    let stub;

    /// A server that tells whoever asks what they have sent.
    before(async () => {
      stub = createServer((request, response) => {
        const told = JSON.stringify({detail: request.headers.authorization ?? 'leaked-to-metrics'});
        response.writeHead(request.url === '/metrics' ? 200 : 403, {
          'Content-Type': 'application/problem+json', 'X-Request-ID': '1',
          'X-Content-Type-Options': 'nosniff', 'X-Frame-Options': 'DENY',
          'Referrer-Policy': 'no-referrer',
        });
        response.end(told);
      });
      await new Promise((done) => stub.listen(0, '127.0.0.1', done));
      url = `http://127.0.0.1:${stub.address().port}`;
    });
    after(() => stub.close());

    test("in an error's body", async () => {
      const client = new Client(url, undefined, 'leaked-to-a-body');
      await assert.rejects(client.raw('GET', '/api/tasks'),
                           names(/the 403 of GET \/api\/tasks: Auth/, 'leaked-to-a-body'));
    });

    test('among its metrics', async () => {
      const all = new Secrets();
      await all.check_metrics(url);
      all.add('something', 'leaked-to-metrics');
      await assert.rejects(all.check_metrics(url), names(/metrics: some/, 'leaked-to-metrics'));
    });

    test('unless it has gone', async () => {
      await new Secrets().check_metrics('http://127.0.0.1:1');
    });
  });
});
