// What a person at the page waits for, in Chromium, on this machine and on one that is four
// times as slow (by the throttling of the browser):
//
//   tools/npm-ci tests/e2e && node bench/page.mjs
//
// How long the page takes until it can be typed into, on the first visit and on the second, and how
// many frames a second it draws while the wheel turns over 10,000 tasks. $TODOD is the binary:
// build/release/todod where it is not set.
import {load, follow_scripts, scroll} from '../tests/e2e/browser/support/measure.mjs';
import {Stage} from '../tests/e2e/browser/support/page.mjs';
import {household, sow} from '../tests/e2e/browser/support/tasks.mjs';
import {connection} from '../tests/e2e/browser/support/views.mjs';

const RATES = [1, 4];
const ROUNDS = 5;
const FEW = 50;
const MANY = 10_000;
const SCROLL_MS = 5000;

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const ms = (value) => `${Math.round(value)} ms`;

const stage = await Stage.open();

/// Of first and second visits, in the middle.
async function time_visits(person, selector, rate) {
  const times = {first: [], second: []};
  for (let i = 0; i < ROUNDS; i += 1) {
    await stage.visit({person, path: '/health'}, async (page) => {
      for (const each of Object.values(times)) {
        each.push((await load(page, stage.server.url, selector, {rate})).interactive_ms);
        await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
      }
    });
  }
  return `first visit ${ms(median(times.first))}, second visit ${ms(median(times.second))}`;
}

async function count_bytes() {
  await stage.visit({path: '/health'}, async (page) => {
    const bytes_of = await follow_scripts(page);
    await page.goto(stage.server.url, {waitUntil: 'load'});
    await page.locator('input[name=email]').waitFor();
    const sum = [...bytes_of().values()].reduce((bytes, each) => bytes + each, 0);
    console.log(`script of the first load: ${(sum / 1000).toFixed(1)} KB`);
  });
}

async function time_scrolling(person) {
  await stage.visit({person}, async (page) => {
    await connection(page, 'Up to date');
    await page.getByText(String(MANY), {exact: true}).first().waitFor();
    for (const rate of RATES) {
      const seen = await scroll(page, SCROLL_MS, {rate});
      console.log(`scrolling ${MANY} tasks, ${rate}×: ${seen.fps.toFixed(1)} frames a second, `
        + `the slowest after ${ms(seen.slowest_ms)}; ${seen.task_ms.toFixed(1)} ms of work a frame `
        + `(script ${seen.script_ms.toFixed(1)}, layout ${seen.layout_ms.toFixed(1)}), `
        + `${seen.most_rows} rows at most`);
    }
  });
}

try {
  await count_bytes();
  const few = await stage.somebody();
  await sow(few.client, household(FEW));
  for (const rate of RATES) {
    console.log(`signing in, ${rate}×: ${await time_visits(undefined, 'input[name=email]', rate)}`);
    console.log(`${FEW} tasks, ${rate}×: ${await time_visits(few, '#quick-add', rate)}`);
  }
  const many = await stage.somebody();
  await sow(many.client, household(MANY).map((task) => ({...task, status: 'TODO'})));
  await time_scrolling(many);
} finally {
  await stage.close();
}
