// What a list has in it, in which order, and how it is read page by page: on both surfaces.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {setTimeout as sleep} from 'node:timers/promises';

import {Client, faults_of} from './support/client.mjs';
import {start} from './support/server.mjs';
import {surfaces} from './support/surfaces.mjs';

let server;
let nobody;

before(async () => {
  server = await start();
  nobody = await Client.of(server);
});
after(() => server.stop());

/// Made in this order: the first is number 1.
const TASKS = [
  {title: 'Fetch água', priority: 'low', tags: ['home']},
  {title: 'banana bread', description: 'ripe bananas', priority: 'high', tags: ['home', 'kitchen'],
    due_date: '2031-03-01', status: 'in_progress'},
  {title: 'Call Zoë', description: 'about the café', tags: ['phone'],
    due_date: '2031-01-15T09:00:00Z'},
  {title: 'apple pie', priority: 'urgent', tags: ['kitchen'], due_date: '2031-01-15',
    completed: true},
  {title: 'Zebra', priority: 'low', due_date: '2001-01-01'},
  {title: 'Old and done', priority: 'high', tags: ['home'], due_date: '2001-06-01T00:00:00Z',
    completed: true},
  {title: 'banana split', tags: ['kitchen', 'home'], due_date: '2031-03-01T23:59:59.999Z'},
  {title: 'call mom', status: 'in_progress'},
];
const ALL = [8, 7, 6, 5, 4, 3, 2, 1];

/// A query and the numbers of what it finds, newest first.
const FILTERS = [
  ['', ALL],
  ['status=all', ALL],
  ['status=pending', [8, 7, 5, 3, 2, 1]],
  ['status=completed', [6, 4]],
  ['status=todo', [7, 5, 3, 1]],
  ['status=TODO', [7, 5, 3, 1]],
  ['status=in_progress', [8, 2]],
  ['status=IN_PROGRESS', [8, 2]],
  ['priority=high', [6, 2]],
  ['priority=URGENT', [4]],
  ['tag=home', [7, 6, 2, 1]],
  ['tag=home&tag=kitchen', [7, 2]],
  ['tag=nowhere', []],
  ['q=banana', [7, 2]],
  ['q=BANANA+bread', [2]],
  ['q=bread+banana', [2]],
  ['q=ripe', [2]],
  ['q=agua', [1]],
  ['q=%C3%81GUA', [1]],
  ['q=cafe', [3]],
  ['q=nothing', []],
  ['due_before=2031-01-15', [6, 5]],
  ['due_before=2031-01-16', [6, 5, 4, 3]],
  ['due_before=2031-01-15T09:00:00Z', [6, 5]],
  ['due_before=2031-01-15T09:00:00.001Z', [6, 5, 3]],
  ['due_after=2031-01-15', [7, 4, 3, 2]],
  ['due_after=2031-01-15T09:00:00Z', [7, 4, 3, 2]],
  ['due_after=2031-01-15T09:00:00.001Z', [7, 4, 2]],
  ['due_after=2031-03-02', []],
  ['overdue=true', [5]],
  ['due_after=2031-01-01&due_before=2031-02-01', [4, 3]],
  ['status=pending&tag=home', [7, 2, 1]],
  ['q=banana&priority=medium', [7]],
  ['overdue=true&tag=home', []],
  ['skip=3', [5, 4, 3, 2, 1]],
  ['skip=3&limit=2', [5, 4]],
  ['skip=100', []],
];

const SORTS = {
  'created': ALL,
  '-created': [1, 2, 3, 4, 5, 6, 7, 8],
  'title': [4, 2, 7, 8, 3, 1, 6, 5],
  '-title': [5, 6, 1, 3, 8, 7, 2, 4],
  'priority': [4, 6, 2, 8, 7, 3, 5, 1],
  '-priority': [5, 1, 8, 7, 3, 6, 2, 4],
  'due_date': [5, 6, 3, 4, 7, 2, 8, 1],
  '-due_date': [7, 2, 4, 3, 6, 5, 8, 1],
};

/// What a search must take as words, whatever it looks like.
const ODD_WORDS = ['"', '""', 'banana"', '*', 'ban*', '(', 'a OR b', 'NOT', 'AND', 'NEAR(a b)',
  'title:banana', '-', '--', '^', "';DROP TABLE tasks;--", '%', '{x}', '+', '😀', '\u0301'];

const numbers_of = (answer) => answer.body.map(({number}) => number);

function next_of(answer) {
  const link = answer.headers.get('link');
  if (link === null) return undefined;
  const [, target] = /^<([^>]+)>; rel="next"$/.exec(link) ?? [];
  assert.ok(target, `a Link of another form: ${link}`);
  return target;
}

/// Every page from `path` on, by their Links.
async function walk(client, path) {
  const pages = [];
  for (let next = path; next !== undefined; next = next_of(pages.at(-1))) {
    pages.push(await client.expect(200, 'GET', next));
    assert.ok(pages.length < 1000, `the pages of ${path} have no end`);
  }
  return pages;
}

