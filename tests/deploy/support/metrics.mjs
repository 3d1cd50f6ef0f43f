// The metrics that todod has, and what queries of Prometheus ask.
import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';

import {parser} from '@prometheus-io/lezer-promql';

import {read, ROOT, section_of_readme} from './variables.mjs';

const SCRAPED = ['job', 'instance'];

/// {NAME: Set of its labels} of README's "Watching it"; of a histogram each of its series.
export function known_metrics() {
  const section = section_of_readme('Watching it');
  const metrics = {up: new Set(SCRAPED)};
  for (const line of section.split('\n').filter((each) => each.startsWith('| `'))) {
    const [, first, second] = line.split('|');
    const labels = new Set([...SCRAPED, ...[...second.matchAll(/`(\w+)`/g)].map(([, n]) => n)]);
    for (const name of names_in(first)) {
      metrics[name] = labels;
      if (!second.includes('a histogram')) continue;
      delete metrics[name];
      for (const end of ['_count', '_sum']) metrics[`${name}${end}`] = labels;
      metrics[`${name}_bucket`] = new Set([...labels, 'le']);
    }
  }
  for (const name of process_metrics()) metrics[name] = new Set(SCRAPED);
  return metrics;
}

/// A cell's names: `todod_a_b_total`, `_c` is todod_a_b_total and todod_a_b_c.
function names_in(cell) {
  const names = [];
  for (const [, name] of cell.matchAll(/`(\w+)`/g)) {
    if (name.startsWith('_')) names.push(names[0].replace(/_[^_]+$/, name));
    else names.push(name);
  }
  return names;
}

const texts_below = (folder) => readdirSync(`${ROOT}${folder}`, {withFileTypes: true}).flatMap(
    (entry) => entry.isDirectory() ? texts_below(`${folder}/${entry.name}`) :
      entry.name.endsWith('.cpp') ? [read(`${folder}/${entry.name}`)] : []);

/// The names of metrics in the sources: what comes first where one is made.
export const metrics_of_sources = () =>
  new Set(texts_below('src').join('\n').match(/(?<=")(todod|process)_[a-z_]+(?=",)/g));

const process_metrics = () =>
  [...metrics_of_sources()].filter((name) => name.startsWith('process_'));

/// The same query with what Grafana puts in for its variables.
export const fill_in = (query) =>
  query.replaceAll('$__rate_interval', '5m').replaceAll(/\$\w+/g, '.*');

/// Throws for a query that Prometheus could not read, or that asks for what todod does not have.
export function check_query(query, metrics) {
  const tree = parser.parse(query);
  const used = {names: [], labels: [], made: []};
  tree.iterate({enter({node, type, from, to}) {
    const text = query.slice(from, to);
    assert.ok(!type.isError, `${query}\nnot understood from ${query.slice(from)}`);
    if (type.name === 'Identifier' && node.parent.name === 'VectorSelector') used.names.push(text);
    if (type.name === 'LabelName') used.labels.push(text);
  }});
  assert.ok(used.names.length > 0, `${query} asks for no metric`);
  for (const name of used.names) assert.ok(name in metrics, `${query}: there is no ${name}`);
  for (const label of used.labels) {
    assert.ok(used.names.some((name) => metrics[name].has(label)), `${query}: no label ${label}`);
  }
}
