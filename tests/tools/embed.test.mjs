// tools/embed on small trees: what it writes of each file, and what it refuses.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {createHash, randomBytes} from 'node:crypto';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {describe, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {gunzipSync} from 'node:zlib';

const EMBED = fileURLToPath(new URL('../../tools/embed', import.meta.url));
const PAGE = {
  'index.html': '<!doctype html>', 'sw.js': 'self;', 'assets/a-1.js': 'a;', 'icons/a.svg': '<svg/>',
};

/// Writes files, {name: content}, into a folder that is gone after `body`.
function with_files(files, body) {
  const folder = mkdtempSync(join(tmpdir(), 'embed-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, 'in', name)), {recursive: true});
      writeFileSync(join(folder, 'in', name), content);
    }
    return body(folder);
  } finally {
    rmSync(folder, {recursive: true});
  }
}

function run(...args) {
  return spawnSync(EMBED, args, {encoding: 'utf8'});
}

/// The rows that embed writes of a tree: {path, type, identity, packed, etag, policy, immutable},
/// the two in the middle as what they hold, or nothing.
function rows_of(files) {
  return with_files(files, (folder) => {
    const out = join(folder, 'out', 'some_assets.cpp');
    const {status, stderr} = run('tree', out, 'todod::http', 'some_assets', join(folder, 'in'));
    assert.deepEqual([status, stderr], [0, '']);
    const text = readFileSync(out, 'utf8');
    assert.match(text, /^std::span<const Asset> some_assets\(\)$/m);
    const held = (expression) => {
      const name = /^text\((\w+)\)$/.exec(expression)?.[1];
      if (!name) return undefined;
      const [, file] = new RegExp(`${name}\\[\\] = {\n#embed "(.*)"`).exec(text);
      return readFileSync(join(folder, 'out', file));
    };
    const row = /^ +\{"(.*)", "(.*)", (\S+), (\S+), "(.*)", Policy::(\w+), (true|false)\},$/gm;
    return [...text.matchAll(row)].map(([, path, type, identity, packed, etag, policy, is]) => ({
      path, type, identity: held(identity), packed: held(packed), etag, policy,
      immutable: is === 'true',
    }));
  });
}

describe('a tree', () => {
  test('is served by its paths, and the page at the root', () => {
    const rows = rows_of(PAGE);
    assert.deepEqual(
        rows.map(({path, type, policy, immutable}) => [path, type, policy, immutable]), [
          ['/assets/a-1.js', 'text/javascript; charset=utf-8', 'file', true],
          ['/icons/a.svg', 'image/svg+xml', 'file', false],
          ['/', 'text/html; charset=utf-8', 'page', false],
          ['/sw.js', 'text/javascript; charset=utf-8', 'worker', false],
        ]);
  });

  test('has each file whole, and packed where that is less', () => {
    const long = 'let a = 1;\n'.repeat(100);
    const noise = randomBytes(40_000);
    const rows = rows_of({...PAGE, 'assets/b-2.js': long, 'assets/c-3.woff2': noise});
    const of = (wanted) => rows.find(({path}) => path === wanted);
    assert.equal(of('/assets/b-2.js').identity.toString(), long);
    assert.equal(gunzipSync(of('/assets/b-2.js').packed).toString(), long);
    assert.equal(of('/assets/a-1.js').packed, undefined);
    assert.deepEqual(of('/assets/c-3.woff2').identity, noise);
    assert.equal(of('/assets/c-3.woff2').packed, undefined);
  });

  test('has what is long packed alone', () => {
    const longest = 'let a = 1;\n'.repeat(10_000);
    const row = rows_of({...PAGE, 'assets/b-2.js': longest}).find(({path}) => /b-2/.test(path));
    assert.equal(row.identity, undefined);
    assert.equal(gunzipSync(row.packed).toString(), longest);
  });

  test('has tags by what the files hold', () => {
    const [{etag}] = rows_of(PAGE);
    const hash = createHash('sha256').update('a;').digest('hex').slice(0, 32);
    assert.equal(etag, `W/\\"${hash}\\"`);
  });

  test('gives the same bytes of the same files', () => {
    const written = () => with_files(PAGE, (folder) => {
      const out = join(folder, 'out', 'a.cpp');
      run('tree', out, 'todod::http', 'a', join(folder, 'in'));
      return readFileSync(out, 'utf8');
    });
    assert.equal(written(), written());
  });

  test('that is built anew leaves nothing of the old one', () => with_files(PAGE, (folder) => {
    const args = ['tree', join(folder, 'out', 'a.cpp'), 'todod::http', 'a', join(folder, 'in')];
    run(...args);
    rmSync(join(folder, 'in', 'assets'), {recursive: true});
    run(...args);
    assert.doesNotMatch(readFileSync(args[1], 'utf8'), /assets\/a-1/);
  }));
});

const REFUSED = {
  'a tree without a page': [{'sw.js': 'self;'}, /has no index\.html/],
  'a file of a type that is not known': [{...PAGE, 'a.exe': 'MZ'}, /no content type is known/],
  'an empty file': [{...PAGE, 'assets/b.js': ''}, /is empty or missing/],
  'a name that would have to be escaped': [{...PAGE, 'icons/a "b".svg': '<svg/>'}, /characters/],
};
for (const [name, [files, message]] of Object.entries(REFUSED)) {
  test(`refuses ${name}`, () => with_files(files, (folder) => {
    const out = join(folder, 'out', 'a.cpp');
    const {status, stderr} = run('tree', out, 'todod::http', 'a', join(folder, 'in'));
    assert.equal(status, 1);
    assert.match(stderr, message);
    assert.throws(() => readFileSync(out), /ENOENT/);
  }));
}
