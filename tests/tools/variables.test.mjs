// The sources, README's table and deploy/.env.example name the same variables, all of them.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {
  read_settings, variables_of_readme, variables_of_sources,
} from '../deploy/support/variables.mjs';

const sorted = (names) => [...names].sort();

const SOURCES = variables_of_sources();
const EXAMPLE = read_settings('deploy/.env.example');

test('README has each variable once, under all its names', () => {
  assert.deepEqual(sorted(variables_of_readme()), sorted(SOURCES.flatMap(({names}) => names)));
});

test('.env.example has each variable once, and tells its other names', () => {
  assert.deepEqual(sorted(EXAMPLE.settings.map(({name}) => name)),
                   sorted(SOURCES.map(({names}) => names[0])));
  assert.deepEqual(sorted(EXAMPLE.others), sorted(SOURCES.flatMap(({names}) => names.slice(1))));
});

test('.env.example shows the defaults, and sets nothing', () => {
  for (const {name, value, is_set} of EXAMPLE.settings) {
    assert.equal(is_set, false, name);
    const {standard} = SOURCES.find(({names}) => names[0] === name);
    assert.equal(value, standard ?? '', name);
  }
});
