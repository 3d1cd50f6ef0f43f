// The log of changes as it lies in the database, held against the tasks and the trash beside it:
// there is no change without its row of the log, and no row without its change.
import assert from 'node:assert/strict';

import {as_replayed, replay} from './change_model.mjs';
import {database, execute} from './database.mjs';

const KINDS = ['create', 'update', 'delete', 'restore', 'purge'];
const STATUSES = ['pending', 'in_progress', 'completed'];
const PRIORITIES = ['low', 'medium', 'high', 'urgent'];
/// What a stored state does not name of a whole task.
const USUAL = {
  title: '', description: null, status: 'pending', priority: 'medium', tags: [], due_date: null,
  completed_at: null,
};

const JOINED = (table) => `${table} t JOIN users u ON u.user_key = t.user_key`;
const NUMBER = 't.task_key & 4294967295';
/// Of each table a statement that gives a JSON array a row; instants are milliseconds.
const SQLITE = {
  users: 'SELECT json_array(user_id, last_number, last_change, task_count) FROM users',
  changes: `SELECT json_array(u.user_id, t.change_key & 4294967295, changeset_id, kind,
    lower(hex(task_id)), task_number, version, before, after, undoes, previous)
    FROM ${JOINED('changes')} ORDER BY t.change_key`,
  tasks: `SELECT json_array(u.user_id, ${NUMBER}, lower(hex(id)), version, t.last_change, title,
    description, status, priority, tags, due_at, due_whole_day, completed_at)
    FROM ${JOINED('tasks')}`,
  trash: `SELECT json_array(u.user_id, ${NUMBER}, lower(hex(id)), t.last_change, task)
    FROM ${JOINED('trash')}`,
};
const ms = (column) => `(extract(epoch FROM ${column}) * 1000)::bigint`;
const POSTGRES = {
  users: 'SELECT json_build_array(user_id, last_number, last_change, task_count) FROM users',
  changes: `SELECT json_build_array(user_id, seq, changeset_id, kind,
    replace(task_id::text, '-', ''), task_number, version, before, after, undoes, previous)
    FROM changes ORDER BY user_id, seq`,
  tasks: `SELECT json_build_array(user_id, number, replace(id::text, '-', ''), version, last_change,
    title, description, status, priority, tags::text, ${ms('due_at')}, due_whole_day,
    ${ms('completed_at')}) FROM tasks`,
  trash: `SELECT json_build_array(user_id, number, replace(id::text, '-', ''), last_change, task)
    FROM trash`,
};

const instant = (at) => (at === null ? null : new Date(at).toISOString());
const plain_id = (id) => id.replaceAll('-', '');

/// As types::to_stored has it.
function read_state(stored) {
  if (stored === null) return null;
  if (stored.startsWith('{')) return JSON.parse(stored);
  if (stored.startsWith('+')) return {...USUAL, ...JSON.parse(stored.slice(1))};
  const [status, at] = stored.split(' ');
  return {status: STATUSES[status], completed_at: at === undefined ? null : instant(Number(at))};
}

const READ = {
  users: ([user_id, last_number, last_change, task_count]) =>
    ({user_id, last_number, last_change, task_count}),
  changes: ([user_id, seq, changeset_id, kind, task_id, task_number, version, before, after, undoes,
             previous]) => ({
    user_id, seq, changeset_id, kind: KINDS[kind], task_id, task_number, version, undoes, previous,
    before: read_state(before), after: read_state(after),
  }),
  tasks: ([user_id, number, id, version, last_change, title, description, status, priority, tags,
           due_at, due_whole_day, completed_at]) => ({
    user_id, number, id, version, last_change, title, description, status: STATUSES[status],
    priority: PRIORITIES[priority], tags: JSON.parse(tags), completed_at: instant(completed_at),
    due_date: due_at !== null && due_whole_day ? instant(due_at).slice(0, 10) : instant(due_at),
  }),
  trash([user_id, number, id, last_change, json]) {
    const task = JSON.parse(json);
    assert.equal(task.number, number);
    assert.equal(plain_id(task.id), id);
    return {...task, id, user_id, last_change};
  },
};

function read_rows(folder, table) {
  const statement = (database === 'sqlite' ? SQLITE : POSTGRES)[table];
  return execute(folder, statement).split('\n').filter((line) => line !== '')
    .map((line) => READ[table](JSON.parse(line)));
}

const by_number = (tasks) => [...tasks].sort((a, b) => a.number - b.number);

/// Each change names the one before it of its task, and each task the last of its own.
function check_chains(log, tasks) {
  const last = new Map();
  for (const {task_number, previous, seq} of log) {
    assert.equal(previous, last.get(task_number) ?? 0, `before the change ${seq}`);
    last.set(task_number, seq);
  }
  for (const {number, last_change} of tasks) {
    assert.equal(last_change, last.get(number), `the last change of task ${number}`);
  }
}

function check_user(user, log, tasks, trash) {
  assert.equal(user.last_change, log.length, 'how many changes were counted');
  assert.equal(user.task_count, tasks.length, 'how many tasks were counted');
  assert.equal(user.last_number, Math.max(0, ...log.map(({task_number}) => task_number)));
  for (const {changeset_id, seq} of log) {
    assert.equal(log[changeset_id - 1]?.changeset_id, changeset_id, `the set of ${seq}`);
    assert.ok(changeset_id <= seq);
  }
  const told = replay(log);
  assert.deepEqual(by_number(told.tasks.values()), by_number(tasks.map(as_replayed)));
  assert.deepEqual(by_number(told.trash.values()), by_number(trash.map(as_replayed)));
  check_chains(log, [...tasks, ...trash]);
}

/// Of every user of a folder's database, of whose log nothing has been forgotten. How many changes
/// there are.
export function check_rows(folder) {
  const [users, changes, tasks, trash] =
    ['users', 'changes', 'tasks', 'trash'].map((table) => {
      const of_user = new Map();
      for (const row of read_rows(folder, table)) {
        if (!of_user.has(row.user_id)) of_user.set(row.user_id, []);
        of_user.get(row.user_id).push(row);
      }
      return of_user;
    });
  for (const rows of [changes, tasks, trash]) {
    for (const user_id of rows.keys()) assert.ok(users.has(user_id), `${user_id} is not there`);
  }
  for (const [user_id, [user]] of users) {
    const of_user = (rows) => rows.get(user_id) ?? [];
    check_user(user, of_user(changes), of_user(tasks), of_user(trash));
  }
  return [...changes.values()].reduce((sum, {length}) => sum + length, 0);
}
