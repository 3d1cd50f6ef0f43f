// Webhooks: each change is told to a receiver that checks it with a library of its own, in order;
// and to nobody who must not be.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {faults_of} from './support/client.mjs';
import {database, execute, WAIT} from './support/database.mjs';
import {verify} from './support/receiver.mjs';
import {INSTANT, UUID_V7} from './support/surfaces.mjs';
import {seqs, serve_webhooks} from './support/webhooks.mjs';

const BAD = 500;
const GONE = 410;

/// Of nobody's webhook.
const OTHER_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let served;

before(async () => {
  served = await serve_webhooks();
});
after(() => served.stop());

const somebody = (options) => served.somebody(options);

describe('a webhook', () => {
  test('is made, listed, changed and deleted', async () => {
    const ada = await somebody();
    const {id, secret, createdAt, updatedAt, ...rest} = ada.hook;
    assert.match(id, UUID_V7);
    assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    assert.match(createdAt, INSTANT);
    assert.equal(updatedAt, createdAt);
    assert.deepEqual(rest, {
      url: ada.receiver.url, events: ['create', 'update', 'delete', 'restore', 'purge'],
      isActive: true, disabledReason: null, deliveredSeq: 0, failures: 0, nextAttemptAt: null,
      failingSince: null, lastStatus: null, lastError: null,
    });
    const shown = {...rest, id, createdAt, updatedAt};
    assert.deepEqual(await ada.get(), shown);
    const {body: list} = await ada.user.expect(200, 'GET', '/api/webhooks');
    assert.deepEqual(list, [shown]);
    const scoped = `/api/${ada.user_id}/webhooks`;
    const {body: same} = await ada.user.expect(200, 'GET', `${scoped}/${id}`);
    assert.equal(same.delivered_seq, 0);
    const answer = await ada.user.expect(201, 'POST', scoped, {body: {url: ada.receiver.url}});
    assert.equal(answer.headers.get('location'), `${scoped}/${answer.body.id}`);
    await ada.user.expect(204, 'DELETE', answer.headers.get('location'));
    await ada.user.expect(404, 'GET', answer.headers.get('location'));

    const body = {events: ['create'], isActive: false};
    const {body: changed} = await ada.user.expect(200, 'PATCH', ada.path, {body});
    assert.deepEqual(changed, {...shown, ...body, updatedAt: changed.updatedAt});
    await ada.user.expect(204, 'DELETE', ada.path);
    await ada.user.expect(404, 'DELETE', ada.path);
    ada.receiver.close();
  });

  test('is its user\'s alone, and for no program', async () => {
    const ada = await somebody();
    const bob = served.nobody.as('bob');
    assert.deepEqual((await bob.expect(200, 'GET', '/api/webhooks')).body, []);
    for (const [method, rest] of [
      ['GET', ''], ['PATCH', ''], ['DELETE', ''], ['POST', '/secret'], ['POST', '/test'],
      ['GET', '/dead-letters'], ['POST', '/dead-letters/1/retry'],
    ]) {
      const options = method === 'PATCH' ? {body: {isActive: false}} : {};
      await bob.expect(404, method, ada.path + rest, options);
    }
    const body = {name: 'all', scopes: ['read', 'write', 'delete']};
    const {body: {token}} = await ada.user.expect(201, 'POST', '/api/auth/tokens', {body});
    const program = served.nobody.with_token(token);
    await program.expect(403, 'GET', '/api/webhooks');
    await program.expect(403, 'POST', '/api/webhooks', {body: {url: ada.receiver.url}});
    await program.expect(403, 'DELETE', ada.path);
    await bob.expect(201, 'POST', '/api/tasks', {body: {title: 'of bob'}});
    await ada.add();
    await ada.receiver.wait_for(1);
    assert.equal(ada.receiver.messages[0].body.data.after.title, 'a task');
    ada.receiver.close();
  });

  test('is refused with a word on what is wrong with it', async () => {
    const ada = served.nobody.as('nobody-yet');
    const url = 'https://hooks.example.com';
    for (const [body, fault] of [
      [{}, 'body.url'], [{url: 'hooks.example.com'}, 'body.url'],
      [{url: 'ftp://hooks.example.com'}, 'body.url'],
      [{url: 'https://ada:secret@hooks.example.com'}, 'body.url'],
      [{url: `${url}/#there`}, 'body.url'], [{url: `${url}/${'x'.repeat(1000)}`}, 'body.url'],
      [{url, events: []}, 'body.events'], [{url, events: ['explode']}, 'body.events.0'],
      [{url, from_seq: 0}, 'body.from_seq'], [{url, secret: 'mine'}, 'body.secret'],
    ]) {
      const answer = await ada.expect(422, 'POST', '/api/webhooks', {body});
      assert.deepEqual(faults_of(answer), [fault], JSON.stringify(body));
    }
    const LIMIT = 20;
    for (let i = 0; i < LIMIT; i += 1) {
      await ada.expect(201, 'POST', '/api/webhooks', {body: {url}});
    }
    await ada.expect(409, 'POST', '/api/webhooks', {body: {url}});
  });
});

