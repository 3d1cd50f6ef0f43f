// Prometheus' text format (0.0.4), read strictly.
import assert from 'node:assert/strict';

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const HELP = new RegExp(`^# HELP (${NAME}) \\S`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
/// What a histogram's samples have behind its name.
const PART = /_(bucket|count|sum)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/y;

function read_labels(text) {
  const labels = {};
  for (LABEL.lastIndex = 0; LABEL.lastIndex < text.length;) {
    const found = LABEL.exec(text);
    assert.ok(found, `labels that cannot be read: ${text}`);
    assert.ok(!(found[1] in labels), `${found[1]} twice in ${text}`);
    labels[found[1]] = found[2];
  }
  return labels;
}

/// A page's families: name → {type, samples: [{name, labels, value}]}. Each name once, and each
/// series.
export function read_metrics(text) {
  const families = new Map();
  const seen = new Set();
  let family;
  assert.ok(text.endsWith('\n'), 'the last line has an end');
  for (const line of text.slice(0, -1).split('\n')) {
    if (HELP.test(line)) {
      const [, name] = HELP.exec(line);
      assert.ok(!families.has(name), `${name} twice`);
      family = {name, type: undefined, samples: []};
      families.set(name, family);
    } else if (line.startsWith('#')) {
      const [, name, type] = TYPE.exec(line) ?? assert.fail(`neither help nor type: ${line}`);
      assert.equal(name, family.name);
      family.type = type;
    } else {
      const [, name, labels = '', value] = SAMPLE.exec(line) ?? assert.fail(`no sample: ${line}`);
      const series = `${name}{${labels}}`;
      assert.ok(!seen.has(series), `${series} twice`);
      seen.add(series);
      const own = family.type === 'histogram' ? name.replace(PART, '') : name;
      assert.equal(own, family.name);
      family.samples.push({name, labels: read_labels(labels), value: Number(value)});
    }
  }
  return families;
}

const is_among = (wanted, labels) =>
  Object.entries(wanted).every(([name, value]) => labels[name] === String(value));

/// What /metrics says now.
export class Metrics {
  constructor(text) {
    this.text = text;
    this.families = read_metrics(text);
  }

  static async of(server) {
    const response = await fetch(`${server.url}/metrics`);
    assert.equal(response.status, 200);
    return new Metrics(await response.text());
  }

  /// Names and labels of all that has a value.
  get series() {
    return [...this.families.values()].flatMap(({samples}) =>
      samples.map(({name, labels}) => `${name} ${JSON.stringify(labels)}`));
  }

  /// The sum of the samples of that name which have these labels; 0 where there are none.
  sum(name, labels = {}) {
    const family = this.families.get(name) ?? this.families.get(name.replace(PART, ''));
    assert.ok(family, `there is no ${name}`);
    return family.samples
        .filter((sample) => sample.name === name && is_among(labels, sample.labels))
        .reduce((sum, {value}) => sum + value, 0);
  }
}
