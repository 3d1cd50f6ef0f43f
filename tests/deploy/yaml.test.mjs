// yamllint on all YAML of deploy/, and on what the chart makes.
import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {test} from 'node:test';

import {render_texts} from './support/chart.mjs';
import {run} from './support/run.mjs';
import {ROOT} from './support/variables.mjs';

const RULES = fileURLToPath(new URL('.yamllint', import.meta.url));

const files_below = (folder) => readdirSync(`${ROOT}${folder}`, {withFileTypes: true}).flatMap(
    (entry) => entry.isDirectory() ? files_below(`${folder}/${entry.name}`) :
      [`${folder}/${entry.name}`]);

/// What yamllint says of a text.
const lint = (input) =>
  run('yamllint', ['--strict', '--format=parsable', '-c', RULES, '-'], {input}).output;

test('every file is clean', () => {
  const files = files_below('deploy').filter((name) =>
    /\.ya?ml$/.test(name) && !name.includes('/templates/'));
  assert.ok(files.length > 10);
  const args = ['--strict', '--format=parsable', '-c', RULES, ...files];
  assert.deepEqual(run('yamllint', args, {cwd: ROOT}), {status: 0, output: ''});
});

for (const files of [[], ['values-dev.yaml'], ['values-prod.yaml']]) {
  test(`what the chart makes of ${files[0] ?? 'its own values'} is clean`, () => {
    const texts = Object.entries(render_texts({files}))
        .filter(([name]) => name.endsWith('.yaml')).map(([, text]) => text.trim())
        .filter((text) => text !== '');
    assert.ok(texts.length > 3);
    assert.equal(lint(`${texts.join('\n---\n')}\n`), '');
  });
}

test('a key that is there twice is told', () => {
  assert.match(lint('a: 1\na: 2\n'), /duplication of key "a"/);
});
