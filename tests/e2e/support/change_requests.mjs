// Random requests that write, over REST and as tools of agents: each as it is asked, and as what
// the model (change_model.mjs) is to do for it.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';

import {Refused, etag_of} from './change_model.mjs';
import {McpClient} from './mcp.mjs';

/// The same numbers for the same seed (mulberry32): {below(n), pick(list), is_one_in(n)}.
export function random_of(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n) => Math.floor(next() * n);
  return {below, pick: (list) => list[below(list.length)], is_one_in: (n) => below(n) === 0};
}

const TITLES = ['Milk', 'Bread', 'Eggs', "Übung's 'end'", '<b>"quoted"\\</b>', '牛乳を買う'];
const DUE = ['2031-05-01', '2031-05-01T10:00:00.000Z', '1999-12-31T23:59:59.999Z', null];
const STATUSES = ['pending', 'in_progress', 'completed'];
const VALUES = {
  title: (random) => `${random.pick(TITLES)} ${random.below(5)}`,
  description: (random) => random.pick([null, '', 'two litres', 'a\nb\tc {"d": 1}']),
  status: (random) => random.pick(STATUSES),
  completed: (random) => random.is_one_in(2),
  priority: (random) => random.pick(['Low', 'Medium', 'High', 'Urgent']),
  tags: (random) => random.pick([[], ['shop'], ['shop', 'now'], ['"', 'ä']]),
  due_date: (random) => random.pick(DUE),
};

/// Some fields; what contradicts itself is refused before it is a write.
function some_fields(random) {
  const fields = {};
  for (const [name, value] of Object.entries(VALUES)) {
    if (random.is_one_in(3)) fields[name] = value(random);
  }
  if ('status' in fields) delete fields.completed;
  if (Object.keys(fields).length === 0) fields.title = VALUES.title(random);
  return fields;
}

/// What there may be to write to: all of it, by the model, whose answers are then known.
export function view_of(model) {
  return {
    tasks: [...model.tasks.values()], trash: [...model.trash.values()],
    sets: [...model.sets.keys()].slice(-30),
  };
}

/// By its id, or its number; now and then of one that is not there.
function ref_of(random, tasks) {
  const task = random.pick(tasks);
  if (task === undefined || random.is_one_in(25)) return random.pick(['999999', randomUUID()]);
  return random.is_one_in(2) ? task.id : String(task.number);
}

function condition(random, {tasks}, ref) {
  if (!random.is_one_in(6)) return {};
  const task = tasks.find(({id, number}) => ref === id || ref === String(number));
  return {if_match: random.is_one_in(2) || !task ? '"1-99"' : etag_of(task)};
}

/// One write, as the model takes it.
const WRITES = {
  create(random, {tasks, trash}) {
    const task = {...some_fields(random), title: VALUES.title(random)};
    if (random.is_one_in(4)) task.id = randomUUID();
    // An id that one in the trash has is free again; that of a task is not.
    if (trash.length > 0 && random.is_one_in(6)) task.id = random.pick(trash).id;
    else if (tasks.length > 0 && random.is_one_in(20)) task.id = random.pick(tasks).id;
    return {op: 'create', task};
  },
  update(random, view) {
    const ref = ref_of(random, view.tasks);
    return {op: 'update', ref, task: some_fields(random), ...condition(random, view, ref)};
  },
  complete(random, {tasks}) {
    const completed = random.pick([true, true, false, undefined]);
    return {op: 'complete', ref: ref_of(random, tasks), completed};
  },
  delete(random, view) {
    const ref = ref_of(random, view.tasks);
    return {op: 'delete', ref, ...condition(random, view, ref)};
  },
  restore: (random, {trash}) => ({op: 'restore', ref: ref_of(random, trash)}),
  purge: (random, {trash}) => ({op: 'purge', ref: ref_of(random, trash)}),
};

const if_match = ({if_match: etag}) => (etag === undefined ? {} : {headers: {'If-Match': etag}});
const STATUS = {create: 201, update: 200, complete: 200, delete: 204, restore: 200, purge: 204};
/// How one write is asked by itself: [method, path, options].
const ASKED = {
  create: ({task}) => ['POST', '/tasks', {body: task}],
  update: (write) => ['PATCH', `/tasks/${write.ref}`, {body: write.task, ...if_match(write)}],
  complete: ({ref, completed}) => ['PATCH', `/tasks/${ref}/complete`,
                                   completed === undefined ? {} : {body: {completed}}],
  delete: (write) => ['DELETE', `/tasks/${write.ref}`, if_match(write)],
  restore: ({ref}) => ['POST', `/trash/${ref}/restore`, {}],
  purge: ({ref}) => ['DELETE', `/trash/${ref}`, {}],
};

/// A write by itself: {ask, foresee}, where foresee(model, given) gives what is to be answered, and
/// does it in the model.
function alone(write) {
  const [method, path, options] = ASKED[write.op](write);
  return {
    what: `${method} ${path} ${JSON.stringify(options)}`, method, path, options,
    ok: [STATUS[write.op], 404, 409, 412],
    foresee(model, given) {
      const {failures: [failure], results, changes} = model.run([write], {given});
      const body = STATUS[write.op] === 204 ? undefined : results[0];
      return {status: failure?.status ?? STATUS[write.op], body: failure ? undefined : body,
              changes};
    },
  };
}

