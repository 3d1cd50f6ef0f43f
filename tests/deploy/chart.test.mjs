// The chart: what it makes of its values, and what it refuses.
import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {describe, test} from 'node:test';
import {pathToFileURL} from 'node:url';

import {CHART, render, render_texts, values_of} from './support/chart.mjs';
import {check_manifest, check_pod, check_serving, pods_of} from './support/manifests.mjs';
import {read, variables_of_sources} from './support/variables.mjs';

/// The paths of what the page has that the build gives no name of its own.
function page_files() {
  const folder = new URL('../../web/app/public/', import.meta.url);
  return readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile())
    .map((entry) => new URL(entry.name, pathToFileURL(`${entry.parentPath ?? entry.path}/`)))
    .map((file) => `/${file.href.slice(folder.href.length)}`);
}

const SECRET = {
  existing: '', values: {DATABASE_URL: 'postgresql://a:b"c@h/d', AUTH_SECRET: 'x'.repeat(40)},
};
const VARIANTS = {
  'default values': {},
  'values-dev.yaml': {files: ['values-dev.yaml']},
  'values-prod.yaml': {files: ['values-prod.yaml']},
  'a secret of its own': {values: {secret: SECRET}},
  'everything at once': {
    files: ['values-prod.yaml'],
    values: {
      secret: SECRET, fullnameOverride: 'tasks', imagePullSecrets: [{name: 'registry'}],
      image: {tag: '1.2.3'}, podAnnotations: {a: 'b'}, podLabels: {c: 'd'},
      nodeSelector: {disk: 'fast'}, tolerations: [{key: 'k', operator: 'Exists'}],
      affinity: {nodeAffinity: {}}, service: {annotations: {e: 'f'}},
      serviceAccount: {name: 'me', annotations: {g: 'h'}}, serviceMonitor: {labels: {i: 'j'}},
      networkPolicy: {from: [{podSelector: {}}], egress: [{ports: [{port: 5432}]}]},
    },
  },
  'as little as can be': {
    values: {
      replicas: 1, migration: {enabled: false}, serviceAccount: {create: false},
      disruptionBudget: {enabled: false},
    },
  },
};

const kinds_of = (manifests) => manifests.map(({kind}) => kind).sort();
const one = (manifests, kind) => {
  const found = manifests.filter((each) => each.kind === kind);
  assert.equal(found.length, 1, `${found.length} of ${kind}`);
  return found[0];
};

describe('with', () => {
  for (const [name, options] of Object.entries(VARIANTS)) {
    test(`${name}, every manifest is one that Kubernetes takes`, () => {
      const manifests = render(options);
      manifests.forEach(check_manifest);
      pods_of(manifests).forEach(check_pod);
      check_serving(one(manifests, 'Deployment'), one(manifests, 'ConfigMap'));
      const names = manifests.map(({kind, metadata}) => `${kind}/${metadata.name}`);
      assert.equal(new Set(names).size, names.length, 'a name twice');
      for (const {metadata} of manifests) assert.ok(metadata.labels['app.kubernetes.io/name']);
    });
  }

  test('default values, there is what replicas need', () => {
    assert.deepEqual(kinds_of(render()), [
      'ConfigMap', 'Deployment', 'Job', 'PodDisruptionBudget', 'Service', 'ServiceAccount']);
  });

  test('values-dev.yaml, there is one replica on a volume, and nothing to prepare', () => {
    const manifests = render({files: ['values-dev.yaml']});
    assert.deepEqual(kinds_of(manifests), [
      'ConfigMap', 'Deployment', 'PersistentVolumeClaim', 'Service', 'ServiceAccount']);
    const {spec} = one(manifests, 'Deployment');
    assert.equal(spec.replicas, 1);
    assert.equal(spec.strategy.type, 'Recreate');
    const [container] = spec.template.spec.containers;
    assert.ok(container.envFrom.every((each) => each.secretRef === undefined));
    assert.equal(one(manifests, 'ConfigMap').data.MIGRATE_ON_START, 'true');
  });

  test('values-prod.yaml, there is all that production wants', () => {
    const manifests = render({files: ['values-prod.yaml']});
    assert.deepEqual(kinds_of(manifests), [
      'ConfigMap', 'Deployment', 'HorizontalPodAutoscaler', 'Ingress', 'Job', 'NetworkPolicy',
      'PodDisruptionBudget', 'Service', 'ServiceAccount', 'ServiceMonitor']);
    assert.equal(one(manifests, 'Deployment').spec.replicas, undefined);
    const paths = one(manifests, 'Ingress').spec.rules[0].http.paths;
    assert.ok(paths.every(({path, pathType}) => path !== '/' || pathType === 'Exact'));
    assert.ok(paths.every(({path}) => path !== '/metrics'));
  });

  test('the ingress lets in all files of the page', () => {
    const {paths} = values_of().ingress;
    const lets_in = (wanted) => paths.some(({path, pathType}) =>
      path === wanted || (pathType === 'Prefix' && wanted.startsWith(`${path}/`)));
    for (const path of ['/', '/sw.js', '/assets/a.js', ...page_files()]) {
      assert.ok(lets_in(path), path);
    }
    assert.ok(!lets_in('/nothing.js'));
  });
});

