/// One way to ask todod anything: with the session's cookie, a time-out, and errors that say what
/// is wrong.

const timeoutMs = 30_000;

/// What an answer of 400 and more says (RFC 9457).
export class Problem extends Error {
  constructor(
      readonly status: number,
      detail: string,
      /// Seconds to wait (Retry-After); 0: it does not say.
      readonly retryAfter: number = 0,
      readonly body: Record<string, unknown> = {}) {
    super(detail);
    this.name = 'Problem';
  }

  /// Whether the same may go well later.
  get isPassing(): boolean {
    return this.status === 429 || this.status >= 500 || this.status === 408;
  }
}

/// No answer of todod's came: it cannot be reached.
export class Unreachable extends Error {
  constructor(
      cause: unknown,
      /// What somebody else has answered in its place; 0: nobody has.
      readonly status: number = 0) {
    super('Unreachable', {cause});
    this.name = 'Unreachable';
  }
}

export interface Options {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /// It is asked who has signed in.
  forAnybody?: boolean;
}

export interface Answer<T> {
  body: T;
  headers: Headers;
}

/// Whom the page shows: the cookie, which all windows share, may be another's by now.
let asker: string | null = null;

/// From now on todod is asked for them and refuses (401) where somebody else has signed in; null:
/// for whoever has.
export function askAs(userId: string | null): void {
  asker = userId;
}

function nameAsker(): Record<string, string> {
  return asker !== null && /^[!-~]+$/.test(asker) ? {'X-User-ID': asker} : {};
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/// The zone that the browser is in: days end there.
export const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/// What stands between the page and todod (a proxy while todod is started anew, a hotel's network)
/// has not asked it: what it refuses may go well later.
function isOfTodod({status, headers}: Response): boolean {
  const isPassing = status === 429 || status >= 500;
  return isPassing || (headers.get('content-type') ?? '').startsWith('application/problem+json');
}

async function problemOf(response: Response): Promise<Problem | Unreachable> {
  if (!isOfTodod(response)) return new Unreachable(response.statusText, response.status);
  const body = await response.json().catch(() => ({})) as Record<string, unknown>;
  const detail = typeof body.detail === 'string' ? body.detail : response.statusText;
  return new Problem(
      response.status, detail, Number(response.headers.get('retry-after')) || 0, body);
}

/// The answer as it comes: for what streams. Throws Problem and Unreachable.
export async function open(method: Method, path: string, options: Options = {}): Promise<Response> {
  const {body, headers = {}, signal, forAnybody = false} = options;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: {
        Accept: 'application/json',
        'X-Timezone': timeZone,
        ...(forAnybody ? {} : nameAsker()),
        ...(body === undefined ? {} : {'Content-Type': 'application/json'}),
        ...headers,
      },
      ...(body === undefined ? {} : {body: JSON.stringify(body)}),
      ...(signal ? {signal} : {}),
    });
  } catch (error) {
    if (signal?.aborted && signal.reason !== 'timeout') throw error;
    throw new Unreachable(error);
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

/// Asks, and reads the whole answer (null where it has no body).
export async function ask<T>(
    method: Method, path: string, options: Options = {}): Promise<Answer<T>> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort('timeout'), timeoutMs);
  try {
    const response = await open(method, path, {...options, signal: stop.signal});
    try {
      const text = await response.text();
      return {body: (text === '' ? null : JSON.parse(text)) as T, headers: response.headers};
    } catch (error) {
      throw new Unreachable(error);
    }
  } finally {
    clearTimeout(timer);
  }
}

export async function get<T>(path: string, options: Options = {}): Promise<T> {
  return (await ask<T>('GET', path, options)).body;
}

/// The number in a header; 0 where there is none.
export function numberIn(headers: Headers, name: string): number {
  return Number(headers.get(name)) || 0;
}
