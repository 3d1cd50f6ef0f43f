// Webhooks that lead nowhere: what fails is sent again until it is given up, what must not be
// reached is not, and without their secrets there is nothing to send.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client, faults_of} from './support/client.mjs';
import {execute, WAIT} from './support/database.mjs';
import {new_fernet_key} from './support/fernet.mjs';
import {Receiver, verify} from './support/receiver.mjs';
import {make_folder, remove_folder, run, start} from './support/server.mjs';
import {INSTANT} from './support/surfaces.mjs';
import {ENCRYPTION_KEY, ENV, serve_webhooks} from './support/webhooks.mjs';

const BAD = 500;
const GONE = 410;

let served;

before(async () => {
  served = await serve_webhooks();
});
after(() => served.stop());

const somebody = (options) => served.somebody(options);

describe('a message that fails', () => {
  test('comes again with the same id, and those after it wait', async () => {
    const ada = await somebody();
    ada.receiver.answer = (_, count) => (count < 2 ? BAD : 204);
    await ada.add();
    await ada.add();
    await ada.receiver.wait_for(4);
    assert.deepEqual(ada.receiver.seqs, [1, 1, 1, 2]);
    const [first, , third] = ada.receiver.messages;
    assert.equal(first.id, third.id);
    for (const message of ada.receiver.messages) verify(message, ada.secret);
    await ada.done(2);
    assert.deepEqual(await ada.letters(), []);
    ada.receiver.close();
  });

  test('is given up after a while, and may be sent again', async () => {
    const ada = await somebody();
    ada.receiver.answer = ({body}) => (body.data.seq === 1 ? BAD : 204);
    await ada.add();
    await ada.add();
    await ada.done(2);
    assert.deepEqual(ada.receiver.seqs, [1, 1, 1, 2]);
    const [letter, ...others] = await ada.letters();
    assert.deepEqual(others, []);
    const {failedAt, ...rest} = letter;
    assert.match(failedAt, INSTANT);
    assert.deepEqual(rest, {seq: 1, attempts: 3, lastStatus: 500, lastError: 'It answered 500.'});
    const given_up = new RegExp(`Webhook ${ada.hook.id} does not get change 1, given up`);
    assert.match(served.log(), given_up);

    const again = `${ada.path}/dead-letters/1/retry`;
    const {body: failed} = await ada.user.expect(200, 'POST', again);
    assert.deepEqual([failed.isDelivered, failed.status, failed.error],
                     [false, 500, 'It answered 500.']);
    assert.equal((await ada.letters())[0].attempts, 4);
    ada.receiver.answer = () => 204;
    const {body: good} = await ada.user.expect(200, 'POST', again);
    assert.deepEqual([good.isDelivered, good.status, good.error], [true, 204, null]);
    assert.deepEqual(await ada.letters(), []);
    await ada.user.expect(404, 'POST', again);
    const last = ada.receiver.messages.at(-1);
    assert.equal(last.id, `msg_${ada.hook.id}_1`);
    verify(last, ada.secret);
    ada.receiver.close();
  });

  test('by a redirect is not sent elsewhere', async () => {
    const ada = await somebody();
    ada.receiver.answer = (_, count) => (count === 0 ? 302 : 204);
    await ada.add();
    await ada.receiver.wait_for(2);
    assert.deepEqual(ada.receiver.seqs, [1, 1]);
    const {lastError} = await ada.done(1);
    assert.equal(lastError, null);
    ada.receiver.close();
  });

  test('says why, and not in the receiver\'s words', async () => {
    const slow = await start({env: {...ENV, WEBHOOKS_RETRIES: '3600'}});
    try {
      const ada = await somebody({client: await Client.of(slow)});
      ada.receiver.answer = () => BAD;
      await ada.add();
      const failed = await ada.until(({failures}) => failures === 1);
      assert.equal(failed.lastError, 'It answered 500.');
      assert.match(failed.nextAttemptAt, INSTANT);
      assert.match(failed.failingSince, INSTANT);
      ada.receiver.close();
      const url = `http://127.0.0.1:${ada.receiver.port}/elsewhere`;
      await ada.user.expect(200, 'PATCH', ada.path, {body: {url}});
      const away = await ada.until(({lastStatus}) => lastStatus === null);
      assert.equal(away.lastError, 'It could not be connected to.');
      await ada.user.expect(200, 'PATCH', ada.path, {body: {url: 'http://no-such.invalid/'}});
      const lost = await ada.until(({lastError}) => lastError !== away.lastError);
      assert.equal(lost.lastError, 'The name of its host was not found.');
      assert.equal(lost.failures, 1);
    } finally {
      await slow.stop();
    }
  });

  test('with 410 switches the hook off', async () => {
    const ada = await somebody();
    ada.receiver.answer = () => GONE;
    await ada.add();
    const off = await ada.until(({isActive}) => !isActive);
    assert.match(off.disabledReason, /410/);
    assert.equal(off.deliveredSeq, 0);
    assert.match(served.log(), new RegExp(`Webhook ${ada.hook.id} is switched off`));
    await ada.add();
    await sleep(1500);
    assert.equal(ada.receiver.messages.length, 1);
    ada.receiver.answer = () => 204;
    const {body: on} = await ada.user.expect(200, 'PATCH', ada.path, {body: {isActive: true}});
    assert.equal(on.disabledReason, null);
    await ada.done(2);
    assert.deepEqual(ada.receiver.seqs, [1, 1, 2]);
    ada.receiver.close();
  });
});

