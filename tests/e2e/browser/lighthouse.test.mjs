// The page by Google's Lighthouse, as a phone on a slow network has it: who has no session, and
// who has their tasks before them.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import lighthouse from 'lighthouse';

import {cookie_of} from '../support/browser.mjs';
import {is_repetition} from '../support/database.mjs';
import {free_port} from '../support/server.mjs';
import {Stage} from './support/page.mjs';
import {household, sow} from './support/tasks.mjs';

/// Performance goes by the clock of a machine that has other things to do: what it is on a quiet
/// one is in bench/README.md.
const LEAST = {performance: 75, accessibility: 95, 'best-practices': 95};
const CATEGORIES = Object.keys(LEAST);
const TASKS = 50;
/// How often a page is tried: what it is given for speed is less where the machine has much to do.
const TRIES = 3;

describe('Lighthouse', {skip: is_repetition}, () => {
  let stage;
  let port;

  before(async () => {
    port = await free_port();
    stage = await Stage.open({args: [`--remote-debugging-port=${port}`]});
  });
  after(() => stage?.close());

  /// What is wrong, of what counts.
  function complaints({categories, audits}) {
    return Object.values(categories).flatMap(({auditRefs}) => auditRefs)
      .filter(({id, weight}) => weight > 0 && audits[id].score !== null && audits[id].score < 0.9)
      .map(({id}) => `${id} ${audits[id].displayValue ?? ''}`);
  }

  /// Whether each category was given enough, in one of a few tries.
  async function is_good(t, headers = {}) {
    for (let i = 0; i < TRIES; i += 1) {
      const {lhr} = await lighthouse(`${stage.server.url}/`, {
        port, logLevel: 'silent', output: 'json', onlyCategories: CATEGORIES,
        extraHeaders: headers,
      });
      assert.equal(lhr.runtimeError, undefined);
      const points = CATEGORIES.map((name) => Math.round(100 * lhr.categories[name].score));
      t.diagnostic(CATEGORIES.map((name, at) => `${name} ${points[at]}`).join(', '));
      complaints(lhr).forEach((complaint) => t.diagnostic(complaint));
      if (CATEGORIES.every((name, at) => points[at] >= LEAST[name])) return true;
    }
    return false;
  }

  test('finds little to say of signing in', async (t) => {
    assert.ok(await is_good(t));
  });

  test('finds little to say of a list of tasks', async (t) => {
    const person = await stage.somebody();
    await sow(person.client, household(TASKS));
    const body = {email: person.email, password: person.password};
    const answer = await stage.nobody.expect(200, 'POST', '/api/auth/session', {body});
    const {name, value} = cookie_of(answer);
    assert.ok(await is_good(t, {Cookie: `${name}=${value}`}));
  });
});
