// The unit: systemd understands all of it, and it can do little.
import assert from 'node:assert/strict';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, test} from 'node:test';

import {has, in_folder, run} from './support/run.mjs';
import {names_that_may_be_set, read, read_settings} from './support/variables.mjs';

const UNIT = read('deploy/systemd/todod.service');
// Out of 100.
const EXPOSURE_MAX = 20;
const without = has('systemd-analyze') ? false : 'there is no systemd-analyze here';

/// What systemd-analyze says to `args` about a unit.
const analyze = (args, unit) => in_folder((folder) => {
  const file = join(folder, 'todod.service');
  writeFileSync(file, unit);
  return run('systemd-analyze', [...args, file]);
});

// A program that is here, in place of the one that is installed with it.
// The manual page is not here either.
const VERIFY = ['verify', '--man=no'];
const INSTALLED = UNIT.replace('/usr/bin/todod', process.execPath);

const exposure = (unit) =>
  analyze(['security', '--offline=true', `--threshold=${EXPOSURE_MAX}`], unit);

describe('systemd', {skip: without}, () => {
  test('understands the unit', async () => {
    assert.deepEqual(await analyze(VERIFY, INSTALLED), {status: 0, output: ''});
  });

  test('tells what it does not understand', async () => {
    const {output} = await analyze(VERIFY, INSTALLED.replace('UMask=', 'Umsk='));
    assert.match(output, /Umsk/);
  });

  test('finds it little exposed', async () => {
    const {status, output} = await exposure(UNIT);
    assert.equal(status, 0, output);
  });

  test('would find it more exposed without what it is protected by', async () => {
    const open = UNIT.replace(/^(CapabilityBoundingSet|SystemCallFilter|ProtectSystem).*\n/gm, '');
    assert.notEqual((await exposure(open)).status, 0);
  });
});

const value_of = (name) => new RegExp(`^${name}=(.*)$`, 'm').exec(UNIT)?.[1];

test('todod has the time to finish what is in flight, while nobody misses it', () => {
  const {settings} = read_settings('deploy/systemd/todod.env');
  const delay = Number(settings.find(({name}) => name === 'SHUTDOWN_DELAY').value);
  assert.ok(Number(value_of('TimeoutStopSec')) > delay + 30);
  assert.ok(Number(value_of('WatchdogSec')) > Number(value_of('TimeoutStopSec')));
});

test('todod.env is where the unit looks for it, and sets what todod has', () => {
  assert.equal(value_of('EnvironmentFile'), '-/etc/todod/todod.env');
  const names = names_that_may_be_set();
  const {settings} = read_settings('deploy/systemd/todod.env');
  for (const {name} of settings) assert.ok(names.has(name), name);
  const of = (name) => settings.find((each) => each.name === name);
  assert.equal(of('ENVIRONMENT').value, 'production');
  // The one folder that it may write to.
  assert.equal(of('DATABASE_URL').value, `sqlite:///${value_of('WorkingDirectory')}/todod.db`);
  assert.equal(value_of('WorkingDirectory'), `/var/lib/${value_of('StateDirectory')}`);
  // A secret that everybody has is none.
  for (const {name, is_set} of settings) assert.ok(!is_set || !/(SECRET|KEY)$/.test(name), name);
  assert.equal(of('AUTH_SECRET_FILE').value, '/etc/todod/auth_secret');
});
