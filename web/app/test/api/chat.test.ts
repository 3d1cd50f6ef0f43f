import {afterEach, describe, expect, test, vi} from 'vitest';
import {talk, type ChatEvent} from '../../src/api/chat';
import {Problem, Unreachable} from '../../src/api/client';

const said = {message: 'Add milk', conversationId: null, key: 'k'};

/// What fetch answers: pieces of a stream, and an error that cuts it off.
function answer(pieces: string[], cut?: Error): Response {
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces.shift();
      if (piece !== undefined) controller.enqueue(new TextEncoder().encode(piece));
      else if (cut) controller.error(cut);
      else controller.close();
    },
  });
  return new Response(body, {headers: {'Content-Type': 'text/event-stream'}});
}

function fake(...answers: (Response | Error)[]) {
  const fetched = vi.fn((_url: string, _init: RequestInit) => {
    const next = answers.shift();
    return next instanceof Response ? Promise.resolve(next) : Promise.reject(next);
  });
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

async function hear(signal = new AbortController().signal): Promise<ChatEvent[]> {
  const events = [];
  for await (const event of talk(said, signal)) events.push(event);
  return events;
}

const done = 'event: done\ndata: {"conversation_id":3,"response":"Hi","tool_calls":[' +
    '{"tool_name":"add_task","parameters":{},"result":{"success":true}}]}\n\n';

describe('talking to the assistant', () => {
  afterEach(() => vi.unstubAllGlobals());

  test('tells what it says, and its end', async () => {
    const fetched = fake(answer(['event: delta\ndata: {"text":"H', 'i"}\n\n: \n\n', done]));
    expect(await hear()).toEqual([
      {kind: 'text', text: 'Hi'},
      {
        kind: 'done', conversationId: 3, response: 'Hi',
        calls: [{toolName: 'add_task', parameters: {}, result: {success: true}}],
      },
    ]);
    const {headers, body} = fetched.mock.calls[0]?.[1] ?? {};
    expect(headers).toMatchObject({Accept: 'text/event-stream', 'Idempotency-Key': 'k'});
    expect(JSON.parse(String(body))).toEqual({message: 'Add milk'});
  });

  test('fails with the problem that is answered', async () => {
    const headers = {'Content-Type': 'application/problem+json', 'Retry-After': '7'};
    fake(new Response('{"status":429,"detail":"Too many."}', {status: 429, headers}));
    await expect(hear()).rejects.toMatchObject({status: 429, message: 'Too many.', retryAfter: 7});
  });

  test('fails with the problem that ends the stream', async () => {
    fake(answer(['event: error\ndata: {"status":503,"detail":"Busy.","retry_after":2}\n\n']));
    const error = await hear().catch((each: unknown) => each);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({status: 503, message: 'Busy.', retryAfter: 2});
  });

  test('knows a connection that is lost on the way from an end', async () => {
    fake(answer([], new TypeError('network error')));
    await expect(hear()).rejects.toBeInstanceOf(Unreachable);
    fake(answer(['event: delta\ndata: {"text":"H"}\n\n']));
    await expect(hear()).rejects.toBeInstanceOf(Unreachable);
    fake(new TypeError('Failed to fetch'));
    await expect(hear()).rejects.toBeInstanceOf(Unreachable);
  });

  test('ends when it is told to', async () => {
    const stop = new AbortController();
    vi.stubGlobal('fetch', (_: string, {signal}: RequestInit) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new DOMException('Stopped', 'AbortError')));
      }));
    const heard = hear(stop.signal);
    stop.abort();
    await expect(heard).rejects.toMatchObject({name: 'AbortError'});
  });

  test('gives up on a connection that says nothing any more', async () => {
    vi.useFakeTimers();
    try {
      vi.stubGlobal('fetch', (_: string, {signal}: RequestInit) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
        }));
      const heard = expect(hear()).rejects.toBeInstanceOf(Unreachable);
      await vi.advanceTimersByTimeAsync(60_000);
      await heard;
    } finally {
      vi.useRealTimers();
    }
  });
});
