// The pictures of the README, made anew: SCREENSHOTS=docs/screenshots names where, from the root.
import assert from 'node:assert/strict';
import {mkdirSync, statSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {fileURLToPath} from 'node:url';

import {Stage} from './support/page.mjs';
import {sow} from './support/tasks.mjs';
import {connection, row_of, say} from './support/views.mjs';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FOLDER = process.env.SCREENSHOTS && resolve(ROOT, process.env.SCREENSHOTS);
const BYTES = 150_000;
const DAY_MS = 86_400_000;

const day = (days) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
const at = (days, time) => `${day(days)}T${time}:00.000Z`;

/// What a household has to do.
const TASKS = [
  {title: 'Pay the rent', priority: 'URGENT', dueDate: at(1, '14:00'), tags: ['home']},
  {title: 'Call the dentist', priority: 'HIGH', dueDate: day(0), tags: ['health']},
  {title: 'Book the trains for the holidays', priority: 'HIGH', dueDate: day(3), tags: ['travel']},
  {title: 'Renew the library cards', priority: 'MEDIUM', dueDate: day(6), tags: ['family']},
  {title: 'Buy Grandma a present', priority: 'MEDIUM', dueDate: day(2), tags: ['family', 'shop']},
  {title: 'Mend the bicycle', priority: 'MEDIUM', tags: ['home']},
  {title: 'Water the plants', priority: 'LOW', dueDate: day(1), tags: ['home']},
  {title: 'Read “Middlemarch”', priority: 'LOW'},
];

describe('pictures', {skip: !FOLDER && 'SCREENSHOTS names no folder'}, () => {
  let stage;

  before(async () => { stage = await Stage.open(); });
  after(() => stage?.close());

  async function take(page, name) {
    mkdirSync(FOLDER, {recursive: true});
    const path = join(FOLDER, name);
    await page.screenshot({path, animations: 'disabled', caret: 'hide'});
    assert.ok(statSync(path).size <= BYTES, `${name} has ${statSync(path).size} bytes`);
  }

  test('of a list beside the assistant, at a desk', async () => {
    const person = await stage.somebody();
    await sow(person.client, TASKS);
    await stage.visit({person, timezoneId: 'UTC'}, async (page) => {
      await connection(page, 'Up to date');
      await page.getByRole('button', {name: 'Assistant', exact: true}).click();
      const panel = page.getByRole('complementary', {name: 'Assistant'});
      await say(page, 'Add a task to buy milk');
      await panel.getByRole('button', {name: 'Undo', exact: true}).waitFor();
      await say(page, 'What is due today?');
      await panel.getByText(/^Look through the tasks/).waitFor();
      await panel.getByRole('button', {name: 'Send'}).waitFor();
      await row_of(page, 'Buy milk').or(row_of(page, 'buy milk')).waitFor();
      await take(page, 'list.png');
    });
  });

  test('of a list on a phone, in the dark', async () => {
    const person = await stage.somebody();
    await sow(person.client, TASKS);
    const options = {size: 'phone', theme: 'dark', timezoneId: 'UTC', deviceScaleFactor: 2};
    await stage.visit({person, ...options}, async (page) => {
      await connection(page, 'Up to date');
      await row_of(page, 'Pay the rent').waitFor();
      await take(page, 'phone.png');
    });
  });
});
