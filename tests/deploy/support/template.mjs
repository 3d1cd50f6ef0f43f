// Go's templates, as far as the chart uses them: text to a tree, and the tree with data to text.
// What it does not know it refuses, as it does to write what is not there.
import assert from 'node:assert/strict';

const ACTION = /\{\{(- )?\s*(\/\*[^]*?\*\/|[^]*?)\s*( -)?\}\}/g;
const TOKEN = new RegExp([
  String.raw`(?<space>\s+)`, String.raw`(?<text>"(?:\\.|[^"\\])*")`,
  String.raw`(?<number>-?\d+(?:\.\d+)?)\b`, String.raw`(?<field>\$?(?:\.\w+)+|\$\w*(?:\.\w+)*|\.)`,
  String.raw`(?<word>\w+)`, String.raw`(?<mark>:=|[()|,=])`,
].join('|'), 'y');

/// The text and the actions of a template, in turn, with the white space that actions ask away.
function lex(text) {
  const parts = [];
  let end = 0;
  let trims = false;
  const add = (piece) => {
    const kept = trims ? piece.replace(/^\s+/, '') : piece;
    if (kept !== '') parts.push({kind: 'text', text: kept});
  };
  for (const found of text.matchAll(ACTION)) {
    const [all, before, action, after] = found;
    const piece = text.slice(end, found.index);
    add(before ? piece.replace(/\s+$/, '') : piece);
    if (!action.startsWith('/*')) parts.push({kind: 'action', tokens: tokens_of(action)});
    trims = after !== undefined;
    end = found.index + all.length;
  }
  add(text.slice(end));
  return parts;
}

function tokens_of(action) {
  const tokens = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < action.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(action);
    assert.ok(found, `not understood: {{ ${action} }}, from ${action.slice(at)}`);
    const [kind, text] = Object.entries(found.groups).find(([, each]) => each !== undefined);
    if (kind !== 'space') tokens.push({kind, text});
  }
  return tokens;
}

/// Reads the tokens of one action.
class Reader {
  constructor(tokens) {
    this.tokens = [...tokens];
  }

  takes(text) {
    if (this.tokens[0]?.text !== text) return false;
    this.tokens.shift();
    return true;
  }

  /// [$a[, $b] :=] command {| command}
  pipeline() {
    const names = [];
    const begin = this.tokens.findIndex(({text}) => text === ':=');
    for (const {kind, text} of this.tokens.splice(0, begin + 1)) {
      if (kind === 'field') names.push(text);
    }
    const commands = [this.command()];
    while (this.takes('|')) commands.push(this.command());
    return {names, commands};
  }

  command() {
    const operands = [];
    while (this.tokens.length > 0 && !['|', ')'].includes(this.tokens[0].text)) {
      operands.push(this.operand());
    }
    assert.ok(operands.length > 0, 'an empty command');
    return operands;
  }

  operand() {
    const {kind, text} = this.tokens.shift();
    if (kind === 'text') return {kind: 'value', value: JSON.parse(text)};
    if (kind === 'number') return {kind: 'value', value: Number(text)};
    if (kind === 'word' && /^(true|false)$/.test(text)) {
      return {kind: 'value', value: text === 'true'};
    }
    if (kind === 'word') return {kind: 'function', name: text};
    if (kind === 'field') {
      const [root, ...path] = text.split('.');
      return {kind, root, path: path.filter((name) => name !== '')};
    }
    assert.equal(text, '(');
    const inner = this.pipeline();
    assert.ok(this.takes(')'), 'a bracket that is not closed');
    return {kind: 'pipeline', pipeline: inner};
  }

  done() {
    assert.deepEqual(this.tokens, [], 'more than one action');
  }
}

/// Adds the templates that `text` defines to `templates`, itself as `name`.
export function parse(name, text, templates) {
  const parts = lex(text);
  const body = parse_list(parts, templates);
  assert.equal(parts.length, 0, `${name}: an end too many`);
  templates[name] = body;
}

/// Up to {{ end }}, {{ else }} or the end of the text, which are left to the caller.
function parse_list(parts, templates) {
  const nodes = [];
  while (parts.length > 0) {
    const {kind, text, tokens} = parts[0];
    const word = tokens?.[0]?.text;
    if (word === 'end' || word === 'else') break;
    parts.shift();
    if (kind === 'text') nodes.push({kind, text});
    else if (word === 'define') define(tokens, parts, templates);
    else if (['if', 'with', 'range'].includes(word)) {
      nodes.push(parse_block(word, tokens.slice(1), parts, templates));
    } else {
      nodes.push({kind: 'print', pipeline: whole_pipeline(tokens)});
    }
  }
  return nodes;
}

