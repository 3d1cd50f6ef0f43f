import type {Change, ChangeKind, Task, TaskFields, User} from '../../src/api/types';

/// A small todod: what its answers are to what the page asks, and what it has done.

export interface Asked {
  method: string;
  path: string;
  body: Record<string, unknown> | null;
  headers: Record<string, string>;
}

/// Before an answer: gives another one, or nothing.
type Trick = (asked: Asked) => Response | undefined | Promise<Response | undefined>;

interface Operation {
  op: 'create' | 'update' | 'delete';
  taskId?: string;
  task?: Record<string, unknown> & {id?: string};
}

export const ada: User = {id: 'ada', name: 'Ada', email: 'ada@example.com'};
export const bob: User = {id: 'bob', name: 'Bob', email: 'bob@example.com'};

export function problem(
    status: number, detail = '', headers: Record<string, string> = {}, more = {}): Response {
  return new Response(JSON.stringify({status, detail, ...more}), {
    status, headers: {'Content-Type': 'application/problem+json', ...headers},
  });
}

function answer(body: unknown, headers: Record<string, string> = {}, status = 200): Response {
  return new Response(body === null ? null : JSON.stringify(body), {status, headers});
}

export class Refusal extends Error {
  constructor(readonly status: number, detail: string) {
    super(detail);
  }
}

export class Todod {
  /// Who the cookie says is signed in.
  session: User | null = ada;
  tasks = new Map<string, Task>();
  log: Change[] = [];
  asked: Asked[] = [];
  pageSize = 1000;
  #tricks: Trick[] = [];
  #answers = new Map<string, Response>();
  #sets = 0;
  #numbers = 0;
  streams = new Set<FakeEventSource>();

  readonly fetch = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const asked: Asked = {
      method: init.method ?? 'GET', path,
      body: init.body ? JSON.parse(String(init.body)) as Record<string, unknown> : null,
      headers: init.headers as Record<string, string>,
    };
    this.asked.push(asked);
    for (const trick of [...this.#tricks]) {
      const tricked = await trick(asked);
      if (tricked) return tricked;
    }
    try {
      return this.#answer(asked);
    } catch (error) {
      if (error instanceof Refusal) return problem(error.status, error.message);
      throw error;
    }
  };

  /// What is played once, on the first request that `matches` (a method and how a path begins).
  trick(matches: string, play: Trick): void {
    const once: Trick = (asked) => {
      if (!`${asked.method} ${asked.path}`.startsWith(matches)) return undefined;
      this.#tricks = this.#tricks.filter((other) => other !== once);
      return play(asked);
    };
    this.#tricks.push(once);
  }

  /// It cannot be reached until the function that comes back is called.
  goDown(): () => void {
    const down: Trick = () => { throw new TypeError('Failed to fetch'); };
    this.#tricks.unshift(down);
    for (const stream of this.streams) stream.cut();
    return () => { this.#tricks = this.#tricks.filter((other) => other !== down); };
  }

  /// The next such request is answered, but the answer is lost.
  loseAnswer(matches: string): void {
    this.trick(matches, async (asked) => {
      await this.#answer(asked);
      throw new TypeError('Failed to fetch');
    });
  }

  told(method: string, path = '/api/tasks'): Asked[] {
    return this.asked.filter((each) => each.method === method && each.path.startsWith(path));
  }

  get lastSeq(): number {
    return this.log.length;
  }

  add(id: string, title: string): Task {
    return this.#write({op: 'create', task: {id, title}}, ++this.#sets) as Task;
  }

  update(id: string, fields: Partial<TaskFields>): Task {
    return this.#write({op: 'update', taskId: id, task: fields}, ++this.#sets) as Task;
  }

  delete(id: string): void {
    this.#write({op: 'delete', taskId: id}, ++this.#sets);
  }

  #answer(asked: Asked): Response {
    const {method, path} = asked;
    if (path === '/api/auth/session' && method === 'POST') {
      this.session = asked.body?.email === bob.email ? bob : ada;
      return answer({user: this.session});
    }
    if (path === '/api/auth/session' && method === 'GET') return answer({user: this.session});
    if (path === '/api/auth/session') {
      this.session = null;
      return answer(null, {}, 204);
    }
    if (!this.session) return problem(401, 'Sign in.');
    if ((asked.headers['X-User-ID'] ?? this.session.id) !== this.session.id) {
      return problem(401, 'Somebody else has signed in here.');
    }
    if (path === '/api/auth/me') return answer(this.session);
    if (path === '/api/auth/session/renew') return answer({user: this.session});
    if (path.startsWith('/api/changes')) return this.#changes(path);
    if (path === '/api/batch') return this.#batch(asked);
    if (path.startsWith('/api/tasks')) return this.#task(asked);
    return problem(404, path);
  }

