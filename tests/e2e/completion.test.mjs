// What is written about the commands has each of them, with each option: completions, in the shells
// themselves, and the manual page. What there is, --help says.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {before, describe, test} from 'node:test';

import {make_folder, remove_folder, run} from './support/server.mjs';

const LIMIT_MS = 60_000;
const sorted = (words) => [...words].sort();

async function ask(...args) {
  const {code, stdout, stderr} = await run(args);
  assert.deepEqual([code, stderr], [0, '']);
  return stdout;
}

/// The lines of a paragraph of --help.
const paragraph = (help, title) =>
  help.split('\n\n').find((text) => text.startsWith(`${title}:\n`))?.split('\n').slice(1) ?? [];

/// Every command below `path`, which is one: [{path, words, flags, valued}].
async function read_commands(path = ['todod']) {
  const help = await ask(...path.slice(1), '--help');
  const words = paragraph(help, 'Subcommands').map((line) => /^  (\S+)/.exec(line)?.[1])
      .filter((word) => word !== undefined);
  const choices = /^Positionals:\n  \S+ TEXT:\{([\w,]+)\}/m.exec(help)?.[1].split(',') ?? [];
  const options = paragraph(help, 'Options')
      .map((line) => /^  (-\S+)( [A-Z]+(?=[: ]|$))?/.exec(line)).filter((found) => found !== null)
      .map(([, names, value]) => ({names: names.split(','), has_value: value !== undefined}));
  const command = {
    path: path.join(' '), words: [...words, ...choices],
    flags: options.flatMap(({names}) => names),
    valued: options.filter(({has_value}) => has_value).flatMap(({names}) => names),
  };
  const below = await Promise.all(words.map((word) => read_commands([...path, word])));
  return [command, ...below.flat()];
}

/// What `shell` prints of `script`, which finds todod's completion in the file `completion`.
async function run_shell(shell, args, script) {
  const folder = make_folder();
  try {
    writeFileSync(join(folder, 'completion'), await ask('completion', shell));
    writeFileSync(join(folder, 'script'), script);
    const {status, stdout, stderr} = spawnSync(shell, [...args, 'script'], {
      cwd: folder, encoding: 'utf8', timeout: LIMIT_MS, env: {...process.env, HOME: folder},
    });
    assert.deepEqual([status, stderr], [0, '']);
    return stdout;
  } finally {
    remove_folder(folder);
  }
}

/// How each shell is asked what could come after a line: a script for many lines, which prints a
/// word a line, and "=" after each.
const SHELLS = {
  bash: {
    args: ['--norc'],
    script: (lines) => ['source ./completion', ...lines.map((line) =>
      `COMP_WORDS=(${line}${line.endsWith(' ') ? " ''" : ''}); `
      + 'COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _todod; printf "%s\\n" "${COMPREPLY[@]}" =')],
  },
  // Without the completion system, of which it asks two functions for what it has found.
  zsh: {
    args: ['-f'],
    script: (lines) => ['compdef() {}', '_files() {}',
      '_describe() { print -l -- ${${(P)2}%%:*} }', 'source ./completion', ...lines.map((line) =>
        `words=(${line}${line.endsWith(' ') ? " ''" : ''}); CURRENT=$#words; _todod; print =`)],
  },
  fish: {
    args: ['--no-config'],
    script: (lines) => ['source ./completion', ...lines.map((line) =>
      `complete -C '${line}' | string split -f 1 \\t; echo =`)],
  },
};

const commands = await read_commands();

test('--help has been understood', () => {
  const of = (path) => commands.find((each) => each.path === path);
  assert.ok(of('todod').words.includes('serve'));
  assert.deepEqual(of('todod completion').words, ['bash', 'zsh', 'fish']);
  assert.deepEqual(of('todod user').words, ['add', 'list', 'token']);
  assert.ok(of('todod chat').flags.includes('-m'));
  assert.ok(of('todod chat').valued.includes('--token-file'));
  assert.ok(!of('todod mcp').valued.includes('--read-only'));
});

for (const [shell, {args, script}] of Object.entries(SHELLS)) {
  const is_here = spawnSync(shell, ['-c', 'true']).status === 0;
  describe(`in ${shell}`, {skip: is_here ? false : `there is no ${shell} here`}, () => {
    const complete = async (lines) => {
      const printed = await run_shell(shell, args, `${script(lines).join('\n')}\n`);
      const found = printed.split(/^=\n/m).slice(0, -1).map((text) =>
        text.split('\n').filter((line) => line !== ''));
      assert.equal(found.length, lines.length);
      return found;
    };

    test('each command and each value is completed', async () => {
      const named = commands.filter(({words}) => words.length > 0);
      const found = await complete(named.map(({path}) => `${path} `));
      named.forEach(({path, words}, i) => assert.deepEqual(sorted(found[i]), sorted(words), path));
    });

    test('each option of each command is completed', async () => {
      // fish hides short options until there is nothing but the dash, and shows long ones then too.
      const found = await complete(commands.map(({path}) => `${path} -`));
      commands.forEach(({path, flags}, i) =>
        assert.deepEqual(sorted(found[i]), sorted(flags), path));
    });

    test('what has begun is completed', async () => {
      const found = await complete(['todod us', 'todod user to', 'todod chat --token-']);
      const whole = shell === 'zsh' ? found[0].filter((word) => word.startsWith('us')) : found[0];
      assert.deepEqual(whole, ['user']);
      if (shell !== 'zsh') assert.deepEqual(found.slice(1), [['token'], ['--token-file']]);
    });

    test('the value of an option is no command', async () => {
      const valued = commands.flatMap(({path, valued: flags}) =>
        flags.map((flag) => `${path} ${flag} `));
      for (const words of await complete(valued)) {
        assert.ok(!words.includes('--help') && !words.includes('serve'), words.join(' '));
      }
      const [words] = await complete(['todod user add --name serve ']);
      assert.ok(!words.includes('list'));
    });
  });
}

describe('the manual page', () => {
  let page;
  before(async () => { page = await ask('manual'); });

  test('has each command with each of its options', () => {
    const plain = page.replaceAll('\\-', '-');
    for (const {path, words, flags} of commands) {
      const section = path === 'todod' ? /^\.SH OPTIONS\n([^]*?)^\.SH/m.exec(plain)
        : plain.split(/^\.S[SH] /m).map((text) => [text, text])
            .find(([text]) => text.startsWith(`"\\fB${path}\\fR`));
      if (words.length > 0 && path !== 'todod' && path !== 'todod completion') continue;
      assert.ok(section, path);
      for (const flag of flags) {
        if (path !== 'todod' && /^(-h|--help)$/.test(flag)) continue;
        assert.ok(section[1].includes(`\\fB${flag}\\fR`), `${path} ${flag}`);
      }
    }
  });

  test('has each variable', async () => {
    for (const line of (await ask('config')).trim().split('\n')) {
      assert.ok(page.includes(`\\fB${line.split('=')[0]}\\fR`), line);
    }
  });

  test('is one that man understands', {
    skip: spawnSync('man', ['--version']).status === 0 ? false : 'there is no man here',
  }, () => {
    const args = ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-'];
    const shown = spawnSync('man', args, {input: page, encoding: 'utf8', timeout: LIMIT_MS});
    assert.deepEqual([shown.status, shown.stderr], [0, '']);
    assert.match(shown.stdout, /people and their agents/);
  });
});