function whole_pipeline(tokens) {
  const reader = new Reader(tokens);
  const pipeline = reader.pipeline();
  reader.done();
  return pipeline;
}

function define(tokens, parts, templates) {
  const name = JSON.parse(tokens[1].text);
  assert.ok(!(name in templates), `${name} is defined twice`);
  templates[name] = parse_list(parts, templates);
  assert.equal(parts.shift()?.tokens[0].text, 'end', `${name} has no end`);
}

function parse_block(kind, tokens, parts, templates) {
  const node = {kind, pipeline: whole_pipeline(tokens), body: parse_list(parts, templates)};
  const last = parts.shift()?.tokens;
  assert.ok(last, `${kind} has no end`);
  if (last[0].text === 'end') return node;
  if (last.length > 1) {
    assert.equal(last[1].text, 'if');
    node.otherwise = [parse_block('if', last.slice(2), parts, templates)];
  } else {
    node.otherwise = parse_list(parts, templates);
    assert.equal(parts.shift()?.tokens[0].text, 'end', `${kind} has no end`);
  }
  return node;
}

/// What {{ if }} takes for true.
export function is_true(value) {
  if (Array.isArray(value)) return value.length > 0;
  if (value !== null && typeof value === 'object') return Object.keys(value).length > 0;
  return Boolean(value);
}

/// `templates[name]` with `dot`, as text; {NAME: function} are those that it may call.
export function execute(name, dot, templates, functions) {
  assert.ok(name in templates, `there is no template ${name}`);
  return run(templates[name], {dot, variables: {$: dot}, templates, functions});
}

function run(nodes, scope) {
  // Variables that are made inside end there.
  const inner = {...scope, variables: {...scope.variables}};
  return nodes.map((node) => run_node(node, inner)).join('');
}

function run_node(node, scope) {
  if (node.kind === 'text') return node.text;
  const value = evaluate(node.pipeline, scope);
  const {names} = node.pipeline;
  if (node.kind === 'print') {
    if (names.length === 0) return to_text(value, node.pipeline);
    scope.variables[names[0]] = value;
    return '';
  }
  if (!is_true(value)) return run(node.otherwise ?? [], scope);
  if (node.kind === 'if') return run(node.body, scope);
  if (node.kind === 'with') return run(node.body, {...scope, dot: value});
  const entries = Array.isArray(value) ? [...value.entries()] :
    Object.keys(value).sort().map((key) => [key, value[key]]);
  return entries.map(([key, each]) => {
    const made = names.length === 2 ? {[names[0]]: key, [names[1]]: each} :
      names.length === 1 ? {[names[0]]: each} : {};
    return run(node.body, {...scope, dot: each, variables: {...scope.variables, ...made}});
  }).join('');
}

function to_text(value, pipeline) {
  const is_plain = ['string', 'boolean'].includes(typeof value) ||
    // Go writes larger ones in another way.
    (typeof value === 'number' && Math.abs(value) < 1e6);
  assert.ok(is_plain, `not to be written: ${JSON.stringify(value)} of ${JSON.stringify(pipeline)}`);
  return String(value);
}

function evaluate({commands}, scope) {
  let last;
  commands.forEach((operands, index) => {
    const [first, ...rest] = operands;
    const more = index === 0 ? [] : [last];
    if (first.kind === 'function') {
      assert.ok(first.name in scope.functions, `there is no function ${first.name}`);
      last = scope.functions[first.name](...rest.map((each) => value_of(each, scope)), ...more);
    } else {
      assert.equal(rest.length + more.length, 0, 'arguments of what is no function');
      last = value_of(first, scope);
    }
  });
  return last;
}

function value_of(operand, scope) {
  if (operand.kind === 'value') return operand.value;
  if (operand.kind === 'pipeline') return evaluate(operand.pipeline, scope);
  if (operand.kind === 'function') return evaluate({commands: [[operand]]}, scope);
  const {root, path} = operand;
  assert.ok(root === '' || root in scope.variables, `there is no ${root}`);
  let value = root === '' ? scope.dot : scope.variables[root];
  for (const name of path) {
    assert.ok(value !== null && typeof value === 'object', `no .${name} in .${path.join('.')}`);
    value = value[name] ?? null;
  }
  return value;
}
