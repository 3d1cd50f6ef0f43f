// Users' own API keys: sealed at rest, checked with their provider, and never told again.
import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {after, before, describe, test} from 'node:test';

import {Client, faults_of} from './support/client.mjs';
import {execute} from './support/database.mjs';
import {has_cryptography, new_fernet_key, with_python} from './support/fernet.mjs';
import {Provider} from './support/provider.mjs';
import {free_port, make_folder, remove_folder, run, start} from './support/server.mjs';
import {INSTANT} from './support/surfaces.mjs';

const ENCRYPTION_KEY = new_fernet_key();
const OLDER_KEY = new_fernet_key();

/// Every key of every test: none may be seen in an answer or a log.
const secrets = [];

function new_key() {
  secrets.push(`sk-${randomBytes(20).toString('hex')}`);
  return secrets.at(-1);
}

function check_secrecy(text) {
  for (const secret of [...secrets, ENCRYPTION_KEY, OLDER_KEY]) {
    assert.ok(!text.includes(secret), `a key is told: ${text.slice(0, 2000)}`);
  }
}

let provider;
let server;
let nobody;
let people = 0;

before(async () => {
  provider = await new Provider().listen();
  server = await start({
    env: {ENCRYPTION_KEY, LOG_LEVEL: 'DEBUG'},
  });
  nobody = await Client.of(server);
});
after(async () => {
  provider.close();
  await server.stop();
  check_secrecy(server.log);
});

/// Somebody new: {list, put, validate, remove}, each with the status that is expected.
function somebody(client = nobody, user_id = `user-${people += 1}`) {
  const user = client.as(user_id);
  const ask = async (status, method, path, options) => {
    const answer = await user.expect(status, method, `/api/api-keys${path}`, options);
    check_secrecy(answer.text);
    return answer;
  };
  return {
    user_id,
    list: async () => (await ask(200, 'GET', '')).body,
    put: async (name, body, status = 200) => ask(status, 'PUT', `/${name}`, {body}),
    validate: async (name, status = 200) => ask(status, 'POST', `/${name}/validate`),
    remove: async (name, status = 204) => ask(status, 'DELETE', `/${name}`),
    leave: async () => user.expect(204, 'DELETE', '/api/auth/me'),
    ask,
  };
}

const where = (user_id, name = 'openai') =>
  `WHERE user_id = '${user_id}' AND provider = '${name}'`;
const sealed_key_of = (folder, user_id, name) =>
  execute(folder, `SELECT sealed_key FROM api_keys ${where(user_id, name)}`).trim();

