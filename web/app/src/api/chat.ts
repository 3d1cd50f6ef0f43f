import {ask, get, numberIn, open, Problem, Unreachable} from './client';
import {EventParser, type ServerEvent} from './sse';
import type {Conversation, Message, ToolCall, ToolResult} from './types';

/// What the assistant says, as it says it. The last is always `done`.
export type ChatEvent =
  | {kind: 'text'; text: string}
  | {kind: 'call'; call: ToolCall}
  | {kind: 'result'; call: ToolCall}
  | {kind: 'done'; conversationId: number; response: string; calls: ToolCall[]};

/// todod says something every 15 s; who is silent for longer is not there any more.
const silenceMs = 45_000;

interface RawCall {
  tool_name: string;
  parameters: Record<string, unknown>;
  result?: ToolResult;
}

interface RawDone {
  conversation_id: number;
  response: string;
  tool_calls: RawCall[];
}

interface RawProblem {
  status: number;
  detail?: string;
  title?: string;
  retry_after?: number;
}

function toCall({tool_name: toolName, parameters, result}: RawCall): ToolCall {
  return {toolName, parameters, ...(result ? {result} : {})};
}

function toProblem({status, detail, title, retry_after: retryAfter}: RawProblem): Problem {
  return new Problem(status, detail ?? title ?? '', retryAfter ?? 0);
}

/// Nothing: it is of a kind that is not known here. Throws Problem for an `error`.
function readEvent({name, data}: ServerEvent): ChatEvent | null {
  switch (name) {
    case 'delta': return {kind: 'text', text: (JSON.parse(data) as {text: string}).text};
    case 'tool_call': return {kind: 'call', call: toCall(JSON.parse(data) as RawCall)};
    case 'tool_result': return {kind: 'result', call: toCall(JSON.parse(data) as RawCall)};
    case 'done': {
      const done = JSON.parse(data) as RawDone;
      return {
        kind: 'done', conversationId: done.conversation_id, response: done.response,
        calls: done.tool_calls.map(toCall),
      };
    }
    case 'error': throw toProblem(JSON.parse(data) as RawProblem);
    default: return null;
  }
}

/// Ends what it is for when nothing is heard for too long.
class Watch {
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly given: AbortSignal) {
    if (given.aborted) this.#stop();
    given.addEventListener('abort', this.#stop);
    this.hear();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  hear(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#controller.abort('timeout'), silenceMs);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.given.removeEventListener('abort', this.#stop);
  }

  readonly #stop = (): void => this.#controller.abort(this.given.reason);
}

async function* eventsOf(response: Response, watch: Watch): AsyncGenerator<ServerEvent> {
  if (!response.body) return;
  const reader = response.body.getReader();
  const parser = new EventParser();
  try {
    for (;;) {
      const {done, value} = await reader.read();
      if (done) return;
      watch.hear();
      yield* parser.feed(value);
    }
  } finally {
    void reader.cancel().catch(() => {});
  }
}

export interface Said {
  message: string;
  /// null: a new one.
  conversationId: number | null;
  /// Makes it safe to say again when the answer was lost.
  key: string;
}

function start({message, conversationId, key}: Said, signal: AbortSignal): Promise<Response> {
  return open('POST', '/api/chat/message', {
    body: {message, ...(conversationId === null ? {} : {conversation_id: conversationId})},
    headers: {Accept: 'text/event-stream', 'Idempotency-Key': key},
    signal,
  });
}

/// Throws Problem, Unreachable (also when the connection is lost on the way), and whatever the
/// signal was aborted with.
export async function* talk(said: Said, signal: AbortSignal): AsyncGenerator<ChatEvent> {
  const watch = new Watch(signal);
  try {
    const response = await start(said, watch.signal);
    for await (const raw of eventsOf(response, watch)) {
      const event = readEvent(raw);
      if (!event) continue;
      yield event;
      if (event.kind === 'done') return;
    }
    throw new Error('The answer has no end.');
  } catch (error) {
    if (signal.aborted || error instanceof Problem || error instanceof Unreachable) throw error;
    throw new Unreachable(error);
  } finally {
    watch.end();
  }
}

/// Newest first.
export function conversations(): Promise<Conversation[]> {
  return get('/api/conversations?limit=100');
}

export interface Messages {
  messages: Message[];
  /// How many there are.
  total: number;
}

/// The newest but for `skip`, oldest first.
export async function messages(conversationId: number, skip = 0): Promise<Messages> {
  const path =
      `/api/conversations/history?conversation_id=${conversationId}&limit=50&skip=${skip}`;
  const {body, headers} = await ask<Message[]>('GET', path);
  return {messages: body, total: numberIn(headers, 'X-Total-Count')};
}

export async function deleteConversation(id: number): Promise<void> {
  await ask('DELETE', `/api/conversations/${id}`);
}