  #changes(path: string): Response {
    const since = Number(new URL(path, 'http://x').searchParams.get('since'));
    const headers = {'X-Last-Seq': String(this.lastSeq)};
    return since > this.lastSeq ? problem(410, 'Gone', {}, {last_seq: this.lastSeq})
      : answer(this.log.slice(since, since + 1), headers);
  }

  #page(path: string): Response {
    const start = Number(new URL(path, 'http://x').searchParams.get('cursor') ?? 0);
    const rest = [...this.tasks.values()].filter(({number}) => number > start);
    const page = rest.slice(0, this.pageSize);
    const link: Record<string, string> = {};
    if (page.length < rest.length) {
      link.Link = `</api/tasks?cursor=${page.at(-1)?.number}>; rel="next"`;
    }
    return answer(page, link);
  }

  #task({method, path, body, headers}: Asked): Response {
    const [id = ''] = path.slice('/api/tasks/'.length).split('?');
    if (method === 'GET' && !path.startsWith('/api/tasks/')) return this.#page(path);
    const key = headers['Idempotency-Key'];
    const before = key === undefined ? undefined : this.#answers.get(key);
    if (before) return before.clone();
    const known = this.tasks.get(id);
    if (method === 'GET') return known ? answer(known) : problem(404, 'Task not found.');
    const set = ++this.#sets;
    const op = ({POST: 'create', PATCH: 'update', DELETE: 'delete'} as const)[method] ?? 'delete';
    const written = this.#write({op, taskId: id, task: body ?? {}}, set);
    const task = op === 'delete' ? null : written;
    const made = answer(task, {'X-Changeset-ID': String(set)}, task ? 200 : 204);
    if (key !== undefined) this.#answers.set(key, made.clone());
    return made;
  }

  #batch({body, headers}: Asked): Response {
    const operations = body?.operations as Operation[];
    const key = headers['Idempotency-Key'];
    const before = key === undefined ? undefined : this.#answers.get(key);
    if (before) return before.clone();
    if (operations.length > 100) return problem(422, 'Too many.');
    if (operations.some(({task}) => task?.title === '')) return problem(422, 'A title is missing.');
    const set = ++this.#sets;
    const results = operations.map((operation, index) => {
      try {
        return {index, success: true, status: 200, task: this.#write(operation, set) ?? undefined};
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return {index, success: false, status: error.status, error: error.message};
      }
    });
    const done = answer({results}, {'X-Changeset-ID': String(set)});
    if (key !== undefined) this.#answers.set(key, done.clone());
    return done;
  }

  #write({op, taskId, task}: Operation, set: number): Task | null {
    const id = (op === 'create' ? task?.id : taskId) ?? '';
    const known = this.tasks.get(id);
    if (op === 'create' && known) throw new Refusal(409, 'A task has this id.');
    if (op !== 'create' && !known) throw new Refusal(404, 'Task not found.');
    if (task?.title === '') throw new Refusal(422, 'A title is missing.');
    if (op === 'delete') {
      this.tasks.delete(id);
      this.#keep('delete', id, known?.version ?? 0, null, set);
      return known ?? null;
    }
    const at = '2026-01-01T00:00:00.000Z';
    const made: Task = {
      id, number: known?.number ?? ++this.#numbers, title: '', description: null,
      status: 'TODO', priority: 'MEDIUM', tags: [], dueDate: null, createdAt: at, updatedAt: at,
      completedAt: null, ...known, ...task, version: (known?.version ?? 0) + 1,
    };
    this.tasks.set(id, made);
    this.#keep(op, id, made.version, task ?? {}, set);
    return made;
  }

  #keep(kind: ChangeKind, taskId: string, version: number, after: object | null, set: number) {
    const change: Change = {
      seq: this.lastSeq + 1, changesetId: set, at: '2026-01-01T00:00:00.000Z', kind, taskId,
      taskNumber: 1, version, before: null, after, origin: {via: 'rest', isService: false},
      undoes: null,
    };
    this.log.push(change);
    for (const stream of this.streams) stream.say('change', change);
  }
}

/// The server that the page talks to.
let server = new Todod();

export function use(todod: Todod): Todod {
  server = todod;
  return todod;
}

/// What a browser's EventSource is to the page.
export class FakeEventSource extends EventTarget {
  static readonly CLOSED = 2;
  readonly #since: number;
  isOpen = true;

  constructor(readonly url: string) {
    super();
    this.#since = Number(new URL(url, 'http://x').searchParams.get('since'));
    setTimeout(() => this.#begin());
  }

  #begin(): void {
    if (!this.isOpen) return;
    if (!server.session || this.#since > server.lastSeq) {
      this.cut();
      return;
    }
    server.streams.add(this);
    this.say('ready', {seq: this.#since});
    for (const change of server.log.slice(this.#since)) this.say('change', change);
  }

  say(name: string, data: unknown): void {
    setTimeout(() => {
      if (!this.isOpen) return;
      this.dispatchEvent(Object.assign(new Event(name), {data: JSON.stringify(data)}));
    });
  }

  cut(): void {
    server.streams.delete(this);
    this.dispatchEvent(new Event('error'));
  }

  close(): void {
    this.isOpen = false;
    server.streams.delete(this);
  }
}
