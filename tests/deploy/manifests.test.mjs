// The plain manifests of k8s/base, and Render's blueprint.
import assert from 'node:assert/strict';
import {readdirSync} from 'node:fs';
import {describe, test} from 'node:test';

import {parse} from 'yaml';

import {documents_of, values_of} from './support/chart.mjs';
import {check_manifest, check_pod, check_serving} from './support/manifests.mjs';
import {names_that_may_be_set, read, ROOT} from './support/variables.mjs';

const BASE = 'deploy/k8s/base';
const KUSTOMIZATION = parse(read(`${BASE}/kustomization.yaml`));
const NAMES = names_that_may_be_set();

describe('k8s/base', () => {
  const manifests = KUSTOMIZATION.resources.flatMap((name) =>
    documents_of(read(`${BASE}/${name}`)));
  const of = (kind) => manifests.find((each) => each.kind === kind);

  test('has each of its files in kustomization.yaml', () => {
    const files = readdirSync(`${ROOT}${BASE}`).filter((name) => name !== 'kustomization.yaml');
    assert.deepEqual([...KUSTOMIZATION.resources].sort(), files.sort());
  });

  for (const manifest of manifests) {
    test(`${manifest.kind} is one that Kubernetes takes`, () => check_manifest(manifest));
  }

  test('serves as it should', () => {
    check_pod(of('Deployment').spec.template);
    check_serving(of('Deployment'), of('ConfigMap'));
    const {labels} = of('Deployment').spec.template.metadata;
    for (const selector of [
      of('Service').spec.selector, of('PodDisruptionBudget').spec.selector.matchLabels,
    ]) {
      assert.deepEqual(selector, labels);
    }
  });

  test('names the image and the variables by their names', () => {
    const [container] = of('Deployment').spec.template.spec.containers;
    assert.equal(container.image, KUSTOMIZATION.images[0].name);
    const [, version] = /project\(todod VERSION (\S+)/.exec(read('CMakeLists.txt'));
    assert.equal(KUSTOMIZATION.images[0].newTag, version);
    for (const name of Object.keys(of('ConfigMap').data)) assert.ok(NAMES.has(name), name);
  });

  test('lets in what the chart lets in', () => {
    const paths = of('Ingress').spec.rules[0].http.paths.map(
        ({path, pathType}) => ({path, pathType}));
    assert.deepEqual(paths, values_of().ingress.paths);
  });
});

describe('render.yaml', () => {
  const {services, databases} = parse(read('deploy/render.yaml'));
  const [web, limits] = services;

  test('sets variables that todod has', () => {
    for (const {key} of web.envVars) assert.ok(NAMES.has(key), key);
  });

  test('takes the database and Redis that it makes', () => {
    const source = (key) => web.envVars.find((each) => each.key === key);
    assert.equal(source('DATABASE_URL').fromDatabase.name, databases[0].name);
    assert.equal(source('REDIS_URL').fromService.name, limits.name);
    assert.equal(limits.type, source('REDIS_URL').fromService.type);
  });

  test('leaves todod the time to stop', () => {
    const {value} = web.envVars.find(({key}) => key === 'SHUTDOWN_DELAY');
    assert.ok(web.maxShutdownDelaySeconds > Number(value) + 30);
  });

  test('builds the image from the root, and asks what todod answers', () => {
    assert.ok(read(web.dockerfilePath.replace('./', '')).startsWith('#'));
    assert.equal(web.dockerContext, '.');
    assert.equal(web.healthCheckPath, '/health/ready');
  });
});