describe('a key', () => {
  test('is set, listed, replaced and deleted', async () => {
    const ada = somebody();
    assert.deepEqual(await ada.list(), []);
    const key = new_key();
    const {body: made} = await ada.put('openai', {apiKey: key});
    const {createdAt, updatedAt, ...rest} = made;
    assert.match(createdAt, INSTANT);
    assert.equal(updatedAt, createdAt);
    assert.deepEqual(rest, {
      provider: 'openai', maskedKey: `****${key.slice(-4)}`, baseUrl: null, model: null,
      valid: null, lastValidatedAt: null,
    });
    assert.deepEqual(await ada.list(), [made]);

    const next = new_key();
    const {body: replaced} = await ada.put('openai', {api_key: next, model: 'gpt-4o-mini'});
    assert.equal(replaced.maskedKey, `****${next.slice(-4)}`);
    assert.equal(replaced.model, 'gpt-4o-mini');
    assert.equal(replaced.createdAt, createdAt);
    await ada.put('gemini', {apiKey: new_key()});
    assert.deepEqual((await ada.list()).map(({provider: name}) => name), ['gemini', 'openai']);

    await ada.remove('openai');
    await ada.remove('openai', 404);
    assert.deepEqual((await ada.list()).map(({provider: name}) => name), ['gemini']);
  });

  test('shows nothing of itself when it is short', async () => {
    const {body} = await somebody().put('openai', {apiKey: 'short'});
    assert.equal(body.maskedKey, '****');
  });

  test('is its user\'s alone, and goes with the account', async () => {
    const [ada, bob] = [somebody(), somebody()];
    await ada.put('openai', {apiKey: new_key()});
    assert.deepEqual(await bob.list(), []);
    await bob.validate('openai', 404);
    await bob.remove('openai', 404);
    assert.equal((await ada.list()).length, 1);
    await nobody.expect(401, 'GET', '/api/api-keys');
    await ada.leave();
    const left = execute(server.folder, `SELECT * FROM api_keys WHERE user_id = '${ada.user_id}'`);
    assert.equal(left.trim(), '');
  });

  test('lies sealed in the database', async () => {
    const ada = somebody();
    const key = new_key();
    await ada.put('openai', {apiKey: key});
    const row = execute(server.folder, `SELECT * FROM api_keys ${where(ada.user_id)}`);
    check_secrecy(row);
    assert.match(sealed_key_of(server.folder, ada.user_id), /^gAAAAA[\w-]+=*$/);
  });

  test('is refused with a word on what is wrong with it', async () => {
    const ada = somebody();
    const apiKey = new_key();
    const bad = [
      ['openai', {}, ['body.api_key']],
      ['openai', {apiKey: ''}, ['body.apiKey']],
      ['openai', {apiKey: 7}, ['body.apiKey']],
      ['openai', {apiKey: `${apiKey} and more`}, ['body.apiKey']],
      ['openai', {apiKey: `${apiKey}\r\nX-More: yes`}, ['body.apiKey']],
      ['openai', {apiKey: `${apiKey}ü`}, ['body.apiKey']],
      ['openai', {apiKey: apiKey.repeat(100)}, ['body.apiKey']],
      ['openai', {apiKey, key: apiKey}, ['body.key']],
      ['openai', {apiKey, baseUrl: 'https://elsewhere.example'}, ['body.baseUrl']],
      ['custom', {apiKey}, ['body.base_url']],
      ['custom', {apiKey, baseUrl: 'elsewhere.example'}, ['body.baseUrl']],
      ['custom', {apiKey, baseUrl: 'file:///etc/passwd'}, ['body.baseUrl']],
      ['custom', {apiKey, baseUrl: `http://ada:${apiKey}@elsewhere.example`}, ['body.baseUrl']],
      ['cohere', {apiKey}, ['path.provider']],
    ];
    for (const [name, body, faults] of bad) {
      assert.deepEqual(faults_of(await ada.put(name, body, 422)), faults, JSON.stringify(body));
    }
    for (const call of ['validate', 'remove']) {
      assert.deepEqual(faults_of(await ada[call]('cohere', 422)), ['path.provider']);
    }
    assert.deepEqual(await ada.list(), []);
  });
});

