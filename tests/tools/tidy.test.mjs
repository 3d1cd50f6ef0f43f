// tools/tidy on small trees with one planted fault each, and on what must not be taken for one.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

const TIDY = fileURLToPath(new URL('../../tools/tidy', import.meta.url));

/// What tidy says of a tree of {name: text}: its faults, a line each.
function tidy(files) {
  const root = mkdtempSync(join(tmpdir(), 'tidy-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), {recursive: true});
      writeFileSync(join(root, name), text);
    }
    const {stdout, stderr, status} = spawnSync(TIDY, [root], {encoding: 'utf8'});
    assert.equal(stderr, '');
    const lines = stdout.trimEnd().split('\n');
    assert.match(lines.pop(), /^tidy: \d+ files, \d+ faults$/);
    assert.equal(status, lines.length > 0 ? 1 : 0);
    return lines;
  } finally {
    rmSync(root, {recursive: true});
  }
}

const repeat = (count, line) => `${line}\n`.repeat(count);
const include = (...targets) => targets.map((target) => `#include ${target}\n`).join('');

const FAULTS = {
  'an include of a higher layer': [
    'src/db/sqlite.cpp', include('"base/text.hpp"', '"schema/type.hpp"'),
    '2: db may not include schema ("schema/type.hpp")'],
  'an include of a higher layer in a header': [
    'src/services/tasks.hpp', `#pragma once\n${include('"http/server.hpp"')}`,
    '2: services may not include http ("http/server.hpp")'],
  'an include of the app from a layer': [
    'src/http/server.cpp', include('"app.hpp"'), '1: http may not include app ("app.hpp")'],
  'an include of the command line from the app': [
    'src/app.cpp', include('"cli/serve.hpp"'), '1: app may not include cli ("cli/serve.hpp")'],
  'an include that is not named from src/': [
    'src/store/tasks.cpp', include('"sql/rows.hpp"'), '1: "sql/rows.hpp" is not named from src/'],
  'a folder that is no layer': ['src/util/misc.cpp', 'int x;\n', '1: src/util is not a layer'],
  'sqlite3.h outside src/db': [
    'src/store/tasks.cpp', include('<sqlite3.h>'), '1: sqlite3.h outside src/db'],
  'libpq outside src/db': [
    'tests/store/tasks_test.cpp', include('<libpq-fe.h>'), '1: libpq-fe.h outside src/db'],
  'Asio in a header': [
    'src/http/server.hpp', `#pragma once\n${include('<boost/asio/ip/tcp.hpp>')}`,
    '2: boost/asio in a header'],
  'Beast in a header': [
    'src/net/client.hpp', `#pragma once\n${include('<boost/beast.hpp>')}`,
    '2: boost/beast in a header'],
  'Asio in a layer without sockets': [
    'src/auth/jwks.cpp', include('<boost/asio/post.hpp>'),
    '1: boost/asio outside src/http and src/net'],
  'Beast in the app': [
    'src/app.cpp', include('<boost/asio/io_context.hpp>', '<boost/beast/http.hpp>'),
    '2: boost/beast outside src/http and src/net'],
  'SQL that reads tasks of anybody': [
    'src/store/tasks.cpp', 'auto sql =\n    "SELECT * FROM tasks WHERE id = ?1";\n',
    '2: SQL on tasks that does not name user_id'],
  'SQL that writes tasks of anybody': [
    'src/store/tasks.cpp', 'f(R"sql(\n  UPDATE tasks\n  SET title = ?2)sql");\n',
    '1: SQL on tasks that does not name user_id'],
  'SQL whose user is named by its neighbour alone': [
    'src/store/tasks.cpp',
    'f("DELETE FROM tasks");\nf("SELECT user_id FROM users" + of_user);\n',
    '1: SQL on tasks that does not name user_id'],
  'a header without #pragma once': [
    'bench/clock.hpp', '// #pragma once\n', '1: a header without #pragma once'],
  'a long file': ['src/base/a.cpp', repeat(401, 'int x;'), '401: 401 lines, at most 400'],
  'a long line': [
    'web/a.css', `a {}\n/* ${'é'.repeat(95)} */\n`, '2: 101 characters, at most 100'],
  'a long line of TypeScript': [
    'web/app/src/a.ts', `const a = '${'é'.repeat(88)}';\n`, '1: 101 characters, at most 100'],
  'a long file of the page': [
    'web/app/src/a.tsx', repeat(401, 'f();'), '401: 401 lines, at most 400'],
  'a long component': [
    'web/app/src/b.tsx',
    `export function B({a}: Props): VNode<{a: string}> | null {\n${repeat(69, 'f();')}}\n`,
    '1: a function of 71 lines, at most 70'],
  'a tab': ['src/base/a.cpp', 'int x;\n\tint y;\n', '2: a tab'],
  'white space at the end of a line': [
    'README.md', 'one \n', '1: white space at the end of the line'],
  'a file without a newline at its end': [
    'cmake/a.cmake', 'one()\ntwo()', '2: no newline at the end'],
  'a long script without an extension': [
    'tools/x', `#!/bin/sh\n${repeat(400, ':')}`, '401: 401 lines, at most 400'],
};

