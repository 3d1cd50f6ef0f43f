// More at once than can be done at once: what must wait waits, what cannot is told so, and nobody
// else notices.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {Client} from './support/client.mjs';
import {start} from './support/server.mjs';

/// More than may wait for a password to be hashed, and than there are cores to do it.
const LOGINS = 160;
const PASSWORD = 'correct horse battery';

let server;
let nobody;

before(async () => {
  server = await start();
  nobody = await Client.of(server);
});
after(() => server.stop());

test('a flood of sign-ins is partly put off, and holds up nothing else', async () => {
  const account = {name: 'Ada', email: 'ada@example.com', password: PASSWORD};
  await nobody.expect(201, 'POST', '/api/auth/register', {body: account});
  const {name, ...login} = account;
  let waiting = LOGINS;
  const log_in = async () => {
    const answer = await nobody.call('POST', '/api/auth/login', {body: login});
    waiting -= 1;
    return answer;
  };
  const logins = Array.from({length: LOGINS}, log_in);
  // As soon as some have been put off, all cores are hashing and many others wait.
  await Promise.race(logins);
  const ada = nobody.as('someone-else');
  await ada.expect(201, 'POST', '/api/tasks', {body: {title: name}});
  await nobody.expect(200, 'GET', '/health');
  assert.ok(waiting > 0, 'a task had to wait for every sign-in');

  const answers = await Promise.all(logins);
  const count = (status) => answers.filter((answer) => answer.status === status).length;
  assert.equal(count(200) + count(503), LOGINS);
  assert.ok(count(200) > 0 && count(503) > 0, `${count(200)} × 200, ${count(503)} × 503`);
  await nobody.expect(200, 'POST', '/api/auth/login', {body: login});
});

test('many connections are served side by side', async () => {
  const people = Array.from({length: 200}, (_, i) => nobody.as(`person-${i}`));
  const made = await Promise.all(people.map(async (client, i) => {
    await client.expect(201, 'POST', '/api/tasks', {body: {title: `of person ${i}`}});
    return client.expect(200, 'GET', '/api/tasks');
  }));
  made.forEach(({body}, i) => assert.deepEqual(body.map(({title}) => title), [`of person ${i}`]));
});
