// The page by the keyboard alone: nothing is out of its reach, and it is always seen where it is.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {is_repetition} from '../support/database.mjs';
import {Stage} from './support/page.mjs';
import {household, remove, sow, wait_for_task} from './support/tasks.mjs';
import {connection, list_of, notice, panel_of, row_of, title_of} from './support/views.mjs';

/// So many times Tab is pressed before something counts as out of reach.
const TABS = 120;

/// Where the focus goes may be drawn only then.
const FOCUS_TRIES = 200;
const FOCUS_MS = 25;

/// In the page: what has the focus, what it is called, and what of that a person cannot see.
function look_at_focus() {
  const element = document.activeElement;
  const name = element?.getAttribute('aria-label') ?? element?.labels?.[0]?.textContent
    ?? element?.textContent ?? '';
  const box = element?.getBoundingClientRect();
  const faults = [];
  if (!element || element === document.body) return {name: '', role: 'body', faults: ['is lost']};
  const is_seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0
    && box.top < innerHeight && box.left < innerWidth;
  if (!is_seen) faults.push('is out of sight');
  // What is focused by a program, to be read from there, does nothing and needs no mark.
  const does_nothing = element.tabIndex < 0;
  const is_marked = (each) => {
    const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(each);
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2) || boxShadow !== 'none';
  };
  const around = [element, element.parentElement, element.parentElement.parentElement];
  // The browser marks the day, the month and the button within such a field itself.
  const has_parts = ['date', 'time'].includes(element.type);
  if (!does_nothing && !has_parts && !around.some(is_marked)) faults.push('is not marked');
  return {name: name.trim().replace(/\s+/g, ' '), role: element.localName, faults};
}