describe('a key is validated', () => {
  test('by asking its provider', async () => {
    const ada = somebody();
    const key = new_key();
    const baseUrl = `${provider.url}/`;
    await ada.put('custom', {apiKey: key, baseUrl, model: 'a-model'});
    provider.seen = [];
    provider.taken.add(key);
    const {body: good} = await ada.validate('custom');
    assert.equal(good.valid, true);
    assert.match(good.lastValidatedAt, INSTANT);
    const [asked] = provider.seen;
    assert.equal(`${asked.method} ${asked.url}`, 'GET /v1/models');
    assert.equal(asked.headers.authorization, `Bearer ${key}`);
    provider.taken.delete(key);
    const {body: bad} = await ada.validate('custom');
    assert.equal(bad.valid, false);
    assert.equal((await ada.list())[0].valid, false);
    const {body: again} = await ada.put('custom', {apiKey: new_key(), baseUrl});
    assert.equal(again.valid, null);
    assert.equal(again.lastValidatedAt, null);
  });

  test('and nothing changes when the provider does not say', async () => {
    const flaky = await new Provider().listen();
    const ada = somebody();
    const apiKey = new_key();
    flaky.taken.add(apiKey);
    await ada.put('custom', {apiKey, baseUrl: flaky.url});
    const {body: before_all} = await ada.validate('custom');
    const answers = {
      'an error': (_, response) => flaky.respond(response, 500),
      'too much': (_, response) => flaky.respond(response, 429, {'Retry-After': '1'}),
      'another place': (_, response) =>
        flaky.respond(response, 302, {Location: `${provider.url}/models`}),
      'no page': (_, response) => flaky.respond(response, 404),
      'no end': (_, response) => {
        response.writeHead(200, {'Content-Length': 100});
        response.write('{');
        setImmediate(() => response.destroy());
      },
      'no answer': (request) => request.socket.destroy(),
    };
    for (const [what, answer] of Object.entries(answers)) {
      flaky.answer = answer;
      const {body} = await ada.validate('custom', 503);
      assert.match(body.detail, /did not say/, what);
      assert.doesNotMatch(body.detail, /not for users|127\.0\.0\.1/, what);
    }
    flaky.close();
    await ada.validate('custom', 503);
    assert.deepEqual(await ada.list(), [before_all]);
  });

  test('with an end to the waiting, and nobody else waits', async () => {
    const slow = await new Provider().listen();
    const [ada, bob] = [somebody(), somebody()];
    await ada.put('custom', {apiKey: new_key(), baseUrl: slow.url});
    const asked = new Promise((done) => { slow.answer = done; });
    const answered = ada.validate('custom', 503);
    await asked;
    const apiKey = new_key();
    provider.taken.add(apiKey);
    await bob.put('custom', {apiKey, baseUrl: provider.url});
    assert.equal((await bob.validate('custom')).body.valid, true);
    await answered;
    assert.equal((await ada.list())[0].valid, null);
    slow.close();
  });

  test('and what is said of one that was replaced meanwhile is not kept', async () => {
    const slow = await new Provider().listen();
    const ada = somebody();
    const baseUrl = slow.url;
    await ada.put('custom', {apiKey: new_key(), baseUrl});
    const asked = new Promise((done) => {
      slow.answer = (_, response) => done(response);
    });
    const answered = ada.validate('custom', 409);
    const response = await asked;
    await ada.put('custom', {apiKey: new_key(), baseUrl});
    slow.respond(response, 200);
    await answered;
    assert.equal((await ada.list())[0].valid, null);
    slow.close();
  });

  test('a few at a time', async () => {
    const PLACES = 16;
    const slow = await new Provider().listen();
    const ada = somebody();
    const apiKey = new_key();
    slow.taken.add(apiKey);
    await ada.put('custom', {apiKey, baseUrl: slow.url});
    const held = [];
    const full = new Promise((done) => {
      slow.answer = (request, response) => {
        held.push(response);
        if (held.length === PLACES) done();
      };
    });
    const answered = Array.from({length: PLACES}, () =>
      nobody.as(ada.user_id).call('POST', '/api/api-keys/custom/validate'));
    await full;
    assert.match((await ada.validate('custom', 503)).body.detail, /Too many/);
    for (const response of held) slow.respond(response, 200);
    for (const answer of await Promise.all(answered)) assert.equal(answer.status, 200, answer.text);
    slow.close();
  });
});

describe('in production', () => {
  test('no key is sent to a private address', async () => {
    const strict = await start({env: {ENVIRONMENT: 'production', ENCRYPTION_KEY}});
    try {
      const ada = somebody(await Client.of(strict));
      const apiKey = new_key();
      const {port} = new URL(provider.url);
      for (const host of ['127.0.0.1', 'localhost', '[::1]', '10.0.0.1', '2130706433']) {
        const answer = await ada.put('custom', {apiKey, baseUrl: `http://${host}:${port}/v1`}, 422);
        assert.deepEqual(faults_of(answer), ['body.baseUrl'], host);
      }
      await ada.put('custom', {apiKey, baseUrl: 'https://models.example.com/v1'});
      // As if the name led there.
      execute(strict.folder, `UPDATE api_keys SET base_url = 'http://localhost:${port}/v1'`);
      provider.seen = [];
      const {body} = await ada.validate('custom', 400);
      assert.match(body.detail, /public/);
      assert.deepEqual(provider.seen, []);
    } finally {
      await strict.stop();
      check_secrecy(strict.log);
    }
  });
});

