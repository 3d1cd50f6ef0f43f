// What people, programs and models write never runs in the page, and is shown as it was written.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {is_repetition} from '../support/database.mjs';
import {calls, says, start_model} from '../support/model.mjs';
import {SIZES, Stage} from './support/page.mjs';
import {find_intruders, PAYLOADS} from './support/payloads.mjs';
import {change, remove, sow} from './support/tasks.mjs';

/// Tags and names of a token are short.
const TAG_MAX = 50;
const NAME_MAX = 100;
/// The log says no more of a title.
const LOG_MAX = 80;
const length_of = (text) => [...text].length;
const is_tag = (payload) => length_of(payload) <= TAG_MAX && !payload.includes(',');
const tag_of = (payload) => (is_tag(payload) ? [payload] : []);
const IMAGE = '<img src=x onerror=hit=1>';

/// Lists show what is on the screen: on this one, all of them.
const TALL = {viewport: {width: 1280, height: 30_000}};

/// A model that answers with all of it, and calls tools with it.
const ALL = PAYLOADS.join('\n');
const FIXTURES = [
  says(IMAGE, calls(['add', 'add_task', {title: PAYLOADS[0], description: ALL.slice(0, 900)}],
                    ['look', 'search_tasks', {query: 'script'}],
                    ['strange', '<script>hit=1</script>', {[IMAGE]: IMAGE}])),
  says(IMAGE, {content: ALL}, {after: 'strange', chunkSize: 7, latency: 1}),
];