describe('by the keyboard alone', {skip: is_repetition}, () => {
  let stage;

  before(async () => { stage = await Stage.open(); });
  after(() => stage?.close());

  /// What has the focus: its name. Fails where it cannot be seen, a moment later neither.
  async function focused(page, after_what) {
    for (let tries = 1; ; tries += 1) {
      const {name, role, faults} = await page.evaluate(look_at_focus);
      if (faults.length === 0) return name;
      const where = `after ${after_what} the focus, on ${role} “${name}”, ${faults}`;
      assert.ok(tries < FOCUS_TRIES, where);
      await page.waitForTimeout(FOCUS_MS);
    }
  }

  /// Presses a key, or types a text.
  async function press(page, ...keys) {
    for (const key of keys) {
      await page.keyboard.press(key);
      await focused(page, key);
    }
  }

  async function type(page, text, ...keys) {
    await page.keyboard.type(text);
    await press(page, ...keys);
  }

  const is_outside = (page) => page.evaluate(() => document.activeElement === document.body);

  /// Goes on, or back, until what is called so has the focus. Between the end and the beginning the
  /// focus is with the browser.
  async function tab_to(page, name, key = 'Tab') {
    const passed = [await focused(page, 'nothing')];
    for (let i = 0; i < TABS; i += 1) {
      const found = passed.at(-1);
      if (typeof name === 'string' ? found === name : name.test(found)) return;
      await page.keyboard.press(key);
      if (await is_outside(page)) await page.keyboard.press(key);
      passed.push(await focused(page, found));
    }
    assert.fail(`${name} is not among ${passed.join(' | ')}`);
  }

  /// Waits for what comes of a key, and then for the focus, which must not be lost with it.
  async function see(page, locator, state = 'visible') {
    await locator.waitFor({state});
    await page.waitForTimeout(50);
    await focused(page, String(locator));
  }

  test('a day is gone through', async () => {
    const person = await stage.somebody();
    await stage.visit({}, async (page) => {
      await page.getByLabel('E-mail').waitFor();
      await tab_to(page, 'E-mail');
      await type(page, person.email, 'Tab');
      await page.keyboard.type(person.password);
      await page.keyboard.press('Enter');
      await see(page, page.getByText('What is there to do?'));
      await add_tasks(page);
      await work_in_list(page, person);
      await work_in_panel(page, person);
      await go_to_trash_and_back(page);
      await ask_assistant(page);
      await leave(page);
    });
  });

  async function add_tasks(page) {
    await press(page, 'n');
    for (const line of ['One #home', 'Two', 'Three', 'Four tomorrow !low']) {
      await type(page, line, 'Enter');
    }
    await see(page, row_of(page, 'Four'));
    await press(page, 'Escape');
  }

  /// Searches for a task, and goes to it.
  async function find(page, title) {
    await press(page, '/');
    await type(page, title, 'Enter');
    await see(page, page.getByText(/^1 of /));
    await see(page, row_of(page, title));
  }

  async function work_in_list(page, {client}) {
    await tab_to(page, /^(One|Two|Three|Four)/);
    await press(page, 'Home', 'ArrowDown', 'x', 'Shift+ArrowDown', 'Shift+ArrowDown');
    await see(page, page.getByText('3 tasks', {exact: true}));
    await press(page, '4');
    await see(page, notice(page, 'Priority of 3 tasks: Urgent'));
    await press(page, 'Escape');
    await find(page, 'One');
    await press(page, 'F2');
    await see(page, list_of(page).getByRole('textbox', {name: 'Title'}));
    await page.keyboard.press('Control+a');
    await type(page, 'First of all', 'Enter');
    await find(page, 'First of all');
    await press(page, 'Space');
    await see(page, row_of(page, 'First of all'), 'detached');
    await press(page, 'u');
    await see(page, row_of(page, 'First of all'));
    await find(page, 'Four');
    await press(page, 'Alt+ArrowDown');
    await see(page, notice(page, 'Priority: High'));
    await press(page, 'd');
    await see(page, page.getByRole('dialog'));
    await tab_to(page, 'Next week');
    await press(page, 'Enter', 't');
    await see(page, page.getByRole('dialog'));
    await press(page, 'Escape', 'Escape');
    await see(page, row_of(page, 'First of all'));
    await wait_for_task(client, 'First of all', {priority: 'URGENT'});
  }

  async function work_in_panel(page, {client}) {
    await find(page, 'First of all');
    await press(page, 'Enter');
    const panel = panel_of(page);
    await see(page, panel);
    await tab_to(page, 'Description');
    await type(page, 'All of it', 'Tab');
    await see(page, panel.getByText('Description: none → All of it'));
    await tab_to(page, /^Take back: Description/);
    await press(page, 'Enter');
    await see(page, panel.getByText('Took back: Description: All of it → none'));
    await press(page, 'Escape');
    await see(page, panel, 'detached');
    await wait_for_task(client, 'First of all', {description: null});
  }

  async function go_to_trash_and_back(page) {
    await press(page, 'Delete');
    await see(page, notice(page, 'Moved to the trash'));
    await tab_to(page, 'Trash', 'Shift+Tab');
    await press(page, 'Enter');
    await see(page, page.getByRole('button', {name: 'Restore “First of all”'}));
    await tab_to(page, 'Restore “First of all”');
    await press(page, 'Enter');
    await see(page, page.getByText('The trash is empty.'));
    await tab_to(page, 'Changes', 'Shift+Tab');
    await press(page, 'Enter');
    await see(page, page.getByRole('heading', {name: 'Changes'}));
    await tab_to(page, /^Take back: “First of all” · Restored/);
    await tab_to(page, 'todod', 'Shift+Tab');
    await press(page, 'Enter');
    await see(page, row_of(page, 'First of all'));
  }

  async function ask_assistant(page) {
    const panel = page.getByRole('complementary', {name: 'Assistant'});
    await press(page, 'a');
    await see(page, panel.getByLabel('Message to the assistant'));
    await type(page, 'Add a task to buy milk', 'Enter');
    await see(page, panel.getByText(/^Add a task: buy milk/i));
    await tab_to(page, /^Add a task: buy milk/i, 'Shift+Tab');
    await press(page, 'Enter');
    await see(page, panel.getByText('Asked for'));
    await press(page, 'Escape');
    await see(page, panel, 'detached');
  }

  async function leave(page) {
    await tab_to(page, 'Settings');
    await press(page, 'Enter');
    await see(page, page.getByRole('heading', {name: 'Settings', level: 1}));
    await tab_to(page, 'Make a token');
    await press(page, 'Enter');
    await see(page, page.getByRole('dialog'));
    await tab_to(page, 'Name');
    await type(page, 'A program', 'Enter');
    await see(page, page.getByText('Copy it now'));
    await press(page, 'Escape');
    await see(page, page.getByRole('button', {name: 'Revoke A program'}));
    await tab_to(page, 'Sign out', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await see(page, page.getByLabel('E-mail'));
  }

  /// Goes round the page with Tab; what can be used and was never come by.
  async function find_unreached(page) {
    await page.evaluate(() => {
      window.reached = new Set();
      document.addEventListener('focusin', ({target}) => window.reached.add(target));
    });
    // From where it is to the end, and from the beginning to the end.
    let ends = 0;
    for (let i = 0; i < 2 * TABS && ends < 2; i += 1) {
      await page.keyboard.press('Tab');
      if (await is_outside(page)) {
        ends += 1;
      } else {
        await focused(page, 'Tab');
      }
    }
    assert.equal(ends, 2, 'the focus does not come out of the page again');
    return page.evaluate(() => {
      const usable = 'a[href], button, input, select, textarea, summary, [tabindex]';
      return [...document.querySelectorAll(usable)]
        .filter((each) => each.tabIndex >= 0 && !each.disabled && each.checkVisibility())
        .filter((each) => !each.closest('[inert]') && !window.reached.has(each))
        .map((each) => each.outerHTML.slice(0, 120));
    });
  }

  test('everything is come by, and nothing holds the focus', async () => {
    const person = await stage.somebody();
    const all = await sow(person.client, household(6));
    await remove(person.client, [all[0].id]);
    const body = {name: 'A program', scopes: ['read']};
    await person.client.expect(201, 'POST', '/api/auth/tokens', {body});
    const assistant = {name: 'Assistant', exact: true};
    const views = {
      '/#/tasks': (page) => list_of(page).waitFor(),
      '/#/trash': (page) => page.getByRole('button', {name: /^Restore/}).waitFor(),
      '/#/log': (page) => page.getByRole('button', {name: 'Show all 6'}).waitFor(),
      '/#/settings': (page) => page.getByRole('button', {name: /^Set: /}).last().waitFor(),
      [`/#/tasks/${all[1].id}`]: async (page) => {
        await page.getByRole('button', assistant).click();
        await page.getByText('Tell me what to do').waitFor();
        await panel_of(page).getByText('Made').first().waitFor();
      },
    };
    for (const [path, ready] of Object.entries(views)) {
      await stage.visit({person, path}, async (page) => {
        await ready(page);
        await connection(page, 'Up to date');
        await page.evaluate(() => document.activeElement.blur());
        assert.deepEqual(await find_unreached(page), [], path);
      });
    }
  });

  test('what goes once it is used does not take the focus with it', async () => {
    const person = await stage.somebody();
    await sow(person.client, [{title: 'One'}, {title: 'Two'}]);
    await stage.visit({person}, async (page) => {
      await list_of(page).waitFor();
      await press(page, '/');
      await type(page, 'nothing at all');
      await see(page, page.getByText('No task matches.'));
      await tab_to(page, 'Clear the filter');
      await press(page, 'Enter');
      await see(page, row_of(page, 'Two'));
      await press(page, 'n');
      await type(page, 'Three', 'Enter');
      await see(page, row_of(page, 'Three'));
      await tab_to(page, 'Undo', 'Shift+Tab');
      await press(page, 'Enter');
      await see(page, row_of(page, 'Three'), 'detached');
    });
  });

  test('who wants no shortcuts of one key can do without', async () => {
    const person = await stage.somebody();
    await sow(person.client, [{title: 'Stays'}]);
    await stage.visit({person, path: '/#/settings'}, async (page) => {
      await page.getByLabel('Keyboard shortcuts').waitFor();
      await press(page, 'Tab');
      await tab_to(page, 'Keyboard shortcuts');
      await press(page, 'Space');
      await tab_to(page, 'todod', 'Shift+Tab');
      await press(page, 'Enter');
      await see(page, title_of(page, 'Stays'));
      await tab_to(page, /^Stays/);
      await press(page, 'c', 'x', '4', '#', 'n');
      await press(page, 'Space');
      await see(page, page.getByText('Nothing is left to do.'));
      await wait_for_task(person.client, 'Stays', {status: 'COMPLETED', priority: 'MEDIUM'});
    });
  });
});
