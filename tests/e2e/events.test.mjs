// Live changes: what is written is told at once to the user it is of, in order and once, and a
// client that comes back goes on where it was.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client} from './support/client.mjs';
import {WAIT, database, execute} from './support/database.mjs';
import {Follower} from './support/follow.mjs';
import {Metrics} from './support/metrics.mjs';
import {make_folder, remove_folder, start} from './support/server.mjs';
import {surfaces} from './support/surfaces.mjs';

/// There is a comment every 15 seconds, at least so often on a busy machine.
const HEARTBEAT_LIMIT_MS = 30_000;
/// Credentials are looked at again when something is told after so long.
const CHECK_MS = 6000;
const OF_USER = 32;
const WAIT_MS = 10_000;

let folder;
let server;
let nobody;
let users = 0;

before(async () => {
  folder = make_folder();
  server = await start({folder});
  nobody = await Client.of(server);
});
after(async () => {
  await server.stop();
  remove_folder(folder);
});

const somebody = () => nobody.as(`follower-${users++}`);
const create = (client, title) => client.expect(201, 'POST', '/api/tasks', {body: {title}});
/// As what has grown too old is.
function forget(client, until) {
  const old = database === 'sqlite'
    ? `change_key & 4294967295 <= ${until} AND user_key = (SELECT user_key FROM users WHERE `
    : `seq <= ${until} AND (`;
  execute(folder, `${WAIT}DELETE FROM changes WHERE ${old}user_id = '${client.user_id}')`);
}

const names_of = (follower) => follower.events.map(({name, id}) => `${name} ${id}`);

