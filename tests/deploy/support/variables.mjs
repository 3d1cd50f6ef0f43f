// The variables that todod takes, as its sources, its README and deploy/.env.example say.
import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/// A file of the repository.
export const read = (name) => readFileSync(`${ROOT}${name}`, 'utf8');

/// The rows of variables() in src/config*.cpp: [{names, standard, secret}]; `standard` is undefined
/// where the program finds it out.
export function variables_of_sources() {
  const sources = readdirSync(`${ROOT}src`).filter((name) => /^config.*\.cpp$/.test(name));
  const text = sources.map((name) => read(`src/${name}`)).join('\n');
  const row = /\{\{("\w+"(?:,\s*"\w+")*)\},\s*("[^"\n]*"|[^",]+),\s*(true|false),/g;
  const rows = [...text.matchAll(row)].map(([, names, standard, secret]) => ({
    names: names.match(/\w+/g),
    standard: standard.startsWith('"') ? standard.slice(1, -1) : undefined,
    secret: secret === 'true',
  }));
  // Whatever else begins like a row would be one that was not understood.
  assert.equal(rows.length, [...text.matchAll(/^ *\{\{"/gm)].length);
  return rows;
}

/// Every name that may be set, those of files (NAME_FILE) among them.
export function names_that_may_be_set() {
  return new Set(variables_of_sources().flatMap(({names, secret}) => {
    const in_files = secret || names[0] === 'DATABASE_URL';
    return in_files ? [...names, ...names.map((name) => `${name}_FILE`)] : names;
  }));
}

/// A section of README, from its heading on.
export function section_of_readme(heading) {
  const sections = read('README.md').split(/^## /m);
  return sections.find((each) => each.startsWith(`${heading}\n`)) ?? assert.fail(heading);
}

/// The table of README's "Configuration": the names in the first column.
export function variables_of_readme() {
  const lines = section_of_readme('Configuration').split('\n');
  const rows = lines.filter((line) => line.startsWith('| `'));
  const names = rows.flatMap((line) => [...line.split(' | ')[0].matchAll(/`(\w+)`/g)]);
  return names.map(([, name]) => name);
}

/// A file in the form of .env.example: {settings: [{name, value, is_set}], others: [name]}, where
/// `others` are the other names that its comments tell.
export function read_settings(name) {
  const text = read(name);
  const settings = [...text.matchAll(/^(#?)([A-Za-z_]+)=(.*)$/gm)].map(
      ([, mark, variable, value]) => ({name: variable, value, is_set: mark === ''}));
  const others = [...text.matchAll(/Other names?(?: of the \w+)?: ([\w, ]+)$/gm)]
      .flatMap(([, list]) => list.split(', '));
  return {settings, others};
}