describe('a change', () => {
  test('is told as Standard Webhooks has it', async () => {
    const ada = await somebody();
    const task = await ada.add('Buy milk');
    const path = `/api/tasks/${task.id}`;
    await ada.user.expect(200, 'PATCH', path, {body: {priority: 'high'}});
    await ada.user.expect(204, 'DELETE', path);
    const [made, changed, deleted] = await ada.receiver.wait_for(3);
    assert.equal(`${made.method} ${made.url}`, 'POST /hook?token=of-the-receiver-alone');
    assert.equal(made.headers['content-type'], 'application/json');
    assert.equal(made.id, `msg_${ada.hook.id}_1`);
    assert.deepEqual(verify(made, ada.secret), made.body);
    assert.throws(() => verify(made, OTHER_SECRET), /signature/i);
    assert.throws(() => verify({...made, text: `${made.text} `}, ada.secret), /signature/i);
    const {type, timestamp, data} = made.body;
    assert.equal(type, 'task.created');
    assert.match(timestamp, INSTANT);
    assert.equal(data.at, timestamp);
    assert.equal(data.seq, 1);
    assert.equal(data.task_id, task.id);
    assert.equal(data.after.title, 'Buy milk');
    assert.equal(data.before, null);
    assert.equal(changed.body.type, 'task.updated');
    assert.deepEqual([changed.body.data.before, changed.body.data.after],
                     [{priority: 'Medium'}, {priority: 'High'}]);
    assert.equal(deleted.body.type, 'task.deleted');
    for (const message of [changed, deleted]) verify(message, ada.secret);
    const {lastStatus, lastError, failures} = await ada.done(3);
    assert.deepEqual([lastStatus, lastError, failures], [204, null, 0]);
    ada.receiver.close();
  });

  test('is told in order, one at a time, whoever else waits', async () => {
    const [ada, bob] = [await somebody(), await somebody()];
    const TASKS = 60;
    bob.receiver.answer = () => undefined;
    await bob.add();
    ada.receiver.answer = () => sleep(2).then(() => 200);
    await Promise.all(seqs(TASKS).map((i) => ada.add(`task ${i}`)));
    await ada.receiver.wait_for(TASKS);
    await ada.done(TASKS);
    assert.deepEqual(ada.receiver.seqs, seqs(TASKS));
    assert.ok(ada.receiver.messages.every(({at_once}) => at_once === 1));
    assert.equal(bob.receiver.messages.length, 1);
    for (const one of [ada, bob]) one.receiver.close();
  });

  test('that is not wanted is passed over', async () => {
    const ada = await somebody({events: ['delete']});
    const tasks = [];
    for (let i = 0; i < 3; i += 1) tasks.push(await ada.add());
    await ada.done(3);
    await ada.user.expect(204, 'DELETE', `/api/tasks/${tasks[1].id}`);
    const [message] = await ada.receiver.wait_for(1);
    assert.equal(message.body.type, 'task.deleted');
    assert.equal(message.body.data.seq, 4);
    ada.receiver.close();
  });

  test('from before is told from where the hook is to begin', async () => {
    const ada = await somebody();
    for (let i = 0; i < 4; i += 1) await ada.add();
    await ada.done(4);
    const late = await ada.listen({fromSeq: 3});
    await late.wait_for(2);
    assert.deepEqual(late.seqs, [3, 4]);
    for (const one of [ada.receiver, late]) one.close();
  });

  test('that was made while a hook was switched off is told afterwards', async () => {
    const ada = await somebody();
    await ada.user.expect(200, 'PATCH', ada.path, {body: {isActive: false}});
    const other = await ada.listen();
    await ada.add();
    await other.wait_for(1);
    assert.deepEqual(ada.receiver.messages, []);
    await ada.user.expect(200, 'PATCH', ada.path, {body: {isActive: true}});
    await ada.receiver.wait_for(1);
    for (const one of [ada.receiver, other]) one.close();
  });
});