describe('a stream of changes', {concurrency: true}, () => {
  for (const surface of surfaces) {
    test(`tells what is done, as ${surface.name} spells it`, async () => {
      const ada = somebody();
      const base = surface.tasks(ada.user_id);
      const follower = await Follower.of(ada, {path: base.replace(/tasks$/, 'events')});
      assert.equal(follower.status, 200);
      assert.equal(follower.headers['content-type'], 'text/event-stream');
      assert.equal(follower.headers['cache-control'], 'no-store');
      assert.equal(follower.headers['content-encoding'], undefined);
      await follower.wait_for(1);
      assert.deepEqual(follower.events[0].data, {seq: 0});
      assert.match(follower.events[0].retry, /^\d+$/);

      const made = (await ada.expect(201, 'POST', base, {body: {title: 'Tea'}})).body;
      await ada.expect(200, 'PATCH', `${base}/${made.number}`, {
        body: surface.fields({due_date: '2026-12-27'}),
      });
      await ada.expect(200, 'PATCH', `${base}/${made.number}/complete`);
      await ada.expect(204, 'DELETE', `${base}/${made.number}`);
      await follower.wait_for(5);
      assert.deepEqual(names_of(follower),
                       ['ready 0', 'change 1', 'change 2', 'change 3', 'change 4']);
      const [first, due, done, gone] = follower.changes.map(({data}) => data);
      assert.deepEqual(follower.changes.map(({data}) => data.kind),
                       ['create', 'update', 'update', 'delete']);
      assert.equal(first[surface.key('task_id')], made.id);
      assert.equal(first[surface.key('task_number')], made.number);
      assert.equal(first.before, null);
      assert.equal(first.after.title, 'Tea');
      assert.deepEqual(due.after, surface.fields({due_date: '2026-12-27'}));
      assert.equal(done.after.status, surface.status.completed);
      assert.equal(done.version, 3);
      assert.equal(gone.after, null);
      follower.cut();
    });
  }

  test('is the user\'s own', async () => {
    const [ada, bob] = [somebody(), somebody()];
    const [of_ada, of_bob] = await Promise.all([Follower.of(ada), Follower.of(bob)]);
    await Promise.all([of_ada.wait_for(1), of_bob.wait_for(1)]);
    await create(ada, 'of Ada');
    await create(bob, 'of Bob');
    await create(bob, 'of Bob, too');
    await Promise.all([of_ada.wait_for(2), of_bob.wait_for(3)]);
    await sleep(200);
    assert.deepEqual(of_ada.changes.map(({data}) => data.after.title), ['of Ada']);
    assert.deepEqual(of_bob.changes.map(({data}) => data.after.title), ['of Bob', 'of Bob, too']);
    await ada.expect(403, 'GET', `/api/${bob.user_id}/events`);
    await nobody.expect(401, 'GET', '/api/events');
    for (const follower of [of_ada, of_bob]) follower.cut();
  });

  test('goes on for who comes back where they were', async () => {
    const ada = somebody();
    const first = await Follower.of(ada);
    await first.wait_for(1);
    await create(ada, '1');
    await first.wait_for(2);
    first.cut();
    await create(ada, '2');
    await create(ada, '3');
    const second = await Follower.of(ada, {last_event_id: first.last_event_id});
    await second.wait_for(3);
    assert.deepEqual(names_of(second), ['ready 1', 'change 2', 'change 3']);
    // A client that repeats its address says by the header where it is.
    const third = await Follower.of(ada, {path: '/api/events?since=0', last_event_id: 2});
    await third.wait_for(2);
    assert.deepEqual(names_of(third), ['ready 2', 'change 3']);
    const since = await Follower.of(ada, {path: `/api/${ada.user_id}/events?since=0`});
    await since.wait_for(4);
    assert.deepEqual(names_of(since), ['ready 0', 'change 1', 'change 2', 'change 3']);
    for (const follower of [second, third, since]) follower.cut();
  });

  test('says when the log does not go back so far', async () => {
    const ada = somebody();
    for (let i = 1; i <= 4; ++i) await create(ada, `${i}`);
    forget(ada, 2);
    const late = await Follower.of(ada, {last_event_id: 1});
    await late.wait_for(1);
    await create(ada, '5');
    await late.wait_for(2);
    assert.deepEqual(names_of(late), ['reset 4', 'change 5']);
    assert.deepEqual(late.events[0].data, {seq: 4});
    const just = await Follower.of(ada, {last_event_id: 2});
    await just.wait_for(4);
    assert.deepEqual(names_of(just), ['ready 2', 'change 3', 'change 4', 'change 5']);
    const restored = await Follower.of(ada, {last_event_id: 99});
    await restored.wait_for(1);
    assert.deepEqual(names_of(restored), ['reset 5']);
    for (const follower of [late, just, restored]) follower.cut();
  });

  test('refuses what makes no sense', async () => {
    const ada = somebody();
    await create(ada, '1');
    for (const since of ['2', '-1', 'x', '', '1.5', '99999999999999999999']) {
      await ada.expect(422, 'GET', `/api/events?since=${since}`);
    }
    await ada.expect(422, 'GET', '/api/events', {headers: {'Last-Event-ID': 'x'}});
    await ada.expect(422, 'GET', '/api/events?form=1');
  });

  test('tells that it is there while nothing happens', async () => {
    const follower = await Follower.of(somebody());
    await follower.until(() => follower.comments > 0, 'a comment', HEARTBEAT_LIMIT_MS);
    assert.equal(follower.events.length, 1);
    follower.cut();
  });

  test('is open so many times for a user', async () => {
    const ada = somebody();
    const all = await Promise.all(Array.from({length: OF_USER}, () => Follower.of(ada)));
    assert.ok(all.every(({status}) => status === 200));
    const answer = await ada.expect(429, 'GET', '/api/events');
    assert.match(answer.headers.get('retry-after'), /^\d+$/);
    await create(ada, 'Tea');
    await Promise.all(all.map((follower) => follower.wait_for(2)));
    assert.equal((await Follower.of(somebody())).status, 200);
    all.pop().cut();
    for (const deadline = Date.now() + 5000; ;) {
      const again = await Follower.of(ada);
      if (again.status === 200) break;
      assert.ok(Date.now() < deadline, 'the place of one that has gone is free again');
      await sleep(10);
    }
    for (const follower of all) follower.cut();
  });

  test('ends with the token that it was asked with', async () => {
    const ada = somebody();
    const {body: {token, id}} = await ada.expect(201, 'POST', '/api/auth/tokens', {
      body: {name: 'watching', scopes: ['read']},
    });
    const follower = await Follower.of(nobody.with_token(token));
    await follower.wait_for(1);
    await create(ada, 'seen');
    await follower.wait_for(2);
    await ada.expect(204, 'DELETE', `/api/auth/tokens/${id}`);
    await sleep(CHECK_MS);
    await create(ada, 'not seen');
    await follower.wait_for_end();
    assert.deepEqual(follower.changes.map(({data}) => data.after.title), ['seen']);
  });

  test('ends with the account', async () => {
    const ada = somebody();
    const follower = await Follower.of(ada);
    assert.equal(follower.status, 200, follower.text);
    await follower.wait_for(1);
    await ada.expect(204, 'DELETE', '/api/auth/me');
    await follower.wait_for_end(70_000);
  });

  test('is counted', async () => {
    const ada = somebody();
    const before_it = await Metrics.of(server);
    const follower = await Follower.of(ada);
    await create(ada, 'Tea');
    await follower.wait_for(2);
    assert.ok((await Metrics.of(server)).sum('todod_event_streams') >= 1);
    // It is counted once it has been sent.
    const sent = 'todod_events_sent_total';
    const deadline = Date.now() + WAIT_MS;
    while ((await Metrics.of(server)).sum(sent) <= before_it.sum(sent)) {
      assert.ok(Date.now() < deadline, 'what was sent is not counted');
    }
    follower.cut();
  });
});

