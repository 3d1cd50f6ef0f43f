// What writes do to a user's tasks and trash, worked out beside todod as it is documented: tests
// hold what todod has against it. Only ids and instants, which todod chooses, are taken from it.

/// What a task says, as the log has it.
const SAID = ['title', 'description', 'status', 'priority', 'tags', 'due_date', 'completed_at'];

export const is_same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const said_by = (task) => Object.fromEntries(SAID.map((name) => [name, task[name]]));
const unlike = (state, task) =>
  Object.keys(state).filter((name) => !is_same(state[name], task[name]));
const pick = (task, names) => Object.fromEntries(names.map((name) => [name, task[name]]));

/// What a write is refused with. `fields` and `title`: of an undo, what has been changed since.
export class Refused extends Error {
  constructor(status, {fields = [], title = null} = {}) {
    super(`refused with ${status}`);
    Object.assign(this, {status, fields, title});
  }
}

export const etag_of = ({number, version}) => `"${number}-${version}"`;

/// A task without what no undo brings back.
export const without_count = ({version, ...task}) => task;

export class ChangeModel {
  tasks = new Map();  // number -> the task without `updated_at`, never changed in place
  trash = new Map();  // the same, in the order in which they went
  purged = new Set();
  log = [];           // as GET /api/changes has it, but for `at` and `origin`
  sets = new Map();   // id -> its changes
  last_number = 0;
  #run;               // what is under way: {given, undoes, changes}

  get last_change() { return this.log.length; }

  /// Does `writes` in their order: {changes, failures, results}, where `failures` and `results` are
  /// by place, and `is_done` tells whether anything is kept. `given` is what todod's log has of
  /// them; it has none of what is not to be kept.
  run(writes, {is_atomic = true, is_dry_run = false, undoes = null, given = []} = {}) {
    const {tasks, trash, purged, last_number} = this;
    Object.assign(this, {
      tasks: new Map(tasks), trash: new Map(trash), purged: new Set(purged),
    });
    this.#run = {given, undoes, changes: []};
    const results = [];
    const failures = [];
    writes.forEach((write, i) => {
      try {
        results[i] = this[`_${write.op}`](write);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        failures[i] = error;
      }
    });
    const {changes} = this.#run;
    const is_done = !is_dry_run && !(is_atomic && failures.some((each) => each));
    if (!is_done) Object.assign(this, {tasks, trash, purged, last_number});
    else this.#keep(changes);
    return {changes, failures, results, is_done};
  }

  /// Takes a set back. Throws Refused where there is none.
  undo(id, {is_partial = false, ...more} = {}) {
    const set = this.sets.get(id);
    if (set === undefined) throw new Refused(404);
    const writes = set.toReversed().map((change) => ({op: 'revert', change}));
    return {writes, ...this.run(writes, {is_atomic: !is_partial, undoes: id, ...more})};
  }

  /// The set that an undo takes back that names none: the last that is no undo, and not undone.
  find_last() {
    const undone = new Set();
    for (const [id, [{undoes}]] of [...this.sets].reverse()) {
      if (undoes === null) {
        if (!undone.has(id)) return id;
      } else if (!undone.has(id)) {
        undone.add(undoes);
      }
    }
    return undefined;
  }

  /// How it is now, to be looked at later.
  snapshot() { return {tasks: this.tasks, trash: this.trash}; }

