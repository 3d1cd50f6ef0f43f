import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import type {Conversation, Message} from '../../src/api/types';
import {closeBrowser, openBrowser, pass, until} from '../support/browser';
import type {Todod} from '../support/todod';

let todod: Todod;
let assistant: typeof import('../../src/model/assistant');

const at = '2026-11-22T12:00:00.000Z';

function conversation(id: number, title: string): Conversation {
  return {id, title, updatedAt: at, messageCount: 1, lastMessage: null};
}

function said(conversationId: number, content: string): Message {
  return {role: 'user', content, timestamp: at, conversationId, toolCalls: []};
}

/// Answers the next such request when the function that comes back is called.
function hold(matches: string, body: unknown): () => void {
  let answer = (): void => {};
  const held = new Promise<Response>((resolve) => {
    answer = () => resolve(Response.json(body));
  });
  todod.trick(matches, () => held);
  return () => answer();
}

const texts = () => assistant.bubbles.value.map(({text}) => text);

beforeEach(async () => {
  todod = openBrowser();
  vi.resetModules();
  assistant = await import('../../src/model/assistant');
});
afterEach(closeBrowser);

/// Says something that is never answered. It ends when the function that comes back is called.
function saySomething(): () => void {
  let cut = (): void => {};
  const body = new ReadableStream({
    start: (controller) => { cut = () => controller.error(new TypeError('aborted')); },
  });
  todod.trick('POST /api/chat', () => new Response(body));
  void assistant.send('Add milk');
  return () => cut();
}

/// Says something, and stops the answer.
async function sayAndStop(): Promise<void> {
  const cut = saySomething();
  await until(() => expect(todod.told('POST', '/api/chat')).toHaveLength(1));
  await pass(20);
  assistant.stop();
  cut();
  await until(() => expect(todod.told('GET', '/api/conversations')).toHaveLength(1));
}

test('what was stopped is gone on with in its own conversation', async () => {
  const answer = hold('GET /api/conversations', [conversation(7, 'Add milk')]);
  await sayAndStop();
  answer();
  await until(() => expect(assistant.conversationId.value).toBe(7));
});

test('a conversation that is begun meanwhile is not the one that was stopped', async () => {
  const answer = hold('GET /api/conversations', [conversation(7, 'Add milk')]);
  await sayAndStop();
  assistant.startConversation();
  answer();
  await pass(100);
  expect(assistant.conversationId.value).toBe(null);
});

test('the conversation that was asked for last is the one that is shown', async () => {
  const answer = hold('GET /api/conversations/history?conversation_id=1', [said(1, 'one')]);
  hold('GET /api/conversations/history?conversation_id=2', [said(2, 'two')])();
  const first = assistant.openConversation(1);
  await assistant.openConversation(2);
  answer();
  await first;
  expect([assistant.conversationId.value, texts()]).toEqual([2, ['two']]);
});

test('what is being said is not put away by a conversation that is late', async () => {
  const answer = hold('GET /api/conversations/history?conversation_id=1', [said(1, 'one')]);
  const opened = assistant.openConversation(1);
  saySomething();
  answer();
  await opened;
  expect(texts()).toEqual(['Add milk', '']);
  expect(assistant.isAnswering.value).toBe(true);
  assistant.startConversation();
});

describe('earlier messages', () => {
  /// What is kept of conversation 1, oldest first.
  let kept: string[];

  /// Answers the next so many questions for them.
  function answerHistory(times: number): void {
    for (let i = 0; i < times; i++) {
      todod.trick('GET /api/conversations/history?conversation_id=1', ({path}) => {
        const skip = Number(new URL(path, 'http://x').searchParams.get('skip'));
        const end = kept.length - skip;
        const page = kept.slice(Math.max(0, end - 50), end).map((text) => said(1, text));
        return Response.json(page, {headers: {'X-Total-Count': String(kept.length)}});
      });
    }
  }

  beforeEach(async () => {
    kept = Array.from({length: 120}, (_, i) => `m${i}`);
    answerHistory(10);
    await assistant.openConversation(1);
  });

  test('are all shown, each once', async () => {
    await assistant.loadEarlier();
    await assistant.loadEarlier();
    expect(texts()).toEqual(kept);
    expect(assistant.earlierCount.value).toBe(0);
  });

  test('are all shown behind a turn that was stopped', async () => {
    await sayAndStop();
    kept.push('Add milk');
    await assistant.loadEarlier();
    await assistant.loadEarlier();
    expect(texts().slice(0, 120)).toEqual(kept.slice(0, 120));
    expect(assistant.earlierCount.value).toBe(0);
  });

  test('are each shown once where another window has said more', async () => {
    kept.push('of another window', 'its answer');
    await assistant.loadEarlier();
    expect(texts()).toEqual(kept.slice(20, 120));
    expect(assistant.earlierCount.value).toBe(20);
  });
});
