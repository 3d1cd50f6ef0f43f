// compose.yaml: what every service of it has to keep to.
import assert from 'node:assert/strict';
import {describe, test} from 'node:test';

import {parse} from 'yaml';

import {run} from './support/run.mjs';
import {names_that_may_be_set, read, ROOT} from './support/variables.mjs';

const COMPOSE = parse(read('deploy/compose.yaml'));
const SERVICES = Object.entries(COMPOSE.services);

test('dclint has nothing to say', () => {
  const linter = new URL('node_modules/dclint/bin/dclint.cjs', import.meta.url);
  const args = [linter.pathname, '--max-warnings=0', `${ROOT}deploy/compose.yaml`];
  const {status, output} = run('node', args, {cwd: new URL('.', import.meta.url)});
  assert.equal(output.trim(), '');
  assert.equal(status, 0);
});

describe('every service', () => {
  for (const [name, service] of SERVICES) {
    test(`can do no more than it needs: ${name}`, () => {
      assert.equal(service.read_only, true);
      assert.deepEqual(service.cap_drop, ['ALL']);
      assert.deepEqual(service.security_opt, ['no-new-privileges:true']);
      assert.equal(service.cap_add, undefined);
      assert.equal(service.privileged, undefined);
    });

    test(`takes its passwords from files, and says how it is: ${name}`, () => {
      for (const [variable, value] of Object.entries(service.environment ?? {})) {
        assert.doesNotMatch(variable, /(PASSWORD|SECRET|KEY|DATABASE_URL)$/);
        if (!variable.endsWith('_FILE')) continue;
        assert.ok(service.secrets.includes(value.replace('/run/secrets/', '')), variable);
      }
      for (const secret of service.secrets ?? []) assert.ok(COMPOSE.secrets[secret].file);
      // todod's image has a check of its own.
      if (name !== 'todod') assert.ok(service.healthcheck.test.length > 1);
      assert.ok(service.restart);
    });
  }
});

describe('todod', () => {
  const {todod, ...others} = COMPOSE.services;

  test('is given variables that it has', () => {
    const names = names_that_may_be_set();
    for (const name of Object.keys(todod.environment)) assert.ok(names.has(name), name);
    assert.equal(todod.environment.ENVIRONMENT, 'production');
  });

  test('waits until the others are healthy', () => {
    for (const name of Object.keys(others)) {
      assert.deepEqual(todod.depends_on[name], {condition: 'service_healthy'});
    }
  });

  test('alone is reached, and from this machine alone', () => {
    assert.deepEqual(todod.ports, ['127.0.0.1:8000:8000']);
    for (const {ports, networks} of Object.values(others)) {
      assert.equal(ports, undefined);
      assert.ok(networks.every((name) => COMPOSE.networks[name].internal));
    }
  });

  test('has the time to finish what is in flight', () => {
    const delay = Number(todod.environment.SHUTDOWN_DELAY);
    assert.ok(Number.parseInt(todod.stop_grace_period, 10) > delay + 30);
  });
});

test('secrets are no part of the repository, nor of the image', () => {
  assert.ok(read('.gitignore').split('\n').includes('/deploy/secrets/'));
  const taken = read('.dockerignore').split('\n').filter((line) => line.startsWith('!deploy'));
  assert.deepEqual(taken, []);
});