  #keep(changes) {
    if (changes.length === 0) return;
    this.log.push(...changes);
    this.sets.set(changes[0].changeset_id, changes);
  }

  /// Of several with one id in the trash, the one that went last.
  #find(ref, place) {
    if (/^\d+$/.test(ref)) return place.get(Number(ref));
    return [...place.values()].findLast(({id}) => id === ref);
  }

  #get(ref, place) {
    const task = this.#find(ref, place);
    if (task === undefined) throw new Refused(404);
    return task;
  }

  #check({if_match}, task) {
    if (if_match !== undefined && if_match !== etag_of(task)) throw new Refused(412);
  }

  /// What todod's log has of the change that comes next.
  get #given() { return this.#run.given[this.#run.changes.length]; }

  #note(kind, {id, number, version}, before, after) {
    const {changes, undoes} = this.#run;
    const seq = this.last_change + changes.length + 1;
    changes.push({
      seq, changeset_id: changes[0]?.changeset_id ?? seq, kind, task_id: id, task_number: number,
      version, before, after, undoes,
    });
  }

  _create({task: fields}) {
    const given = this.#given;
    const id = fields.id ?? given?.task_id;
    if (id !== undefined && this.#find(id, this.tasks)) throw new Refused(409);
    const usual = {description: null, status: 'pending', priority: 'Medium', tags: [],
                   due_date: null};
    const {completed, ...said} = fields;
    const task = {
      ...usual, ...said, id, number: this.last_number += 1, version: 1, created_at: given?.at,
    };
    if (completed) task.status = 'completed';
    task.completed_at = task.status === 'completed' ? given?.after?.completed_at : null;
    this.tasks.set(task.number, task);
    this.#note('create', task, null, said_by(task));
    return task;
  }

  _update(write) {
    const task = this.#get(write.ref, this.tasks);
    this.#check(write, task);
    const {completed, ...said} = write.task;
    const next = {...task, ...said};
    if (completed !== undefined && completed !== (next.status === 'completed')) {
      next.status = completed ? 'completed' : 'pending';
    }
    if (is_same(said_by(next), said_by(task))) return task;
    if (next.status !== task.status) {
      next.completed_at = next.status === 'completed' ? this.#given?.after?.completed_at : null;
    }
    return this.#put('update', task, next);
  }

  /// Left open, it is turned round.
  _complete(write) {
    const task = this.#get(write.ref, this.tasks);
    this.#check(write, task);
    const completed = write.completed ?? task.status !== 'completed';
    return this._update({...write, task: {completed}});
  }

  _delete(write) {
    const task = this.#get(write.ref, this.tasks);
    this.#check(write, task);
    return this.#move_to_trash(task);
  }

  _restore({ref}) { return this.#restore(this.#get(ref, this.trash)); }

  _purge({ref}) {
    const task = this.#get(ref, this.trash);
    this.trash.delete(task.number);
    this.purged.add(task.number);
    this.#note('purge', task, null, null);
    return task;
  }

  _revert({change}) {
    if (change.kind === 'purge') throw new Refused(409);
    if (change.kind === 'delete') return this.#restore(this.#as_left(change, this.trash));
    const task = this.#as_left(change, this.tasks);
    if (change.kind !== 'update') return this.#move_to_trash(task);
    return this.#put('update', task, {...task, ...change.before});
  }

  #put(kind, task, said) {
    const next = {...said, version: task.version + 1};
    const names = unlike(said_by(next), task);
    this.tasks.set(task.number, next);
    this.#note(kind, next, pick(task, names), pick(next, names));
    return next;
  }

  #move_to_trash(task) {
    this.tasks.delete(task.number);
    this.trash.set(task.number, task);
    this.#note('delete', task, said_by(task), null);
    return task;
  }

  #restore(task) {
    if (this.#find(task.id, this.tasks)) throw new Refused(409);
    const next = {...task, version: task.version + 1};
    this.trash.delete(task.number);
    this.tasks.set(task.number, next);
    this.#note('restore', next, null, said_by(next));
    return next;
  }

  #as_left({task_number, after}, place) {
    const task = place.get(task_number);
    if (task === undefined) {
      const elsewhere = this.tasks.get(task_number) ?? this.trash.get(task_number);
      throw new Refused(409, {title: elsewhere?.title});
    }
    const fields = unlike(after ?? {}, task);
    if (fields.length > 0) throw new Refused(409, {fields, title: task.title});
    return task;
  }
}

/// What a log tells by itself, from nothing on: {tasks, trash}, each number -> what the task is.
/// Throws where a change does not follow from those before it.
export function replay(log) {
  const tasks = new Map();
  const trash = new Map();
  log.forEach((change, i) => {
    const {seq, kind, task_number, version, before, after} = change;
    const fail = (why) => { throw new Error(`${why}: ${JSON.stringify(change)}`); };
    if (seq !== i + 1) fail(`a gap, or a repeat, at ${i + 1}`);
    const task = tasks.get(task_number);
    const counted = kind === 'create' ? 1 : (task ?? trash.get(task_number))?.version
      + (kind === 'update' || kind === 'restore' ? 1 : 0);
    if (version !== counted) fail(`not version ${counted}`);
    if (task ? kind === 'create' || kind === 'restore' : kind === 'update' || kind === 'delete') {
      fail('the task is elsewhere');
    }
    if (before !== null && unlike(before, task).length > 0) fail('it was otherwise before');
    if (kind === 'update') {
      tasks.set(task_number, {...task, ...after, version});
    } else if (kind === 'delete') {
      tasks.delete(task_number);
      trash.set(task_number, task);
    } else {
      if (kind !== 'create' && !trash.delete(task_number)) fail('it is not in the trash');
      if (kind !== 'purge') {
        tasks.set(task_number, {id: change.task_id, number: task_number, version, ...after});
      }
    }
  });
  return {tasks, trash};
}

/// The same of a task, or of one of the model.
export const as_replayed = ({id, number, version, ...task}) =>
  ({id, number, version, ...said_by(task)});