describe('the parts fit together:', () => {
  test('the service, the budget and the policy select the pods, and not the job\'s', () => {
    const manifests = render({files: ['values-prod.yaml']});
    const labels = one(manifests, 'Deployment').spec.template.metadata.labels;
    const others = one(manifests, 'Job').spec.template.metadata.labels;
    const selects = (selector, pod) =>
      Object.entries(selector).every(([name, value]) => pod[name] === value);
    for (const selector of [
      one(manifests, 'Service').spec.selector,
      one(manifests, 'PodDisruptionBudget').spec.selector.matchLabels,
      one(manifests, 'NetworkPolicy').spec.podSelector.matchLabels,
    ]) {
      assert.ok(selects(selector, labels));
      assert.ok(!selects(selector, others));
    }
    const {name} = one(manifests, 'Deployment').metadata;
    assert.equal(one(manifests, 'HorizontalPodAutoscaler').spec.scaleTargetRef.name, name);
  });

  test('the job migrates before anything else is there, and pods then do not', () => {
    const manifests = render({values: {secret: SECRET}});
    const job = one(manifests, 'Job');
    const hook = (manifest, name) => manifest.metadata.annotations?.[`helm.sh/hook${name}`];
    assert.equal(hook(job, ''), 'pre-install,pre-upgrade');
    assert.deepEqual(job.spec.template.spec.containers[0].args, ['migrate', 'up']);
    assert.equal(one(manifests, 'ConfigMap').data.MIGRATE_ON_START, 'false');
    // All that it names comes before it, or is not of the chart.
    const [{secretRef}] = job.spec.template.spec.containers[0].envFrom;
    const secret = manifests.find(({kind, metadata}) =>
      kind === 'Secret' && metadata.name === secretRef.name);
    assert.equal(hook(secret, ''), 'pre-install,pre-upgrade');
    assert.ok(Number(hook(secret, '-weight')) < Number(hook(job, '-weight')));
    assert.equal(job.spec.template.spec.serviceAccountName, undefined);
  });

  test('secrets are in the secret alone, as they were given', () => {
    const manifests = render({values: {secret: SECRET}});
    const secrets = manifests.filter(({kind}) => kind === 'Secret');
    for (const {stringData} of secrets) assert.deepEqual(stringData, SECRET.values);
    const others = JSON.stringify(manifests.filter(({kind}) => kind !== 'Secret'));
    for (const value of Object.values(SECRET.values)) {
      assert.ok(!others.includes(JSON.stringify(value).slice(1, -1)));
    }
  });

  test('pods are made anew when the variables or the secret change', () => {
    const sums = (values) =>
      one(render({values}), 'Deployment').spec.template.metadata.annotations;
    const standard = sums({});
    assert.notEqual(sums({env: {LOG_LEVEL: 'DEBUG'}})['checksum/config'],
                    standard['checksum/config']);
    assert.notEqual(sums({secret: SECRET})['checksum/secret'], standard['checksum/secret']);
  });

  test('pods have the time that their delay takes, and more', () => {
    const grace_of = (SHUTDOWN_DELAY) =>
      one(render({values: {env: {SHUTDOWN_DELAY}}}), 'Deployment')
          .spec.template.spec.terminationGracePeriodSeconds;
    assert.equal(grace_of('300'), 340);
    assert.equal(grace_of(0), 40);
  });

  test('the versions are that of todod', () => {
    const [, version] = /project\(todod VERSION (\S+)/.exec(read('CMakeLists.txt'));
    const texts = render_texts();
    assert.match(texts['deployment.yaml'], new RegExp(`image: "todod:${version}"`));
    assert.match(texts['NOTES.txt'], new RegExp(`^todod ${version} is todo-todod in default\\.`));
    assert.ok(readFileSync(`${CHART}Chart.yaml`, 'utf8').includes(`\nversion: ${version}\n`));
  });
});

describe('the schema', () => {
  const names_in = (group) => {
    const {properties} = JSON.parse(readFileSync(`${CHART}values.schema.json`, 'utf8'));
    return group(properties).propertyNames.enum;
  };
  // Which the chart sets itself.
  const FIXED = ['MIGRATE_ON_START', 'PORT'];
  const all_of = (rows) => rows.flatMap(({names}) => names).sort();

  test('knows todod\'s variables', () => {
    const open = variables_of_sources().filter(({names, secret}) =>
      !secret && !FIXED.includes(names[0]));
    assert.deepEqual(names_in(({env}) => env), all_of(open));
    const secrets = variables_of_sources().filter(({names, secret}) =>
      secret || names[0] === 'DATABASE_URL');
    assert.deepEqual(names_in(({secret}) => secret.properties.values), all_of(secrets));
  });

  const REFUSED = {
    'a value that there is not': {replica: 3},
    'a variable that todod does not have': {env: {LOG_LEVELS: 'INFO'}},
    'a secret among the variables': {env: {AUTH_SECRET: 'x'.repeat(40)}},
    'a variable that the chart sets itself': {env: {PORT: '9000'}},
    'replicas that are no number': {replicas: '2'},
    'a kind of path that Kubernetes does not have':
      {ingress: {paths: [{path: '/', pathType: 'Regex'}]}},
  };
  for (const [name, values] of Object.entries(REFUSED)) {
    test(`refuses ${name}`, () => assert.throws(() => values_of({values})));
  }
});

describe('values that do not go together are refused:', () => {
  const REFUSED = {
    'no database': [{secret: {existing: ''}}, /DATABASE_URL is missing/],
    'a volume for two': [{persistence: {enabled: true}}, /one replica alone/],
    'a volume and a job':
      [{replicas: 1, persistence: {enabled: true}}, /cannot migrate the database/],
  };
  for (const [name, [values, message]] of Object.entries(REFUSED)) {
    test(name, () => assert.throws(() => render({values}), message));
  }
});
