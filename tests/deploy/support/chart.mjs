// The chart's manifests, as `helm template` makes them.
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {readdirSync, readFileSync} from 'node:fs';

import Ajv from 'ajv';
import {parse as parse_yaml, parseAllDocuments, stringify} from 'yaml';

import {execute, is_true, parse} from './template.mjs';
import {ROOT} from './variables.mjs';

export const CHART = `${ROOT}deploy/helm/todod/`;

const read = (name) => readFileSync(`${CHART}${name}`, 'utf8');
const to_yaml = (value) =>
  stringify(value, {sortMapEntries: true, indentSeq: false, lineWidth: 0}).trimEnd();
const indent = (width, text) => text.replace(/^/gm, ' '.repeat(width));
const is_empty = (value) => value === undefined || !is_true(value);

/// Sprig's and Helm's, of which the chart needs these.
const FUNCTIONS = {
  and: (...all) => all.find((each) => !is_true(each)) ?? all.at(-1),
  or: (...all) => all.find(is_true) ?? all.at(-1),
  not: (value) => !is_true(value),
  eq: (a, b) => a === b,
  gt: (a, b) => a > b,
  add: (...all) => all.reduce((sum, each) => sum + each),
  int: (value) => Math.trunc(Number(value)),
  default: (standard, value) => (is_empty(value) ? standard : value),
  hasKey: (map, key) => key in map,
  contains: (part, text) => text.includes(part),
  replace: (from, to, text) => text.replaceAll(from, to),
  trunc: (length, text) => text.slice(0, length),
  trimSuffix: (end, text) => (text.endsWith(end) ? text.slice(0, text.length - end.length) : text),
  printf: (form, ...values) => form.replace(/%s/g, () => values.shift()),
  quote: (value) => JSON.stringify(String(value)),
  toString: String,
  toYaml: to_yaml,
  nindent: (width, text) => `\n${indent(width, text)}`,
  sha256sum: (text) => createHash('sha256').update(text).digest('hex'),
  fail: (message) => assert.fail(message),
};

/// As Helm puts values over others: maps go together, all else is replaced.
function merge(base, over) {
  const merged = {...base};
  for (const [key, value] of Object.entries(over)) {
    const is_map = (each) => each !== null && typeof each === 'object' && !Array.isArray(each);
    merged[key] = is_map(value) && is_map(merged[key]) ? merge(merged[key], value) : value;
  }
  return merged;
}

/// The values in force: the chart's own, then those of `files` (names in the chart), then `values`.
/// Throws for what the schema does not allow.
export function values_of({files = [], values = {}} = {}) {
  const all = ['values.yaml', ...files].map((name) => parse_yaml(read(name)));
  const merged = [...all, values].reduce(merge);
  const check = new Ajv({allowUnionTypes: true, allErrors: true}).compile(
      JSON.parse(read('values.schema.json')));
  assert.ok(check(merged), JSON.stringify(check.errors));
  return merged;
}

function load_templates() {
  const templates = {};
  const names = readdirSync(`${CHART}templates`).sort();
  for (const name of names) parse(name, read(`templates/${name}`), templates);
  return {templates, names};
}

/// {NAME of a template: its text}, of the chart with these values.
export function render_texts(options = {}) {
  const {templates, names} = load_templates();
  const chart = parse_yaml(read('Chart.yaml'));
  const dot = {
    Values: values_of(options),
    Chart: {Name: chart.name, Version: chart.version, AppVersion: chart.appVersion},
    Release: {Name: options.release ?? 'todo', Namespace: 'default', Service: 'Helm'},
  };
  const functions = {
    ...FUNCTIONS, include: (name, inner) => execute(name, inner, templates, functions),
  };
  const rendered = names.filter((name) => !name.startsWith('_'));
  return Object.fromEntries(
      rendered.map((name) => [name, execute(name, dot, templates, functions)]));
}

/// The documents of a YAML text; throws for one that is not YAML or has a key twice.
export function documents_of(text) {
  return parseAllDocuments(text).map((document) => {
    assert.deepEqual(document.errors, []);
    return document.toJS();
  }).filter((each) => each !== null);
}

/// The manifests of the chart with these values.
export function render(options) {
  return Object.entries(render_texts(options))
      .filter(([name]) => name.endsWith('.yaml'))
      .flatMap(([, text]) => documents_of(text));
}
