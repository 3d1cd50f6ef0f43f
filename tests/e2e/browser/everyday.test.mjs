// A day at the page, at a desk and on a phone: what a household does, with and without a network.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {IS_OFFLINE, SIZES, Stage} from './support/page.mjs';
import {sow, titled, wait_for_task} from './support/tasks.mjs';
import {
  add_task, complete, connection, list_of, notice, panel_of, row_of, say, title_of,
} from './support/views.mjs';

const RENT = 'Pay rent tomorrow 9am !high #home';

let stage;

before(async () => { stage = await Stage.open(); });
after(() => stage?.close());

async function sign_up(page, {name, email, password}) {
  await page.getByRole('button', {name: 'New here? Make an account'}).click();
  await page.getByLabel('Name', {exact: true}).fill(name);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', {name: 'Make an account', exact: true}).click();
  await page.getByRole('textbox', {name: 'Add a task'}).waitFor();
}

/// Nine o'clock tomorrow morning where the browser is.
const tomorrow_at_nine = (page) => page.evaluate(() => {
  const day = new Date();
  day.setDate(day.getDate() + 1);
  return new Date(day.setHours(9, 0, 0, 0)).toISOString();
});

for (const size of Object.keys(SIZES)) {
  describe(`on a ${size}`, () => {
    test('who is new makes an account, and adds, edits, completes, undoes and finds', async () => {
      const person = stage.newcomer();
      await stage.visit({size}, async (page) => {
        await sign_up(page, person);
        await page.getByRole('heading', {name: 'What is there to do?'}).waitFor();
        const begun = await tomorrow_at_nine(page);
        await add_task(page, RENT);
        const row = row_of(page, 'Pay rent');
        await row.getByText('#home').waitFor();
        await row.getByRole('img', {name: 'High'}).waitFor();
        // Of either day, where it was midnight in between.
        const nine = [begun, await tomorrow_at_nine(page)];
        assert.ok(nine.includes(await row.locator('time').getAttribute('datetime')), `${nine}`);
        await edit_in_place(page, size);
        await edit_in_panel(page);
        await complete(page, 'Pay the rent');
        await row_of(page, 'Pay the rent').waitFor({state: 'detached'});
        await notice(page, 'Completed').getByRole('button', {name: 'Undo'}).click();
        await row_of(page, 'Pay the rent').waitFor();
        await find(page);
      });
    });

    /// The title where it is: by the keyboard at a desk, in the panel on a phone.
    async function edit_in_place(page) {
      await title_of(page, 'Pay rent').focus();
      await page.keyboard.press('F2');
      const field = list_of(page).getByRole('textbox', {name: 'Title'});
      await field.fill('Pay the rent');
      await field.press('Enter');
      await row_of(page, 'Pay the rent').waitFor();
    }

    async function edit_in_panel(page) {
      await title_of(page, 'Pay the rent').click();
      const panel = panel_of(page);
      await panel.getByLabel('Due date', {exact: true}).fill('2031-05-06');
      await panel.getByRole('button', {name: 'Urgent'}).click();
      await panel.getByLabel('Description').fill('To the landlord');
      await panel.getByLabel('Tags').fill('money');
      await panel.getByLabel('Tags').press('Enter');
      await panel.getByText(/^Priority: High → Urgent$/).waitFor();
      await panel.getByRole('button', {name: 'Close'}).click();
      const row = row_of(page, 'Pay the rent');
      await row.getByText('#money').waitFor();
      await row.getByRole('img', {name: 'Urgent'}).waitFor();
      assert.match(await row.locator('time').getAttribute('datetime'), /^2031-05-0[67]/);
    }

    async function find(page) {
      await add_task(page, 'Buy milk #shop');
      await add_task(page, 'Call the dentist !low');
      await page.getByRole('searchbox', {name: 'Search'}).fill('MILK');
      await row_of(page, 'Buy milk').waitFor();
      await row_of(page, 'Pay the rent').waitFor({state: 'detached'});
      await page.getByRole('searchbox', {name: 'Search'}).fill('nothing like it');
      await page.getByText('No task matches.').waitFor();
      await page.getByRole('button', {name: 'Clear the filter'}).first().click();
      await page.getByLabel('Show priority').selectOption('Low');
      await row_of(page, 'Call the dentist').waitFor();
      await row_of(page, 'Buy milk').waitFor({state: 'detached'});
    }

    test('the assistant adds and completes, and shows what it does', async () => {
      const person = await stage.somebody();
      await stage.visit({size, person}, async (page) => {
        await page.getByRole('button', {name: 'Assistant', exact: true}).click();
        const panel = page.getByRole('complementary', {name: 'Assistant'});
        await say(page, 'Add a task to water the plants');
        await panel.getByText(/^Add a task: water the plants/i).waitFor();
        await panel.getByRole('button', {name: 'Undo', exact: true}).waitFor();
        const [{number}] = (await person.client.expect(200, 'GET', '/api/tasks')).body;
        await say(page, `Complete task ${number}`);
        await panel.getByText(/^Complete a task: water the plants/i).waitFor();
        await panel.getByRole('button', {name: 'Undo', exact: true}).waitFor();
        await page.getByRole('button', {name: 'Close the assistant'}).click();
        await page.getByText('Nothing is left to do.').waitFor();
        await wait_for_task(person.client, 'Water the plants', {status: 'COMPLETED'});
      });
    });

    test('another window, and another browser, see what is done at once', async () => {
      const person = await stage.somebody();
      await stage.visit({size, person}, async (page, visitor) => {
        await connection(page, 'Up to date');
        const second = await visitor.open();
        await connection(second, 'Up to date');
        await stage.visit({size, person}, async (elsewhere) => {
          await connection(elsewhere, 'Up to date');
          await add_task(page, 'Feed the cat');
          for (const other of [second, elsewhere]) await row_of(other, 'Feed the cat').waitFor();
          await complete(elsewhere, 'Feed the cat');
          for (const other of [page, second]) {
            await row_of(other, 'Feed the cat').waitFor({state: 'detached'});
          }
          await sow(person.client, [{title: 'From a program'}]);
          for (const other of [page, second, elsewhere]) {
            await row_of(other, 'From a program').waitFor();
          }
        });
      });
    });

    test('without a network all is there and can be changed, and arrives once', async () => {
      const person = await stage.somebody();
      const now = ['New', 'Other', 'Added on a train'];
      await sow(person.client, [{title: 'Old'}, {title: 'Open'}, {title: 'Other'}]);
      await stage.visit({size, person}, async (page, visitor) => {
        visitor.allow(IS_OFFLINE);
        await row_of(page, 'Other').waitFor();
        await connection(page, 'Up to date');
        await page.evaluate(() => navigator.serviceWorker.ready);
        await visitor.context.setOffline(true);
        await connection(page, 'Offline');
        await add_task(page, 'Added on a train #train');
        await complete(page, 'Open');
        await title_of(page, 'Old').click();
        await panel_of(page).getByLabel('Title', {exact: true}).fill('New');
        await panel_of(page).getByRole('button', {name: 'Close'}).click();
        await connection(page, '3 changes not sent yet');
        await page.reload();
        for (const title of now) await row_of(page, title).waitFor();
        assert.equal(await row_of(page, 'Open').count(), 0);
        await connection(page, '3 changes not sent yet');
        assert.deepEqual(await titled(person.client, 'Added on a train'), []);
        await visitor.context.setOffline(false);
        await connection(page, 'Up to date');
        await wait_for_task(person.client, 'Added on a train');
        await wait_for_task(person.client, 'New');
        await wait_for_task(person.client, 'Open', {status: 'COMPLETED'});
        assert.equal((await person.client.expect(200, 'GET', '/api/tasks')).body.length, 4);
        await page.getByText(/not sent yet/).waitFor({state: 'detached'});
        for (const title of now) await row_of(page, title).waitFor();
      });
    });

    test('what cannot be saved where it is left can be gone on with', async () => {
      const person = await stage.somebody();
      const long = `Note ${'x'.repeat(1000)}`;
      await sow(person.client, [{title: 'Old', description: 'Short'}]);
      await stage.visit({size, person}, async (page) => {
        await title_of(page, 'Old').click();
        const panel = panel_of(page);
        await panel.getByLabel('Description').fill(long);
        await panel.getByRole('button', {name: 'Close'}).click();
        await notice(page, /at most 1000 characters/)
          .getByRole('button', {name: 'Go on with it'}).click();
        assert.equal(await panel.getByLabel('Description').inputValue(), long);
        await panel.getByRole('alert').getByText(/at most 1000 characters/).waitFor();
        await wait_for_task(person.client, 'Old', {description: 'Short'});
        await panel.getByLabel('Description').fill('Note');
        await panel.getByRole('button', {name: 'Close'}).click();
        await wait_for_task(person.client, 'Old', {description: 'Note'});
      });
    });

    test('an answer that is lost on the way does nothing twice', async () => {
      const person = await stage.somebody();
      await stage.visit({size, person}, async (page, visitor) => {
        visitor.allow(IS_OFFLINE);
        await connection(page, 'Up to date');
        let lost = 0;
        await page.route('**/api/tasks', async (route) => {
          if (route.request().method() !== 'POST' || lost === 1) return route.continue();
          lost += 1;
          await route.fetch();
          return route.abort('connectionreset');
        });
        const answered = page.waitForResponse((answer) => answer.request().method() === 'POST');
        await add_task(page, 'Once');
        await wait_for_task(person.client, 'Once');
        await connection(page, 'Up to date');
        await row_of(page, 'Once').waitFor();
        await answered;
        assert.equal(lost, 1);
        await wait_for_task(person.client, 'Once');
        assert.equal(await row_of(page, 'Once').count(), 1);
      });
    });
  });
}