describe('a hook', () => {
  test('may be tried', async () => {
    const ada = await somebody();
    const ping = async () => (await ada.user.expect(200, 'POST', `${ada.path}/test`)).body;
    const good = await ping();
    assert.deepEqual([good.isDelivered, good.status, good.error], [true, 204, null]);
    const [message] = ada.receiver.messages;
    const {type, data} = verify(message, ada.secret);
    assert.equal(type, 'todod.ping');
    assert.deepEqual(data, {webhook_id: ada.hook.id});
    ada.receiver.answer = () => GONE;
    const bad = await ping();
    assert.deepEqual([bad.isDelivered, bad.status, bad.error], [false, 410, 'It answered 410.']);
    assert.notEqual(ada.receiver.messages[1].id, message.id);
    assert.equal((await ada.get()).isActive, true, 'a try changes nothing');
    ada.receiver.close();
  });

  test('gets another secret, and both sign for a while', async () => {
    const ada = await somebody();
    const {body} = await ada.user.expect(200, 'POST', `${ada.path}/secret`);
    assert.notEqual(body.secret, ada.secret);
    assert.match(body.oldSecretUntil, INSTANT);
    await ada.add();
    const [message] = await ada.receiver.wait_for(1);
    for (const secret of [ada.secret, body.secret]) verify(message, secret);
    assert.equal(message.headers['webhook-signature'].split(' ').length, 2);
    await ada.done(1);
    // As if a day had gone by.
    const past = database === 'postgres' ? 'now()' : '1';
    execute(served.folder, `${WAIT}UPDATE webhooks SET old_secret_until = ${past}`);
    await ada.add();
    const [, later] = await ada.receiver.wait_for(2);
    verify(later, body.secret);
    assert.throws(() => verify(later, ada.secret), /signature/i);
    ada.receiver.close();
  });

  test('that is deleted is told nothing more', async () => {
    const ada = await somebody();
    await ada.add();
    await ada.done(1);
    await ada.user.expect(204, 'DELETE', ada.path);
    const other = await ada.listen();
    await ada.add();
    await other.wait_for(1);
    assert.equal(ada.receiver.messages.length, 1);
    for (const one of [ada.receiver, other]) one.close();
  });

  test('goes with its account', async () => {
    const ada = await somebody();
    ada.receiver.answer = () => BAD;
    await ada.add();
    await ada.receiver.wait_for(3);
    await ada.until(({deliveredSeq}) => deliveredSeq === 1);
    await ada.user.expect(204, 'DELETE', '/api/auth/me');
    for (const table of ['webhooks', 'webhook_dead_letters']) {
      const where = database === 'postgres'
        ? `user_id = '${ada.user_id}'` : 'user_key NOT IN (SELECT user_key FROM users)';
      const left = execute(served.folder, `SELECT count(*) FROM ${table} WHERE ${where}`);
      assert.equal(left.trim(), '0', table);
    }
    ada.receiver.close();
  });

  test('lies sealed in the database', async () => {
    const ada = await somebody();
    const rows = execute(served.folder, 'SELECT * FROM webhooks');
    assert.ok(!rows.includes(ada.secret.slice('whsec_'.length)));
    assert.match(execute(served.folder, 'SELECT secret FROM webhooks LIMIT 1'), /^gAAAAA[\w-]+/);
    ada.receiver.close();
  });
});