describe('private addresses', () => {
  const ADDRESSES = [
    '127.0.0.1', 'localhost', '[::1]', '10.0.0.1', '192.168.1.1', '169.254.169.254', '2130706433',
    '0x7f.1', '[::ffff:127.0.0.1]', '0.0.0.0', 'metadata.google.internal', 'intranet',
  ];

  test('are refused, in development too, by name and when they are connected to', async () => {
    const strict = await start({env: {ENCRYPTION_KEY, WEBHOOKS_RETRIES: '3600'}});
    const target = await new Receiver().listen();
    try {
      const ada = (await Client.of(strict)).as('ada');
      for (const address of ADDRESSES) {
        const body = {url: `http://${address}:${target.port}/`};
        const answer = await ada.expect(422, 'POST', '/api/webhooks', {body});
        assert.deepEqual(faults_of(answer), ['body.url'], address);
      }
      const {body: hook} = await ada.expect(201, 'POST', '/api/webhooks',
                                            {body: {url: 'https://hooks.example.com/'}});
      const path = `/api/webhooks/${hook.id}`;
      await ada.expect(422, 'PATCH', path, {body: {url: target.url}});
      // As if the name led there.
      execute(strict.folder,
              `${WAIT}UPDATE webhooks SET url = 'http://localhost:${target.port}/'`);
      const {body: tried} = await ada.expect(200, 'POST', `${path}/test`);
      assert.deepEqual([tried.isDelivered, tried.error],
                       [false, 'Its URL leads to no public address.']);
      await ada.expect(201, 'POST', '/api/tasks', {body: {title: 'a task'}});
      for (let i = 0; i < 500; i += 1) {
        const {body: now} = await ada.expect(200, 'GET', path);
        if (now.failures === 1) break;
        await sleep(10);
      }
      assert.equal((await ada.expect(200, 'GET', path)).body.lastError,
                   'Its URL leads to no public address.');
      assert.deepEqual(target.messages, []);
    } finally {
      await strict.stop();
      target.close();
    }
  });

  test('and plain http are never allowed in production', async () => {
    const env = {ENVIRONMENT: 'production', AUTH_SECRET: 'x'.repeat(32), ENCRYPTION_KEY};
    const {code, stderr} = await run(['serve'], {env: {...env, WEBHOOKS_ALLOW_PRIVATE: true}});
    assert.notEqual(code, 0);
    assert.match(stderr, /WEBHOOKS_ALLOW_PRIVATE must be false in production/);
    const strict = await start({env: {ENVIRONMENT: 'production', ENCRYPTION_KEY}});
    try {
      const ada = (await Client.of(strict)).as('ada');
      const body = {url: 'http://hooks.example.com/'};
      const answer = await ada.expect(422, 'POST', '/api/webhooks', {body});
      assert.match(answer.text, /https/);
    } finally {
      await strict.stop();
    }
  });
});

describe('ENCRYPTION_KEY', () => {
  test('turns webhooks on', async () => {
    const off = await start();
    try {
      const ada = (await Client.of(off)).as('ada');
      const one = '/api/webhooks/01934f3c-9a2b-7c51-8f0e-2d1b3a4c5d6e';
      for (const [method, path, body] of [
        ['GET', '/api/webhooks'], ['POST', '/api/webhooks', {url: 'https://hooks.example.com'}],
        ['GET', one], ['PATCH', one, {isActive: true}], ['DELETE', one], ['POST', `${one}/test`],
        ['POST', `${one}/secret`], ['GET', `${one}/dead-letters`],
        ['POST', `${one}/dead-letters/1/retry`],
      ]) {
        const answer = await ada.expect(503, method, path, body && {body});
        assert.match(answer.body.detail, /ENCRYPTION_KEY/);
      }
    } finally {
      await off.stop();
    }
  });

  test('may be replaced, and one that is lost switches hooks off', async () => {
    const folder = make_folder();
    const older = new_fernet_key();
    const serve = async (keys, use) => {
      const one = await start({folder, env: {...ENV, ENCRYPTION_KEY: keys}});
      try {
        await use(await Client.of(one));
      } finally {
        await one.stop();
      }
    };
    let ada;
    const secret_of = () => execute(folder, 'SELECT secret FROM webhooks').trim();
    try {
      await serve(older, async (client) => { ada = await somebody({client, user_id: 'ada'}); });
      const first = secret_of();
      await serve(`${ENCRYPTION_KEY},${older}`, async (client) => {
        await ada.add('a task', client.as('ada'));
        verify((await ada.receiver.wait_for(1))[0], ada.secret);
      });
      assert.notEqual(secret_of(), first, 'it was sealed anew');
      await serve(older, async (client) => {
        const user = client.as('ada');
        await ada.add('a task', user);
        const off = await ada.until(({isActive}) => !isActive, user);
        assert.match(off.disabledReason, /ENCRYPTION_KEY/);
        await user.expect(409, 'POST', `${ada.path}/test`);
        const {body: {secret}} = await user.expect(200, 'POST', `${ada.path}/secret`);
        await user.expect(200, 'PATCH', ada.path, {body: {isActive: true}});
        verify((await ada.receiver.wait_for(2))[1], secret);
      });
      assert.deepEqual(ada.receiver.seqs, [1, 2]);
    } finally {
      ada?.receiver.close();
      remove_folder(folder);
    }
  });
});