/// One that is made once, however often it is asked for.
function once(random, view) {
  const request = alone(WRITES.create(random, {...view, tasks: [], trash: []}));
  request.options.headers = {'Idempotency-Key': randomUUID()};
  return request;
}

function batch(random, view) {
  const names = Object.keys(WRITES).filter((name) => name !== 'purge');
  const writes = [];
  // Some of them about one and the same.
  const few = random.is_one_in(3)
    ? {...view, tasks: view.tasks.slice(-1), trash: view.trash.slice(-1)} : view;
  for (let i = random.below(8); i >= 0; i -= 1) {
    writes.push(WRITES[random.pick(names)](random, few));
  }
  const mode = random.pick(['atomic', 'best_effort']);
  const dry_run = random.is_one_in(10);
  const operations = writes.map(({op, ref, ...rest}) =>
    ({op, ...ref !== undefined && {task_id: ref}, ...rest}));
  const body = {mode, operations};
  const path = dry_run ? '/batch?dry_run=true' : '/batch';
  return {
    what: `POST ${path} ${JSON.stringify(body)}`, method: 'POST', path, options: {body},
    ok: [200, 409, 422],
    foresee(model, given) {
      const is_atomic = mode === 'atomic';
      const how = {is_atomic, is_dry_run: dry_run, given};
      const {changes, failures, results} = model.run(writes, how);
      const failed = Object.values(failures).map(({status}) => status);
      if (is_atomic && failed.length > 0) {
        return {status: failed.every((status) => status === 404) ? 422 : 409, changes: []};
      }
      if (dry_run) return {status: 200, tried: changes, changes: []};
      const shown = writes.map(({op}, i) => ({
        status: failures[i]?.status ?? STATUS[op], task: failures[i] ? null : results[i],
      }));
      return {status: 200, results: shown, changes};
    },
  };
}

/// Takes back a set, of the last mostly; of one that is not there, too.
export function undo(id, {partial = false, dry_run = false} = {}) {
  const body = {...partial && {partial}, ...dry_run && {dry_run}};
  return {
    what: `POST /changesets/${id}/undo ${JSON.stringify(body)}`, method: 'POST',
    path: `/changesets/${id}/undo`, options: {body}, ok: [200, 404, 409],
    foresee(model, given) {
      const {changes, failures, writes, missing} = undo_in(model, id, {partial, dry_run, given});
      if (missing) return {status: 404, changes: []};
      const conflicts = conflicts_of(writes, failures);
      if (!partial && conflicts.length > 0) return {status: 409, conflicts, changes: []};
      if (dry_run) return {status: 200, conflicts, tried: changes, changes: []};
      return {status: 200, conflicts, changes};
    },
  };
}

function undo_in(model, id, {partial, dry_run, given}) {
  try {
    return model.undo(id, {is_partial: partial, is_dry_run: dry_run, given});
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return {missing: true, changes: []};
  }
}

/// Each task once, with all that has been changed of it.
function conflicts_of(writes, failures) {
  const conflicts = new Map();
  writes.forEach(({change: {task_number}}, i) => {
    if (!failures[i]) return;
    const {title, fields} = failures[i];
    const conflict = conflicts.get(task_number) ?? {task_number, title, fields: []};
    conflict.fields = [...new Set([...conflict.fields, ...fields])].sort();
    conflicts.set(task_number, conflict);
  });
  return [...conflicts.values()];
}

function some_undo(random, {sets}) {
  const id = random.is_one_in(30) ? random.pick([0, 999_999])
    : random.pick(random.is_one_in(3) ? sets : sets.slice(-5)) ?? 1;
  return undo(id, {partial: random.is_one_in(2), dry_run: random.is_one_in(10)});
}

const lower = ({priority, ...rest}) =>
  ({...rest, ...priority && {priority: priority.toLowerCase()}});

/// Writes as a tool does them: what can be done is.
function tool(name, args, writes) {
  return {
    what: `${name} ${JSON.stringify(args)}`, tool: name, args,
    foresee(model, given) {
      const {failures, changes} = model.run(writes, {is_atomic: false, given});
      return {done: writes.map((_, i) => failures[i] === undefined), changes};
    },
  };
}