describe('what is written', {skip: is_repetition}, () => {
  let model;
  let stage;
  let person;
  let tasks;

  before(async () => {
    model = await start_model(FIXTURES);
    stage = await Stage.open({env: {
      OPENAI_API_KEY: 'sk-of-the-server-that-runs-these-tests', OPENAI_BASE_URL: model.url,
    }});
    person = await stage.somebody(IMAGE);
    tasks = await sow(person.client, PAYLOADS.map((_, i) => ({title: `task ${i}`})));
    await change(person.client, tasks.map(({id}, i) => [id, {
      title: PAYLOADS[i], description: PAYLOADS[i], tags: tag_of(PAYLOADS[i]),
    }]));
  });
  after(async () => {
    await stage?.close();
    await model?.stop();
  });

  /// Shows the page at `path`, tall enough for all; nothing may run in it, at any time.
  async function look(path, body, options = {}) {
    await stage.visit({person, path, ...TALL, ...options}, async (page, visitor) => {
      page.on('dialog', () => assert.fail('a dialog'));
      await body(page, visitor);
      assert.deepEqual(await page.evaluate(find_intruders), []);
    });
  }

  /// Waits until the page has each text somewhere, as it is written.
  async function check_shown(page, texts, within = 'body') {
    await page.waitForFunction(([expected, selector]) => {
      const text = document.querySelector(selector)?.textContent ?? '';
      return expected.every((each) => text.includes(each));
    }, [texts, within]).catch(async () => {
      const text = await page.locator(within).textContent();
      assert.deepEqual(texts.filter((each) => !text.includes(each)), [], 'is not shown');
    });
  }

  test('is what it is in the list, to be read, searched, filtered and edited', async () => {
    await look('/#/tasks', async (page) => {
      const list = page.getByRole('grid', {name: 'Tasks'});
      await check_shown(page, PAYLOADS, '[role=grid]');
      const tags = PAYLOADS.flatMap(tag_of).slice(0, 3);
      await check_shown(page, tags.map((tag) => `#${tag}`), '[role=grid]');
      await page.getByRole('button', {name: /^All \d+ tags$/}).click();
      await check_shown(page, PAYLOADS.flatMap(tag_of), '#side');
      await page.getByRole('searchbox', {name: 'Search'}).fill('base href="//evil');
      await page.waitForFunction(() => document.querySelectorAll('[role=row] a').length === 1);
      await list.getByRole('link').focus();
      await page.keyboard.press('F2');
      const field = list.getByRole('textbox', {name: 'Title'});
      assert.equal(await field.inputValue(), '<base href="//evil.example/">');
      await page.keyboard.press('Escape');
      await page.getByRole('textbox', {name: 'Add a task'}).fill(`${IMAGE} tomorrow #${IMAGE}`);
      await page.keyboard.press('Enter');
      await page.getByText(`Added “${IMAGE}`).waitFor();
      assert.match(await page.title(), /todod$/);
    });
  });

  test('is what it is in a task, and in its history', async () => {
    await look('/', async (page) => {
      const panel = page.getByRole('complementary', {name: /^Task \d+$/});
      for (const [i, {id}] of tasks.entries()) {
        await page.evaluate((hash) => { location.hash = hash; }, `#/tasks/${id}`);
        await panel.getByText(`task ${i} →`).waitFor();
        const payload = PAYLOADS[i];
        assert.equal(await panel.getByLabel('Title', {exact: true}).inputValue(), payload);
        assert.equal(await panel.getByLabel('Description', {exact: true}).inputValue(), payload);
        const shown = await panel.textContent();
        for (const tag of tag_of(payload)) assert.ok(shown.includes(`Tags: +${tag}`), tag);
        assert.deepEqual(await page.evaluate(find_intruders), []);
      }
    }, SIZES.desktop);
  });

  test('is what it is in the log, and where it cannot be taken back', async () => {
    const [{id}] = await sow(person.client, [{title: 'changed twice'}]);
    await change(person.client, [[id, {title: IMAGE}]]);
    await change(person.client, [[id, {title: `${IMAGE} again`}]]);
    await look('/#/log', async (page, visitor) => {
      await page.getByRole('button', {name: `Show all ${PAYLOADS.length}`}).first().click();
      await check_shown(page, PAYLOADS.filter((payload) => length_of(payload) <= LOG_MAX), 'main');
      visitor.allow(/status of 409/);
      await page.getByRole('button', {name: /^Take back: .*Title: changed twice →/}).click();
      await page.getByText(/^Nothing was taken back/).waitFor();
    });
  });

  test('is what it is in the trash', async () => {
    const gone = await sow(person.client, PAYLOADS.map((title) => ({title})));
    await remove(person.client, gone.map(({id}) => id));
    await look('/#/trash', async (page) => {
      await check_shown(page, PAYLOADS, 'main');
      const purge = page.getByRole('button', {name: `Delete “${IMAGE}” for good`, exact: true});
      await purge.first().click();
      await page.getByRole('dialog').getByText(`“${IMAGE}” will be gone`).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('button', {name: `Restore “${IMAGE}”`, exact: true}).first().click();
      await page.getByText(`Restored “${IMAGE}”`, {exact: true}).waitFor();
    });
  });

  test('is what it is in the settings', async () => {
    const names = PAYLOADS.filter((payload) => length_of(payload) <= NAME_MAX);
    for (const name of names) {
      const body = {name, scopes: ['read']};
      await person.client.expect(201, 'POST', '/api/auth/tokens', {body});
    }
    await look('/#/settings', async (page) => {
      await check_shown(page, names, 'main');
      await page.getByRole('region', {name: 'Account'}).getByText(IMAGE).waitFor();
      await page.getByRole('button', {name: `Revoke ${IMAGE}`, exact: true}).first().click();
      await page.getByRole('dialog').getByText(`the token “${IMAGE}”`).waitFor();
    });
  });

  test('is what it is when the assistant says it, while it does and afterwards', async () => {
    await look('/', async (page) => {
      const panel = page.getByRole('complementary', {name: 'Assistant'});
      await page.getByRole('button', {name: 'Assistant', exact: true}).click();
      await panel.getByLabel('Message to the assistant').fill(IMAGE);
      await page.keyboard.press('Enter');
      await panel.getByRole('button', {name: 'Undo', exact: true}).waitFor();
      await check_shown(page, [IMAGE, ...PAYLOADS], 'aside');
      for (const each of await panel.locator('summary').all()) await each.click();
      assert.ok(await panel.locator('dd', {hasText: PAYLOADS[0]}).count() > 0);
      assert.deepEqual(await page.evaluate(find_intruders), []);
      await panel.getByRole('button', {name: 'Conversations'}).click();
      await panel.getByRole('button', {name: `Delete “${IMAGE}”`}).click();
      await page.getByRole('dialog').getByText(`“${IMAGE}” is deleted`).waitFor();
      await page.keyboard.press('Escape');
      await page.reload();
      await page.getByRole('button', {name: 'Assistant', exact: true}).click();
      await panel.getByRole('button', {name: 'Conversations'}).click();
      await panel.getByRole('button', {name: IMAGE}).first().click();
      await panel.getByRole('region', {name: 'Conversation', exact: true}).waitFor();
      await check_shown(page, [IMAGE, ...PAYLOADS], 'aside');
    }, SIZES.desktop);
  });
});

