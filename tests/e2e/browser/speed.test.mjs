// What the page costs a browser. Nothing here is by the clock: bytes are counted, rows, and the
// time for which the main thread worked, not the time for which it had to wait.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {is_repetition} from '../support/database.mjs';
import {follow_scripts, load, scroll} from './support/measure.mjs';
import {Stage} from './support/page.mjs';
import {household, sow} from './support/tasks.mjs';
import {connection, list_of} from './support/views.mjs';

const SCRIPT_BYTES = 60_000;
/// On a processor that is four times as slow, a page is to be of use within a second.
const WORK_S = 1 / 4;
const FRAME_MS = 1000 / 60;
const MANY = 10_000;
const MOST_ROWS = 100;
const SCROLL_MS = 3000;
const EMAIL = 'input[name=email]';
const QUICK_ADD = '#quick-add';

describe('the page', {skip: is_repetition}, () => {
  let stage;
  let person;

  before(async () => {
    stage = await Stage.open();
    person = await stage.somebody();
    await sow(person.client, household(50));
  });
  after(() => stage?.close());

  test('is there with less than 60 KB of script', async (t) => {
    for (const [who, selector] of [[undefined, EMAIL], [person, QUICK_ADD]]) {
      await stage.visit({person: who, path: '/health'}, async (page) => {
        const bytes_of = await follow_scripts(page);
        await page.goto(stage.server.url);
        await page.locator(selector).waitFor();
        await page.waitForLoadState('load');
        const all = [...bytes_of().values()];
        const sum = all.reduce((bytes, each) => bytes + each, 0);
        t.diagnostic(`${selector}: ${sum} bytes of ${all.length} scripts`);
        assert.ok(sum > 0 && sum < SCRIPT_BYTES, `${sum} bytes`);
      });
    }
  });

  test('is of use at once, the first time and again', async (t) => {
    for (const [who, selector] of [[undefined, EMAIL], [person, QUICK_ADD]]) {
      await stage.visit({person: who, path: '/health'}, async (page) => {
        for (const visit of ['first', 'second']) {
          const {interactive_ms, work_s} = await load(page, stage.server.url, selector);
          t.diagnostic(`${selector}, ${visit} visit: ${Math.round(1000 * work_s)} ms of work, `
            + `${Math.round(interactive_ms)} ms here`);
          assert.ok(work_s > 0 && work_s < WORK_S, `${work_s} s of work`);
          await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
        }
      });
    }
  });

  test('shows ten thousand tasks, a few rows at a time, with time to spare', async (t) => {
    const busy = await stage.somebody();
    await sow(busy.client, household(MANY).map((task) => ({...task, status: 'TODO'})));
    await stage.visit({person: busy}, async (page) => {
      await connection(page, 'Up to date');
      await page.getByText(String(MANY), {exact: true}).first().waitFor();
      const seen = await scroll(page, SCROLL_MS);
      t.diagnostic(`${seen.frames} frames, ${seen.task_ms.toFixed(1)} ms of work for each`);
      assert.ok(seen.least_rows > 0 && seen.most_rows < MOST_ROWS, `${seen.most_rows} rows`);
      assert.ok(seen.frames > 1);
      assert.ok(seen.task_ms < FRAME_MS, `${seen.task_ms} ms of work for a frame`);
      const lowest = list_of(page).getByRole('row').last();
      assert.ok(Number(await lowest.getAttribute('aria-rowindex')) > MOST_ROWS);
    });
  });
});
