// What axe-core says of every view and state of the page, by the rules of WCAG 2.2 AA: at a desk
// and on a phone, light and dark.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {after, before, describe, test} from 'node:test';

import {is_repetition} from '../support/database.mjs';
import {IS_OFFLINE, SIZES, Stage} from './support/page.mjs';
import {household, remove, sow} from './support/tasks.mjs';
import {
  add_task, complete, connection, list_of, notice, panel_of, say, title_of,
} from './support/views.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/// What is said of a page beside that, but is no fault.
const ADVICE = 'best-practice';
/// In other colours nothing else is different.
const RULES = {
  light: {runOnly: {type: 'tag', values: [...TAGS, ADVICE]}, resultTypes: ['violations']},
  dark: {runOnly: {type: 'rule', values: ['color-contrast']}, resultTypes: ['violations']},
};

/// In the page: waits until it is drawn in its new colours.
const drawn_anew = () => new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(done));
});

const WRONG = /status of 401/;

describe('axe-core finds no fault', {skip: is_repetition}, () => {
  let stage;

  before(async () => { stage = await Stage.open(); });
  after(() => stage?.close());

  /// What is wrong in the state that the page is in, in words.
  async function faults_of(page, state, t) {
    const found = [];
    for (const [colorScheme, rules] of Object.entries(RULES)) {
      await page.emulateMedia({colorScheme});
      await page.evaluate(drawn_anew);
      if (!await page.evaluate('"axe" in window')) await page.evaluate(AXE);
      const {violations} = await page.evaluate((options) => axe.run(document, options), rules);
      for (const {id, tags, nodes} of violations) {
        const fault = `${state}, ${colorScheme}: ${id}: ${nodes.slice(0, 3).map(describe_node)}`;
        if (tags.includes(ADVICE)) {
          t.diagnostic(`advice: ${fault}`);
        } else {
          found.push(fault);
        }
      }
    }
    await page.emulateMedia({colorScheme: 'light'});
    return found;
  }

  const describe_node = ({html, any, all}) =>
    `${html.slice(0, 160)} (${[...any, ...all].map(({message}) => message).join('; ')})`;

  /// Goes through the states of a view: [name, what leads there from the one before]…
  async function go_through(t, options, states) {
    for (const size of Object.keys(SIZES)) {
      const faults = [];
      await stage.visit({size, ...options}, async (page, visitor) => {
        for (const [name, lead] of Object.entries(states)) {
          await lead(page, visitor, size);
          faults.push(...await faults_of(page, `${name} on a ${size}`, t));
        }
      });
      assert.deepEqual(faults, []);
    }
  }

  const press = (name) => (page) => page.getByRole('button', {name, exact: true}).first().click();
  const escape = (page) => page.keyboard.press('Escape');
  const dialog = (page) => page.getByRole('dialog').waitFor();
  /// One after the other.
  const then = (...steps) => async (...args) => {
    for (const step of steps) await step(...args);
  };

  test('where there is none, and finds those that there are', async (t) => {
    await stage.visit({}, async (page) => {
      await page.getByLabel('E-mail').waitFor();
      await page.evaluate(() => {
        document.querySelector('h1').style.color = 'var(--accent-soft)';
        document.querySelector('label').remove();
      });
      const found = await faults_of(page, 'spoilt', t);
      for (const rule of ['light: color-contrast', 'dark: color-contrast', 'light: label']) {
        assert.ok(found.some((fault) => fault.includes(rule)), `${rule} is not in ${found}`);
      }
    });
  });

  test('in signing in', async (t) => {
    await go_through(t, {}, {
      'signing in': (page) => page.getByLabel('E-mail').waitFor(),
      'a wrong password': async (page, visitor) => {
        visitor.allow(WRONG);
        await page.getByLabel('E-mail').fill('nobody@example.com');
        await page.getByLabel('Password').fill('a wrong password');
        await page.keyboard.press('Enter');
        await page.getByText('The e-mail or the password is wrong.').waitFor();
      },
      'making an account': press('New here? Make an account'),
    });
  });

  test('in an empty list, and in a new line', async (t) => {
    await go_through(t, {person: await stage.somebody()}, {
      'an empty list': (page) => page.getByText('What is there to do?').waitFor(),
      'a line that is understood': async (page) => {
        const field = page.getByRole('textbox', {name: 'Add a task'});
        await field.fill('Pay rent tomorrow 9am !high #home');
        await page.getByRole('list', {name: 'What was understood'}).waitFor();
      },
      'a line without a title': async (page) => {
        await page.getByRole('textbox', {name: 'Add a task'}).fill('!high');
        await page.keyboard.press('Enter');
        await page.getByText('A task needs a title.').waitFor();
      },
    });
  });

  test('in a full list', async (t) => {
    const person = await stage.somebody();
    await sow(person.client, household(12));
    await go_through(t, {person}, {
      'a full list': (page) => list_of(page).getByRole('img', {name: 'Urgent'}).first().waitFor(),
      'all tasks by date': async (page, _, size) => {
        if (size === 'phone') await press('Views')(page);
        await page.getByRole('button', {name: /^All \d+$/}).click();
        await page.getByLabel('Sort by').selectOption('By due date');
      },
      'the views': async (page, _, size) => {
        if (size === 'phone') await press('Views')(page);
      },
      'what is selected': async (page, _, size) => {
        if (size === 'phone') await page.getByRole('button', {name: 'Close'}).first().click();
        await press('Select')(page);
        for (const i of [0, 1]) await list_of(page).getByRole('checkbox').nth(i).click();
        await page.getByRole('region', {name: 'What is selected'}).waitFor();
      },
      'a date for them': then(press('Due date'), dialog),
      'tags for them': then(escape, press('Tags'), dialog),
      'nothing found': async (page) => {
        await escape(page);
        await press('End the selection')(page);
        await page.getByRole('searchbox', {name: 'Search'}).fill('nothing like it');
        await page.getByText('No task matches.').waitFor();
      },
      'a title that is edited': async (page) => {
        await press('Clear the filter')(page);
        await list_of(page).getByRole('link').first().focus();
        await page.keyboard.press('F2');
        await list_of(page).getByRole('textbox', {name: 'Title'}).waitFor();
      },
      'the shortcuts': then(escape, (page) => page.keyboard.press('?'), dialog),
    });
  });

  test('in a task, its history and what is said in passing', async (t) => {
    const person = await stage.somebody();
    await sow(person.client, household(5));
    await go_through(t, {person}, {
      'a task': async (page) => {
        await title_of(page, 'Buy milk 2').click();
        await panel_of(page).getByText('Made').first().waitFor();
      },
      'its history': async (page) => {
        const urgent = panel_of(page).getByRole('button', {name: 'Urgent', exact: true});
        const is_urgent = await urgent.getAttribute('aria-pressed') === 'true';
        const other = is_urgent ? 'Low' : 'Urgent';
        await panel_of(page).getByRole('button', {name: other, exact: true}).click();
        await panel_of(page).getByText(/^Priority: /).first().waitFor();
      },
      'a field that is wrong': async (page) => {
        await panel_of(page).getByLabel('Title', {exact: true}).fill(' ');
        await panel_of(page).getByLabel('Tags').focus();
        await panel_of(page).getByText('A task needs a title.').waitFor();
      },
      'no task': async (page) => {
        await page.evaluate(() => { location.hash = '#/tasks/nothing'; });
        await page.getByText('There is no such task').waitFor();
      },
      'messages': async (page) => {
        await page.evaluate(() => { location.hash = '#/tasks'; });
        await add_task(page, 'Something new');
        await complete(page, 'Something new');
        await notice(page, 'Completed').waitFor();
      },
    });
  });

  test('in the trash and among the changes', async (t) => {
    const person = await stage.somebody();
    const all = await sow(person.client, household(8));
    await remove(person.client, all.slice(0, 4).map(({id}) => id));
    await go_through(t, {person, path: '/#/trash'}, {
      'the trash': (page) => page.getByRole('button', {name: /^Restore “/}).first().waitFor(),
      'a question': then(press('Empty the trash'), dialog),
      'the changes': async (page) => {
        await escape(page);
        await page.getByRole('link', {name: 'Changes'}).click();
        await page.getByRole('button', {name: 'Show all 8'}).click();
        await page.getByText('“Pay the rent 1” · Made', {exact: true}).waitFor();
      },
    });
    const other = await stage.somebody();
    await go_through(t, {person: other, path: '/#/trash'}, {
      'an empty trash': (page) => page.getByText('The trash is empty.').waitFor(),
    });
  });

  test('in the settings', async (t) => {
    const person = await stage.somebody();
    const body = {name: 'A program', scopes: ['read', 'write']};
    await person.client.expect(201, 'POST', '/api/auth/tokens', {body});
    await go_through(t, {person, path: '/#/settings'}, {
      'the settings': async (page) => {
        await page.getByRole('button', {name: 'Revoke A program'}).waitFor();
        await page.getByRole('button', {name: 'Set: OpenAI'}).waitFor();
      },
      'a new password': then(press('Change the password'), dialog),
      'the end of an account': then(escape, press('Delete the account'), dialog),
      'a key': then(escape, press('Set: Another (OpenAI-compatible)'), dialog),
      'a token to be made': then(escape, press('Make a token'), dialog),
      'a new token': async (page) => {
        await page.getByRole('dialog').getByLabel('Name').fill('Another');
        await page.getByRole('dialog').getByRole('button', {name: 'Make a token'}).click();
        await page.getByText('Copy it now').waitFor();
      },
    });
  });

  test('in what the assistant says', async (t) => {
    const person = await stage.somebody();
    await go_through(t, {person}, {
      'the assistant': async (page) => {
        await press('Assistant')(page);
        await page.getByText('Tell me what to do with your tasks').waitFor();
      },
      'an answer': async (page) => {
        await say(page, 'Add a task to buy milk');
        await page.getByText(/^Add a task: buy milk/i).click();
      },
      'conversations': async (page) => {
        await press('Conversations')(page);
        await page.getByText(/2 messages/).first().waitFor();
      },
    });
  });

  test('without a network', async (t) => {
    const person = await stage.somebody();
    await sow(person.client, household(3));
    await go_through(t, {person}, {
      'a list without a network': async (page, visitor) => {
        visitor.allow(IS_OFFLINE);
        await connection(page, 'Up to date');
        await visitor.context.setOffline(true);
        await connection(page, 'Offline');
        await add_task(page, 'Later');
        await connection(page, '1 change not sent yet');
      },
    });
  });
});
