// `todod parse`: JSON lines in, what is understood of them out.
import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {run} from './support/server.mjs';

const NOW = '2026-11-20T09:00:00Z';  // a Friday

async function parse(...lines) {
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  const {code, stdout, stderr} = await run(['parse'], {input: `${texts.join('\n')}\n`});
  const out = stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
  return {code, stderr, out};
}

async function actions_of(text, more = {}) {
  const {code, stderr, out} = await parse({text, now: NOW, ...more});
  assert.deepEqual([code, stderr, out.length], [0, '', 1]);
  return out[0].actions;
}

describe('todod parse', () => {
  test('prints what each line wants', async () => {
    const {code, out} = await parse({text: 'add task buy groceries', now: NOW},
                                    {text: 'what is the capital of France?', now: NOW});
    assert.equal(code, 0);
    assert.deepEqual(out, [
      {actions: [{intent: 'add', title: 'Buy groceries'}], dates: []}, {actions: [], dates: []},
    ]);
  });

  test('prints each thing of a sentence that wants several', async () => {
    assert.deepEqual(await actions_of('add milk and bread, and mark 3 done'), [
      {intent: 'add', title: 'Milk'}, {intent: 'add', title: 'Bread'},
      {intent: 'complete', task: {numbers: [3]}},
    ]);
  });

  test('reads dates in the time zone of who speaks', async () => {
    const text = 'remind me to call mom tomorrow at 5pm';
    const [utc] = await actions_of(text);
    const [berlin] = await actions_of(text, {timezone: 'Europe/Berlin'});
    assert.equal(utc.due_date, '2026-11-21T17:00:00.000Z');
    assert.equal(berlin.due_date, '2026-11-21T16:00:00.000Z');
    assert.equal(berlin.title, 'Call mom');
  });

  test('prints which tasks a question is about', async () => {
    assert.deepEqual(await actions_of('how many high priority tasks are overdue?'), [
      {intent: 'list', count: true, filter: {priority: 'high', overdue: true}},
    ]);
  });

  test('prints null for a due date that is to go', async () => {
    assert.deepEqual(await actions_of('remove the due date of task 3'), [
      {intent: 'update', due_date: null, task: {numbers: [3]}},
    ]);
  });

  test('reads a last line that nothing ends, and no lines at all', async () => {
    const one = await run(['parse'], {input: JSON.stringify({text: 'help', now: NOW})});
    assert.deepEqual([one.code, JSON.parse(one.stdout).actions], [0, [{intent: 'help'}]]);
    assert.deepEqual(await run(['parse']), {code: 0, stdout: '', stderr: ''});
  });

  for (const [what, line, why] of [
    ['no JSON', 'nonsense', 'line 2: not a JSON object'],
    ['an empty line', '', 'line 2: not a JSON object'],
    ['a text that is none', {text: 3}, "line 2: 'text' is no text"],
    ['a time that is none', {text: 'x', now: 'soon'}, "line 2: 'now' is no RFC 3339"],
    ['a place nobody knows', {text: 'x', timezone: 'Mars/Base'}, "no time zone 'Mars/Base'"],
    ['a line that is too long', {text: 'x'.repeat(70_000)}, 'line 2: longer than 64 KiB'],
  ]) {
    test(`names the line with ${what}`, async () => {
      const {code, stderr, out} = await parse({text: 'yes', now: NOW}, line, {text: 'no'});
      assert.equal(code, 1);
      assert.ok(stderr.includes(why), stderr);
      assert.equal(out.length, 1, 'what came before it is printed');
    });
  }
});