for (const surface of surfaces) {
  describe(`a list on the ${surface.name} surface`, () => {
    let ada;

    const someone = (name) => {
      const client = nobody.as(`${surface.name}-${name}`);
      client.tasks = surface.tasks(client.user_id);
      client.create = async (body) =>
        (await client.expect(201, 'POST', client.tasks, {body: surface.fields(body)})).body;
      return client;
    };

    /// A query, spelled as the surface does.
    const spell = (query) => query.replace(/due_\w+(?==)/g, surface.key);

    before(async () => {
      ada = someone('ada');
      for (const task of TASKS) await ada.create(task);
      const eve = someone('eve');
      for (const task of TASKS) await eve.create(task);
    });

    test('has what its filters let through', async () => {
      for (const [query, expected] of FILTERS) {
        const answer = await ada.expect(200, 'GET', `${ada.tasks}?${spell(query)}`);
        assert.deepEqual(numbers_of(answer), expected, query);
        if (query.includes('skip')) continue;
        assert.equal(answer.headers.get('x-total-count'), String(expected.length), query);
      }
    });

    test('takes its parameters in snake_case and in camelCase', async () => {
      for (const name of ['due_before', 'dueBefore']) {
        const answer = await ada.expect(200, 'GET', `${ada.tasks}?${name}=2031-01-15`);
        assert.deepEqual(numbers_of(answer), [6, 5]);
      }
    });

    test('counts all that there is, whatever the page', async () => {
      for (const query of ['limit=1', 'skip=3&limit=2', 'skip=100']) {
        const answer = await ada.expect(200, 'GET', `${ada.tasks}?${query}`);
        assert.equal(answer.headers.get('x-total-count'), '8', query);
      }
    });

    test('has the order that was asked for', async () => {
      for (const [sort, expected] of Object.entries(SORTS)) {
        const answer = await ada.expect(200, 'GET', `${ada.tasks}?sort=${sort}`);
        assert.deepEqual(numbers_of(answer), expected, sort);
      }
    });

    test('has the order of its changes', async () => {
      const bob = someone('changes');
      for (const title of ['one', 'two', 'three']) {
        await bob.create({title});
        await sleep(5);
      }
      await bob.expect(200, 'PATCH', `${bob.tasks}/2`, {body: {priority: 'high'}});
      for (const [sort, expected] of [['updated', [2, 3, 1]], ['-updated', [1, 3, 2]]]) {
        const answer = await bob.expect(200, 'GET', `${bob.tasks}?sort=${sort}`);
        assert.deepEqual(numbers_of(answer), expected, sort);
      }
    });

    test('is the same when it is read page by page', async () => {
      for (const sort of [...Object.keys(SORTS), 'updated', '-updated']) {
        const whole = await ada.expect(200, 'GET', `${ada.tasks}?sort=${sort}`);
        for (const limit of [1, 3, 7, 8]) {
          const pages = await walk(ada, `${ada.tasks}?sort=${sort}&limit=${limit}`);
          assert.deepEqual(pages.flatMap(({body}) => body), whole.body, `${sort} by ${limit}`);
          assert.equal(pages.length, Math.ceil(8 / limit), 'a page that did not need to be');
          for (const page of pages) assert.equal(page.headers.get('x-total-count'), '8');
        }
      }
    });

    test('keeps its filters from page to page', async () => {
      const query = spell('tag=home&status=pending&q=banana&due_after=2031-01-01&sort=-title');
      const pages = await walk(ada, `${ada.tasks}?${query}&limit=1`);
      assert.deepEqual(pages.map(numbers_of), [[7], [2]]);
    });

    test('neither repeats nor leaves out while it is changed', async () => {
      const bob = someone('moving');
      for (let i = 1; i <= 6; i += 1) await bob.create({title: `task ${i}`});
      const first = await bob.expect(200, 'GET', `${bob.tasks}?limit=2`);
      assert.deepEqual(numbers_of(first), [6, 5]);
      await bob.create({title: 'a newer one'});
      for (const number of [5, 6]) await bob.expect(204, 'DELETE', `${bob.tasks}/${number}`);
      const rest = await walk(bob, next_of(first));
      assert.deepEqual(rest.flatMap(numbers_of), [4, 3, 2, 1]);
    });

    test('has 100 tasks where no limit is asked for', async () => {
      const bob = someone('many');
      await Promise.all(Array.from({length: 101}, (_, i) => bob.create({title: `task ${i}`})));
      const pages = await walk(bob, bob.tasks);
      assert.deepEqual(pages.map(({body}) => body.length), [100, 1]);
      const [whole, ...more] = await walk(bob, `${bob.tasks}?limit=1000`);
      assert.deepEqual([whole.body.length, more.length], [101, 0]);
    });

    test('goes on from a cursor of its own query only', async () => {
      const next = next_of(await ada.expect(200, 'GET', `${ada.tasks}?tag=home&limit=1`));
      const cursor = new URL(next, server.url).searchParams.get('cursor');
      const others = ['', '&tag=kitchen', '&tag=home&status=pending', '&tag=home&sort=title',
        '&tag=home&q=banana', '&tag=home&skip=1', '&tag=home&overdue=true'];
      for (const other of others) {
        const answer = await ada.expect(422, 'GET', `${ada.tasks}?cursor=${cursor}${other}`);
        assert.deepEqual(faults_of(answer), ['query.cursor'], other);
      }
      for (const broken of [cursor.slice(1), `${cursor}x`, cursor.toLowerCase(), 'e30']) {
        await ada.expect(422, 'GET', `${ada.tasks}?tag=home&cursor=${broken}`);
      }
      const wider = await ada.expect(200, 'GET', `${ada.tasks}?tag=home&limit=9&cursor=${cursor}`);
      assert.deepEqual(numbers_of(wider), [6, 2, 1]);
    });

    test("shows only the caller's tasks, whoever's cursor it is", async () => {
      const next = next_of(await ada.expect(200, 'GET', `${ada.tasks}?limit=1`));
      const cursor = new URL(next, server.url).searchParams.get('cursor');
      const bob = someone('cursor');
      const own = await bob.create({title: "bob's"});
      const answer = await bob.expect(200, 'GET', `${bob.tasks}?limit=1&cursor=${cursor}`);
      for (const task of answer.body) assert.deepEqual(task, own);
    });

    test('takes odd words as words', async () => {
      for (const words of ODD_WORDS) {
        const query = `q=${encodeURIComponent(words)}`;
        const {status, text} = await ada.call('GET', `${ada.tasks}?${query}`);
        assert.ok([200, 422].includes(status), `${words}: ${status} ${text}`);
      }
      const whole = await ada.expect(200, 'GET', `${ada.tasks}?q=banana%22`);
      assert.deepEqual(numbers_of(whole), [7, 2]);
    });

    test('finds the words of today, not those of yesterday', async () => {
      const bob = someone('words');
      const {number} = await bob.create({title: 'alpha beta', description: 'gamma'});
      const found = async (q) => numbers_of(
          await bob.expect(200, 'GET', `${bob.tasks}?q=${q}`)).length;
      await bob.expect(200, 'PATCH', `${bob.tasks}/${number}`,
                       {body: {title: 'delta', description: null}});
      assert.deepEqual([await found('alpha'), await found('gamma'), await found('delta')],
                       [0, 0, 1]);
      await bob.expect(204, 'DELETE', `${bob.tasks}/${number}`);
      assert.equal(await found('delta'), 0);
    });

    test("ends a whole day where the caller's zone does", async () => {
      const bob = someone('zone');
      await bob.create({title: 'whole day', due_date: '2031-06-15'});
      await bob.create({title: 'instant', due_date: '2031-06-15T22:30:00Z'});
      const cases = [
        [undefined, 'due_before=2031-06-15T22:30:00Z', []],
        ['UTC', 'due_before=2031-06-15T22:30:00Z', []],
        ['Europe/Berlin', 'due_before=2031-06-15T22:30:00Z', [1]],
        ['America/New_York', 'due_after=2031-06-16T03:00:00Z', [1]],
        ['Europe/Berlin', 'due_after=2031-06-15T22:00:00Z', [2]],
        ['Europe/Berlin', 'due_before=2031-06-16', [1]],
        ['UTC', 'due_before=2031-06-16', [2, 1]],
        ['Europe/Berlin', 'due_after=2031-06-16', [2]],
      ];
      for (const [zone, query, expected] of cases) {
        const headers = zone === undefined ? {} : {'X-Timezone': zone};
        const answer = await bob.expect(200, 'GET', `${bob.tasks}?${spell(query)}`, {headers});
        assert.deepEqual(numbers_of(answer), expected, `${query} in ${zone}`);
      }
    });

    test("is overdue by the caller's calendar", async () => {
      // At any moment it is a later day in the one zone than in the other.
      const [west, east] = ['Etc/GMT+12', 'Pacific/Kiritimati'];
      const today = () => new Intl.DateTimeFormat('en-CA', {timeZone: west}).format(new Date());
      let day;
      let found;
      do {  // anew where the day has ended meanwhile
        day = today();
        const bob = someone(`calendar-${day}`);
        await bob.create({title: 'today in the west', due_date: day});
        found = await Promise.all([west, east].map(async (zone) => numbers_of(
          await bob.expect(200, 'GET', `${bob.tasks}?overdue=true`,
                           {headers: {'X-Timezone': zone}}))));
      } while (day !== today());
      assert.deepEqual(found, [[], [1]]);
    });

    test('has a HEAD, which says how many there are', async () => {
      const answer = await ada.expect(200, 'HEAD', `${ada.tasks}?status=completed`);
      assert.deepEqual([answer.headers.get('x-total-count'), answer.text], ['2', '']);
    });
  });
}