describe('ENCRYPTION_KEY', () => {
  /// Runs `body` with servers over one folder, one after another.
  async function in_folder(body) {
    const folder = make_folder();
    const serve = async (ENCRYPTION_KEY_NOW, use) => {
      const one = await start({folder, env: {ENCRYPTION_KEY: ENCRYPTION_KEY_NOW}});
      try {
        return await use(somebody(await Client.of(one), 'ada'));
      } finally {
        await one.stop();
        check_secrecy(one.log);
      }
    };
    try {
      await body(serve, folder);
    } finally {
      remove_folder(folder);
    }
  }

  test('may be replaced, with the old one beside it for a while', async () => {
    await in_folder(async (serve, folder) => {
      const apiKey = new_key();
      provider.taken.add(apiKey);
      const made = await serve(OLDER_KEY, async (ada) => {
        await ada.put('gemini', {apiKey: new_key()});
        return (await ada.put('custom', {apiKey, baseUrl: provider.url})).body;
      });
      const first = sealed_key_of(folder, 'ada', 'custom');
      await serve(OLDER_KEY, async (ada) => {
        assert.deepEqual((await ada.list())[0], made, 'a restart keeps it');
      });
      await serve(`${ENCRYPTION_KEY},${OLDER_KEY}`, async (ada) => {
        assert.equal((await ada.validate('custom')).body.valid, true);
      });
      assert.notEqual(sealed_key_of(folder, 'ada', 'custom'), first, 'it was sealed anew');
      await serve(ENCRYPTION_KEY, async (ada) => {
        assert.equal((await ada.validate('custom')).body.valid, true);
        assert.equal((await ada.list()).length, 2);
        const {body} = await ada.validate('gemini', 409);
        assert.match(body.detail, /ENCRYPTION_KEY/);
        await ada.put('gemini', {apiKey: new_key()});
        await ada.remove('gemini');
      });
    });
  });

  test('is that of Python\'s cryptography', async (t) => {
    if (!has_cryptography()) return t.skip('there is no python3-cryptography');
    await in_folder(async (serve, folder) => {
      const [ours, theirs] = [new_key(), new_key()];
      const baseUrl = provider.url;
      await serve(ENCRYPTION_KEY, (ada) => ada.put('custom', {apiKey: ours, baseUrl}));
      const kept = sealed_key_of(folder, 'ada', 'custom');
      assert.equal(with_python('decrypt', ENCRYPTION_KEY, kept), ours);
      const token = with_python('encrypt', ENCRYPTION_KEY, theirs);
      execute(folder, `UPDATE api_keys SET sealed_key = '${token}' ${where('ada', 'custom')}`);
      provider.seen = [];
      provider.taken.add(theirs);
      await serve(ENCRYPTION_KEY, async (ada) => {
        assert.equal((await ada.validate('custom')).body.valid, true);
      });
      assert.equal(provider.seen[0].headers.authorization, `Bearer ${theirs}`);
    });
  });

  test('turns API keys on', async () => {
    const off = await start();
    try {
      const ada = somebody(await Client.of(off));
      for (const [method, path, options] of [
        ['GET', ''], ['PUT', '/openai', {body: {apiKey: new_key()}}],
        ['POST', '/openai/validate'], ['DELETE', '/openai'],
      ]) {
        const {body} = await ada.ask(503, method, path, options);
        assert.match(body.detail, /ENCRYPTION_KEY/);
      }
    } finally {
      await off.stop();
      check_secrecy(off.log);
    }
  });

  test('that is no Fernet key stops the start', async () => {
    for (const key of ['your-fernet-encryption-key-change-this', ENCRYPTION_KEY.slice(1),
                       `${ENCRYPTION_KEY},x`]) {
      const PORT = await free_port();
      const {code, stderr} = await run(['serve'], {env: {ENCRYPTION_KEY: key, PORT}});
      assert.notEqual(code, 0);
      assert.match(stderr.trim(), /^todod: ENCRYPTION_KEY must be [^\n]*Fernet keys[^\n]*$/);
      assert.ok(!stderr.includes(key), stderr);
    }
  });
});