for (const [what, [name, text, fault]] of Object.entries(FAULTS)) {
  test(`refuses ${what}`, () => assert.deepEqual(tidy({[name]: text}), [`${name}:${fault}`]));
}

/// Text before, a line of the body, text after, how many such lines make 70, and its first line.
const LONG_FUNCTIONS = {
  'a function': ['namespace a {\nvoid f()\n{\n', '    int x;', '}\n}\n', 67, 2],
  'a function template': ['template <class T, class U = X<T>>\nT f(T t) {\n', 'x;', '}\n', 67, 1],
  'a member function': [
    'class A : B<int> {\npublic:\n  int f() const\n  {\n', 'x;', '}\n};\n', 67, 3],
  'a constructor with initialisers': [
    'A::A(int b) : b_{b}, c_(b), d_{{1}}\n{\n', 'x;', '}\n', 67, 1],
  'a function with a trailing return type': ['auto f() -> std::string {\n', 'x;', '}\n', 68, 1],
  'a lambda in a table': ['const A table[] = {{"a", [](int) {\n', 'if (b) { x; }', '}}};\n', 68, 1],
  'a test': ['TEST(A, b)\n{\n', "x = '{' + \"}\" + R\"({)\" + 1'000; // }", '}\n', 67, 1],
};

for (const [what, [before, line, after, body, start]] of Object.entries(LONG_FUNCTIONS)) {
  test(`refuses ${what} that is too long, and takes one that is not`, () => {
    const name = 'tests/base/a.cpp';
    const fault = `${name}:${start}: a function of 71 lines, at most 70`;
    assert.deepEqual(tidy({[name]: before + repeat(body + 1, line) + after}), [fault]);
    assert.deepEqual(tidy({[name]: before + repeat(body, line) + after}), []);
  });
}

test('measures functions of scripts, but not in node tests', () => {
  const text = `const a = {\n  b: 1,\n};\nfunction f() {\n${repeat(69, '  x(/[{]/);')}}\n`;
  assert.deepEqual(tidy({'web/a.js': text}), ['web/a.js:4: a function of 71 lines, at most 70']);
  assert.deepEqual(tidy({'tests/e2e/a.test.mjs': text}), []);
});

test('does not take long tables and classes for functions', () => {
  const rows = repeat(80, '    {"a", 1},');
  const members = repeat(80, '    int a_{1};');
  assert.deepEqual(tidy({
    'src/base/table.cpp': `const Row rows[] = {\n${rows}};\nauto t = make({\n${rows}});\n`,
    'src/base/a.hpp': `#pragma once\nclass alignas(64) A final : public B<int()> {\n${members}};\n`,
    'web/table.js': `const rows = {\n${repeat(80, '  a: {b: [1]},')}};\nmake({\n});\n`,
  }), []);
});

test('takes includes downwards, of the own layer, of vendor and of the system', () => {
  const downwards = include('"auth/jwt.hpp"', '"base/error.hpp"', '"store/tasks.hpp"',
      '"vendor/json.hpp"', '<boost/json/value.hpp>', '<vector>');
  assert.deepEqual(tidy({
    'src/auth/jwt.cpp': downwards,
    'src/main.cpp': include('"app.hpp"', '"cli/serve.hpp"'),
    'src/cli/serve.cpp': include('"app.hpp"', '"http/server.hpp"'),
    'src/app.cpp': include('"http/server.hpp"', '<boost/asio/io_context.hpp>'),
    'src/db/sqlite.cpp': include('<sqlite3.h>'),
    'src/http/connection.cpp': include('<boost/beast/http.hpp>', '<boost/asio/ip/tcp.hpp>'),
    'src/net/client.cpp': include('<boost/beast/http.hpp>'),
    'src/vendor/asio.cpp': include('<boost/asio/impl/src.hpp>'),
    'src/pch.hpp': `#pragma once\n${include('<fmt/format.h>')}`,
    'tests/base/text_test.cpp': include('"base/text.hpp"', '<boost/asio.hpp>'),
  }), []);
});

test('takes SQL that names its user, or says why it does not', () => {
  assert.deepEqual(tidy({
    'src/store/tasks.cpp': [
      'f("SELECT " + columns() + " FROM tasks "\n  "WHERE user_id = ?1 AND id = ?2");',
      'f(R"(INSERT INTO tasks (user_id, id) VALUES (?1, ?2))");',
      'f("SELECT 1 FROM tasks_search WHERE word = ?1");',
      'f(fmt::format("SELECT {} FROM tasks{}", columns, of_user));',
      '// Tasks of every user on purpose: the index is made anew.',
      'f("SELECT title FROM tasks");',
      '// reads FROM tasks "FROM tasks"',
      '',
    ].join('\n'),
    'src/services/words.cpp': 'f("take it from tasks");\n',
  }), []);
});

test('leaves out what is built, installed or binary', () => {
  const bad = 'bad \t';
  assert.deepEqual(tidy({
    'build/dev/a.cpp': bad, 'web/node_modules/a/a.js': bad, 'fuzz/corpus/json/1': bad,
    'web/logo.png': bad, 'Makefile': 'all:\n\ttrue\n', 'src/base/empty.cpp': '',
  }), []);
});

test('a language of the page is one file, however long', () => {
  assert.deepEqual(tidy({'web/app/src/words/en.ts': repeat(401, 'f();')}), []);
});
