// The alerts and the dashboard ask for what there is.
import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {parse} from 'yaml';

import {check_query, fill_in, known_metrics, metrics_of_sources} from './support/metrics.mjs';
import {read} from './support/variables.mjs';

const METRICS = known_metrics();

test('README lists the metrics that the sources make', () => {
  const listed = Object.keys(METRICS).map((name) => name.replace(/_(bucket|count|sum)$/, ''));
  const known = new Set(listed.filter((name) => name !== 'up'));
  assert.deepEqual([...known].sort(), [...metrics_of_sources()].sort());
});

test('a query is refused that is none, or asks for what there is not', () => {
  check_query('sum by (route) (rate(todod_http_requests_total{status="200"}[5m]))', METRICS);
  for (const query of [
    'sum by (route (up)', 'rate(todod_http_request_total[5m])', '1 + 1',
    'sum by (path) (todod_http_connections)', 'todod_db_connections{status="idle"}',
    'todod_http_request_duration_seconds',
  ]) {
    assert.throws(() => check_query(query, METRICS), {code: 'ERR_ASSERTION'}, query);
  }
});

describe('alerts.yaml', () => {
  const {groups} = parse(read('deploy/prometheus/alerts.yaml'));
  const rules = groups.flatMap((group) => group.rules);

  for (const rule of rules) {
    test(rule.alert, () => {
      check_query(rule.expr, METRICS);
      assert.match(rule.alert, /^Todod[A-Z]\w+$/);
      const known = ['alert', 'expr', 'for', 'labels', 'annotations'];
      for (const key of Object.keys(rule)) assert.ok(known.includes(key), key);
      if (rule.for !== undefined) assert.match(rule.for, /^\d+[smh]$/);
      assert.match(rule.labels.severity, /^(page|ticket)$/);
      for (const text of [rule.annotations.summary, rule.annotations.description]) {
        assert.ok(text, 'it says what it is, and what may be done');
        const inside = [...text.matchAll(/\{\{(.*?)\}\}/g)].map(([, each]) => each.trim());
        for (const each of inside) {
          assert.match(each, /^\$(labels\.instance|value( \| humanize(Percentage|Duration))?)$/);
        }
      }
    });
  }

  test('tells each name once', () => {
    assert.equal(new Set(rules.map(({alert}) => alert)).size, rules.length);
  });

  test('names the instance only where the query keeps it', () => {
    for (const {alert, expr, annotations} of rules) {
      if (!JSON.stringify(annotations).includes('$labels.instance')) continue;
      assert.ok(!/\bby \((?![^)]*instance)/.test(expr), alert);
    }
  });
});

describe('dashboard.json', () => {
  const dashboard = JSON.parse(read('deploy/grafana/dashboard.json'));
  const {panels, templating} = dashboard;
  const variables = templating.list.map(({name}) => name);

  for (const panel of panels.filter(({type}) => type !== 'row')) {
    test(panel.title, () => {
      assert.ok(panel.targets.length > 0);
      for (const {expr, datasource} of panel.targets) {
        check_query(fill_in(expr), METRICS);
        for (const [, name] of expr.matchAll(/\$(\w+)/g)) {
          assert.ok(name === '__rate_interval' || variables.includes(name), name);
        }
        assert.deepEqual(datasource, {type: 'prometheus', uid: '${datasource}'});
      }
    });
  }

  test('has each panel at a place of its own', () => {
    assert.equal(new Set(panels.map(({id}) => id)).size, panels.length);
    panels.forEach(({gridPos: a, title}, index) => {
      assert.ok(a.x >= 0 && a.x + a.w <= 24, title);
      for (const {gridPos: b} of panels.slice(index + 1)) {
        const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        assert.ok(apart, title);
      }
    });
  });

  test('shows every metric', () => {
    const all = JSON.stringify(panels);
    const hidden = [...metrics_of_sources()].filter((name) => !all.includes(name));
    // The address space says nothing to anybody.
    assert.deepEqual(hidden, ['process_virtual_memory_bytes']);
  });
});
