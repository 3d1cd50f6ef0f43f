// Whether a manifest is one that Kubernetes takes: by the models that are made of its API, and,
// since these pass over a field that there is not, by the fields that their declarations name.
import assert from 'node:assert/strict';
import {existsSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

const require = createRequire(import.meta.url);
const MODULES = fileURLToPath(new URL('../node_modules/', import.meta.url));

/// The Prometheus operator's, of which there is no model here.
const MONITOR = {
  jobLabel: 'string', selector: {matchLabels: {}},
  endpoints: [{port: 'string', path: 'string', interval: 'string'}],
};

/// Throws for a manifest that is not one, or has a field that its kind does not have.
export function check_manifest(manifest) {
  const {apiVersion, kind, metadata} = manifest;
  assert.match(metadata.name, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
  if (apiVersion === 'monitoring.coreos.com/v1' && kind === 'ServiceMonitor') {
    return check_shape(manifest.spec, MONITOR, 'spec');
  }
  const model = require(`kubernetes-models/${apiVersion}`)[kind];
  assert.ok(model, `no ${kind} in ${apiVersion}`);
  new model(manifest).validate();
  const file = `${MODULES}kubernetes-models/${apiVersion}/${kind}.d.ts`;
  check_fields(manifest, existsSync(file) ? file : assert.fail(`no ${file}`), kind);
}

function check_shape(value, shape, path) {
  if (typeof shape === 'string') return assert.equal(typeof value, shape, path);
  if (Array.isArray(shape)) {
    return value.forEach((each) => check_shape(each, shape[0], path));
  }
  if (Object.keys(shape).length === 0) return;
  for (const [name, inner] of Object.entries(value)) {
    assert.ok(name in shape, `${path} has no ${name}`);
    check_shape(inner, shape[name], `${path}.${name}`);
  }
}

const declarations = new Map();

/// {fields: Map of NAME to its type, files: Map of a type to where it is declared}
function declaration_of(file) {
  if (declarations.has(file)) return declarations.get(file);
  const text = readFileSync(file, 'utf8');
  const [, body] = /^export interface \w+[^{]*\{\n([^]*?)^\}/m.exec(text) ?? [undefined, ''];
  const rows = [...body.matchAll(/^ {4}"(.+?)"\??: (.*?);?$/gm)];
  const fields = new Map(rows.map(([, name, type]) => [name, type]));
  const files = new Map();
  for (const [, names, from] of text.matchAll(/^import \{ (.*) \} from "(.*)";$/gm)) {
    const place = from.startsWith('.') ? resolve(dirname(file), from) : `${MODULES}${from}`;
    for (const name of names.split(', ')) files.set(name, `${place}.d.ts`);
  }
  declarations.set(file, {fields, files});
  return declarations.get(file);
}

function check_fields(value, file, path) {
  const {fields, files} = declaration_of(file);
  // A type that is a text or a number, such as a quantity.
  if (fields.size === 0) return;
  for (const [name, inner] of Object.entries(value)) {
    assert.ok(fields.has(name), `${path} has no ${name}, but ${[...fields.keys()].join(', ')}`);
    const type = /^(?:Array<)?(\w+)>?$/.exec(fields.get(name))?.[1];
    const next = files.get(type);
    if (next === undefined) continue;
    for (const each of Array.isArray(inner) ? inner : [inner]) {
      if (each !== null && typeof each === 'object') check_fields(each, next, `${path}.${name}`);
    }
  }
}

/// The pods of a manifest, as their template has them.
export const pods_of = (manifests) =>
  manifests.map(({spec}) => spec?.template).filter((template) => template !== undefined);

/// Throws for a pod that could do more than todod needs.
export function check_pod({spec}) {
  assert.equal(spec.automountServiceAccountToken, false);
  assert.equal(spec.securityContext.runAsNonRoot, true);
  assert.equal(spec.securityContext.runAsUser, 1001);
  assert.deepEqual(spec.securityContext.seccompProfile, {type: 'RuntimeDefault'});
  for (const container of spec.containers) {
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: ['ALL']},
    });
    assert.ok(container.resources.requests.memory && container.resources.limits.memory);
  }
}

/// Throws for a deployment whose pods are not watched, or not given the time to stop, with todod's
/// variables of `config`.
export function check_serving({spec}, {data}) {
  const pod = spec.template.spec;
  const [container] = pod.containers;
  const path_of = (probe) => container[probe].httpGet.path;
  assert.equal(path_of('startupProbe'), '/health/live');
  assert.equal(path_of('livenessProbe'), '/health/live');
  assert.equal(path_of('readinessProbe'), '/health/ready');
  assert.equal(container.lifecycle, undefined, 'SHUTDOWN_DELAY does what a hook would');
  const delay = Number(data.SHUTDOWN_DELAY);
  // One alone has nobody to wait for.
  assert.ok(delay >= 5 || spec.strategy.type === 'Recreate');
  assert.ok(pod.terminationGracePeriodSeconds > delay + 30);
  for (const [name, value] of Object.entries(spec.selector.matchLabels)) {
    assert.equal(spec.template.metadata.labels[name], value);
  }
}