describe('the policy of the page', {skip: is_repetition}, () => {
  let stage;

  before(async () => { stage = await Stage.open(); });
  after(() => stage?.close());

  test('has no exceptions', async () => {
    const {headers} = await fetch(stage.server.url, {headers: {Accept: 'text/html'}});
    const policy = headers.get('content-security-policy');
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /require-trusted-types-for 'script'/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:|data:[^;]*script|strict-dynamic|nonce|sha256/);
    for (const name of ['script-src', 'style-src', 'connect-src', 'worker-src']) {
      assert.match(policy, new RegExp(`${name} 'self'(;|$)`));
    }
  });

  /// What the browser says of what a page does that is not careful.
  const REFUSED = ['style-src-elem', 'style-src-attr', 'img-src', 'frame-src', 'connect-src',
    'require-trusted-types-for', 'TypeError', 'EvalError'];

  /// What such a page would do; gives what was refused, once that has all of `expected`.
  async function misbehave(expected) {
    const refused = [];
    document.addEventListener('securitypolicyviolation', ({effectiveDirective}) =>
      refused.push(effectiveDirective));
    const attempt = (work) => {
      try { work(); } catch (error) { refused.push(error.name); }
    };
    const add = (name, set) => attempt(() => {
      const element = document.createElement(name);
      set(element);
      document.body.append(element);
    });
    add('script', (it) => it.append('window.hit = 1'));
    add('script', (it) => { it.async = true; it.setAttribute('src', 'http://127.0.0.2:9/x.js'); });
    add('script', (it) => { it.text = 'window.hit = 2'; });
    add('style', (it) => it.append('body {color: red}'));
    add('p', (it) => it.setAttribute('style', 'color: red'));
    add('p', (it) => { it.innerHTML = '<img src=x onerror=window.hit=3>'; });
    add('img', (it) => { it.src = 'http://127.0.0.2:9/x.png'; });
    add('iframe', (it) => { it.src = 'data:text/html,x'; });
    attempt(() => setTimeout('window.hit = 4'));
    await new Promise((done) => setTimeout(done, 100));
    await new Promise((done) => setTimeout(() => {
      attempt(() => (0, eval)('window.hit = 5'));
      done();
    }));
    await fetch('http://127.0.0.2:9/').catch(({name}) => refused.push(name));
    // What is refused is told by and by; what ran would have run by then.
    for (let i = 0; i < 100 && !expected.every((each) => refused.includes(each)); i += 1) {
      await new Promise((done) => setTimeout(done, 100));
    }
    await new Promise((done) => setTimeout(done, 100));
    return {refused, hit: window.hit};
  }

  test('is kept by the browser, whatever the page does', async () => {
    await stage.visit({}, async (page, visitor) => {
      visitor.allow(/./);
      const {refused, hit} = await page.evaluate(misbehave, REFUSED);
      assert.equal(hit, undefined);
      for (const each of REFUSED) {
        assert.ok(refused.includes(each), `${each} is not among ${refused.join(', ')}`);
      }
    });
  });

  test('and what would break it is found by these tests', async () => {
    await stage.visit({}, async (page, visitor) => {
      await page.evaluate(() => document.body.append(document.createElement('style')));
      assert.notDeepEqual(await page.evaluate(find_intruders), []);
      const told = page.waitForEvent('console', {
        predicate: (message) => message.text().includes('policy: style-src-attr'),
      });
      await page.evaluate(() => document.body.setAttribute('style', 'color: red'));
      await told;
      assert.throws(() => visitor.check(), /policy: style-src-attr/);
      visitor.allow(/./);
    });
  });
});