const new_task = (random) => {
  const {title, tags, priority} = {...some_fields(random), title: VALUES.title(random)};
  return {title, ...tags && {tags}, ...priority && {priority}};
};
const TOOLS = {
  add_task(random) {
    const task = new_task(random);
    return tool('add_task', lower(task), [{op: 'create', task}]);
  },
  add_tasks(random) {
    const tasks = Array.from({length: 1 + random.below(4)}, () => new_task(random));
    const writes = tasks.map((task) => ({op: 'create', task}));
    return tool('add_tasks', {tasks: tasks.map(lower)}, writes);
  },
  update_task(random, {tasks}) {
    const {title, tags, priority, status} = {...some_fields(random), title: VALUES.title(random)};
    const task = {title, ...tags && {tags}, ...priority && {priority}, ...status && {status}};
    const ref = ref_of(random, tasks);
    return tool('update_task', {task_id: ref, ...lower(task)}, [{op: 'update', ref, task}]);
  },
  complete_tasks(random, {tasks}) {
    const refs = Array.from({length: 1 + random.below(4)}, () => ref_of(random, tasks));
    const completed = random.is_one_in(2);
    return tool('complete_tasks', {task_ids: refs, completed},
                refs.map((ref) => ({op: 'complete', ref, completed})));
  },
  complete_task(random, {tasks}) {
    const ref = ref_of(random, tasks);
    return tool('complete_task', {task_id: ref}, [{op: 'complete', ref, completed: true}]);
  },
  delete_task(random, {tasks}) {
    const ref = ref_of(random, tasks);
    return tool('delete_task', {task_id: ref}, [{op: 'delete', ref}]);
  },
  restore_task(random, {trash}) {
    const ref = ref_of(random, trash);
    return tool('restore_task', {task_id: ref}, [{op: 'restore', ref}]);
  },
  undo_changes(random, {sets}) {
    const changeset_id = random.is_one_in(3) ? undefined : random.pick(sets);
    const partial = !random.is_one_in(4);
    const args = {...changeset_id !== undefined && {changeset_id}, partial};
    return {
      what: `undo_changes ${JSON.stringify(args)}`, tool: 'undo_changes', args,
      foresee(model, given) {
        const id = changeset_id ?? model.find_last();
        const undone = undo_in(model, id, {partial, given});
        if (undone.missing) return {done: [false], changes: []};
        if (!partial && undone.failures.some((each) => each)) return {done: [false], changes: []};
        return {done: [true], undoes: id, changes: undone.changes};
      },
    };
  },
};

const OFTEN = {
  create: 6, update: 6, complete: 6, delete: 4, restore: 2, purge: 1, once: 1, batch: 4, undo: 5,
  tool: 6,
};

/// Any of the requests, `but` for those.
export function choose(random, view, but = []) {
  const names = Object.entries(OFTEN).flatMap(([name, n]) =>
    (but.includes(name) ? [] : Array(n).fill(name)));
  let name = random.pick(names);
  if (view.tasks.length > 40 && name === 'create') name = 'delete';
  if (name === 'once') return once(random, view);
  if (name === 'batch') return batch(random, view);
  if (name === 'undo') return some_undo(random, view);
  if (name === 'tool') return TOOLS[random.pick(Object.keys(TOOLS))](random, view);
  return alone(WRITES[name](random, view));
}

/// {status, set, body} of a request of REST, {result} of a tool.
export async function ask(client, request) {
  if (request.tool) {
    const {structuredContent} = await new McpClient(client).call_tool(request.tool, request.args);
    return {result: structuredContent};
  }
  const {method, path, options} = request;
  const answer = await client.call(method, `/api/${client.user_id}${path}`, options);
  assert.ok(request.ok.includes(answer.status), `${request.what}: ${answer.status} ${answer.text}`);
  const set = answer.headers.get('x-changeset-id');
  return {status: answer.status, set: set === null ? undefined : Number(set), body: answer.body};
}

/// A task as the model has it.
export function as_modelled({user_id, updated_at, completed, ...task}) {
  assert.equal(completed, task.status === 'completed', JSON.stringify(task));
  return task;
}

/// A change as the model has it.
export const as_logged = ({at, origin, ...change}) => change;

const by_name = (conflicts) => conflicts.map(({task_number, title, fields}) =>
  ({task_number, title: title ?? null, fields: [...fields].sort()}));

/// Holds an answer against what was foreseen.
export function judge(answer, foreseen) {
  const set = foreseen.changes[0]?.changeset_id;
  if (answer.result) return judge_result(answer.result, foreseen, set);
  const {status, body} = answer;
  assert.equal(status, foreseen.status, JSON.stringify(body));
  assert.equal(answer.set, set, 'the change set');
  if (foreseen.body) assert.deepEqual(as_modelled(body), foreseen.body);
  if (foreseen.results) {
    assert.deepEqual(body.results.map(({status: code, task}) =>
      ({status: code, task: task ? as_modelled(task) : null})), foreseen.results);
  }
  if (foreseen.conflicts) {
    assert.deepEqual(by_name(body.conflicts ?? []), by_name(foreseen.conflicts));
    if (status === 200 && !foreseen.tried) {
      assert.deepEqual(body.changes.map(as_logged), foreseen.changes);
    }
  }
  if (foreseen.tried) {
    const kind_of = ({kind, task_number, version}) => ({kind, task_number, version});
    assert.deepEqual(body.changes.map(kind_of), foreseen.tried.map(kind_of));
  }
}

function judge_result({success, data}, {done, undoes}, set) {
  if (data?.results) {
    assert.deepEqual(data.results.map((each) => each.success), done);
    return;
  }
  assert.equal(success, done[0], JSON.stringify(data));
  if (undoes === undefined) return;
  assert.equal(data.undoes, undoes);
  assert.equal(data.changeset_id ?? undefined, set);
}