describe('a server with streams', () => {
  test('has so many in all, and serves all else beside them', async () => {
    const small = await start({env: {MAX_EVENT_STREAMS: 2}});
    const stranger = await Client.of(small);
    const open = [await Follower.of(stranger.as('a')), await Follower.of(stranger.as('b'))];
    const answer = await stranger.as('c').expect(503, 'GET', '/api/events');
    assert.match(answer.headers.get('retry-after'), /^\d+$/);
    await create(stranger.as('c'), 'Tea');
    await small.stop();
    assert.ok(open.every(({has_ended}) => has_ended));
  });

  test('ends them all at once when it stops, and loses none of what it has answered', async () => {
    const place = make_folder();
    const first = await start({folder: place});
    const ada = (await Client.of(first)).as('ada');
    const followers = await Promise.all(Array.from({length: 20}, () => Follower.of(ada)));
    await Promise.all(followers.map((follower) => follower.wait_for(1)));
    await create(ada, 'Tea');
    await followers[0].wait_for(2);
    const begun = Date.now();
    await first.stop();
    assert.ok(Date.now() - begun < 9000, 'nobody is waited for');
    await Promise.all(followers.map((follower) => follower.wait_for_end()));
    const second = await start({folder: place});
    const back = (await Client.of(second)).as('ada');
    const follower = await Follower.of(back, {last_event_id: 0});
    await create(back, 'Coffee');
    await follower.wait_for(3);
    assert.deepEqual(names_of(follower), ['ready 0', 'change 1', 'change 2']);
    await second.stop();
    remove_folder(place);
  });

  test('tells what another process has written', async () => {
    const replica = await start({folder});
    const ada = somebody();
    const there = (await Client.of(replica)).as(ada.user_id);
    const follower = await Follower.of(ada);
    await follower.wait_for(1);
    for (let i = 0; i < 20; ++i) await create(i % 2 === 0 ? ada : there, `${i}`);
    await follower.wait_for(21);
    assert.deepEqual(follower.changes.map(({data}) => data.after.title),
                     Array.from({length: 20}, (_, i) => `${i}`));
    follower.cut();
    await replica.stop();
  });
});
