import {signal} from '@preact/signals';
import * as chat from '../api/chat';
import {Problem} from '../api/client';
import type {Conversation, Message, ToolCall} from '../api/types';
import {words} from '../words';
import {explain} from './actions';
import {makeId} from './ids';
import {lengthOf} from './limits';
import {signedOut, user} from './session';
import {withResult} from './tool_calls';
import {whenGone} from './whose';

/// What is said to the assistant, and what it says. It lasts as long as the page: todod has it all.

export interface Bubble {
  key: string;
  isOurs: boolean;
  text: string;
  calls: readonly ToolCall[];
  state: 'whole' | 'coming' | 'stopped' | 'failed';
  /// What went wrong, where it has failed.
  failure: string;
}

/// As many code points as a message has at most.
export const longest = 5000;

const busy = {status: 409, waitMs: 1000, tries: 10};

export const bubbles = signal<readonly Bubble[]>([]);
/// How many messages there are before the first bubble.
export const earlierCount = signal(0);
/// null: of a conversation that is yet to begin.
export const conversationId = signal<number | null>(null);
/// null: not known.
export const conversations = signal<readonly Conversation[] | null>(null);
/// What is being written.
export const draft = signal('');
export const isAnswering = signal(false);
/// The last answer once it is whole: to be read out.
export const finished = signal<{key: string; text: string} | null>(null);

interface Turn {
  said: chat.Said;
  /// Of the bubble that the answer is in.
  key: string;
  stop: AbortController;
}

/// What was said last here, answered or not.
let last: Turn | null = null;
/// Counts what was asked to be shown: what is late is of no use.
let shown = 0;

function change(key: string, fields: (bubble: Bubble) => Partial<Bubble>): void {
  bubbles.value = bubbles.value.map(
      (bubble) => bubble.key === key ? {...bubble, ...fields(bubble)} : bubble);
}

function bubble(isOurs: boolean, text: string, fields: Partial<Bubble> = {}): Bubble {
  return {key: makeId(), isOurs, text, calls: [], state: 'whole', failure: '', ...fields};
}

function take(turn: Turn, event: chat.ChatEvent): void {
  switch (event.kind) {
    case 'text':
      change(turn.key, ({text}) => ({text: text + event.text}));
      break;
    case 'call':
      change(turn.key, ({calls}) => ({calls: [...calls, event.call]}));
      break;
    case 'result':
      change(turn.key, ({calls}) => ({calls: withResult(calls, event.call)}));
      break;
    case 'done':
      conversationId.value = event.conversationId;
      finished.value = {key: turn.key, text: event.response};
      change(turn.key, () => ({text: event.response, calls: event.calls, state: 'whole'}));
  }
}

async function hear(turn: Turn): Promise<void> {
  for await (const event of chat.talk(turn.said, turn.stop.signal)) {
    if (last !== turn) return;
    take(turn, event);
  }
}

/// What was cut off is stopped by todod as soon as it finds out; until then it is in the way.
async function hearAgain(turn: Turn): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await hear(turn);
      return;
    } catch (error) {
      const isBusy = error instanceof Problem && error.status === busy.status;
      if (!isBusy || tries === busy.tries || last !== turn) throw error;
      await new Promise((resolve) => setTimeout(resolve, busy.waitMs));
      if (turn.stop.signal.aborted) throw error;
    }
  }
}

function describe(error: unknown): string {
  const seconds = error instanceof Problem ? error.retryAfter : 0;
  return seconds > 0 ? `${explain(error)} ${words.value.assistant.wait(seconds)}` : explain(error);
}

/// A conversation that was stopped before it has said which it is.
async function findConversation(turn: Turn): Promise<void> {
  const {said} = turn;
  await loadConversations();
  const [newest] = conversations.value ?? [];
  const title = newest?.title.replace(/(…|\.\.\.)$/, '').trim();
  if (last !== turn || !newest || !title) return;
  if (said.message.replace(/\s+/g, ' ').startsWith(title)) {
    conversationId.value = newest.id;
  }
}

async function fail(turn: Turn, error: unknown): Promise<void> {
  if (turn.stop.signal.aborted) {
    change(turn.key, () => ({state: 'stopped'}));
    if (conversationId.value === null) await findConversation(turn);
    return;
  }
  if (error instanceof Problem && error.status === 401) signedOut();
  if (error instanceof Problem && error.status === 404) {
    conversationId.value = null;
    turn.said = {...turn.said, conversationId: null};
  }
  change(turn.key, () => ({state: 'failed', failure: describe(error)}));
}

async function run(turn: Turn, isAgain: boolean): Promise<void> {
  last = turn;
  isAnswering.value = true;
  try {
    await (isAgain ? hearAgain(turn) : hear(turn));
  } catch (error) {
    if (last === turn) await fail(turn, error);
  } finally {
    if (last === turn) isAnswering.value = false;
  }
}

/// Says it, unless there is nothing to say or an answer is under way.
export async function send(text: string): Promise<void> {
  const length = lengthOf(text.trim());
  if (isAnswering.value || length === 0 || length > longest) return;
  const message = text.trim();
  shown++;
  const answer = bubble(false, '', {state: 'coming'});
  bubbles.value = [...bubbles.value, bubble(true, message), answer];
  const said = {message, conversationId: conversationId.value, key: makeId()};
  await run({said, key: answer.key, stop: new AbortController()}, false);
}

/// Says again what has failed, under the key of the first time: what was done is not done twice.
export async function sendAgain(): Promise<void> {
  if (!last || isAnswering.value) return;
  const turn = {...last, stop: new AbortController()};
  change(turn.key, () => ({text: '', calls: [], state: 'coming', failure: ''}));
  await run(turn, true);
}

export function stop(): void {
  last?.stop.abort();
}

function clear(): void {
  stop();
  shown++;
  last = null;
  isAnswering.value = false;
  bubbles.value = [];
  earlierCount.value = 0;
  conversationId.value = null;
  finished.value = null;
}

export function startConversation(): void {
  clear();
}

export async function loadConversations(): Promise<void> {
  const who = user.value?.id;
  const all = await chat.conversations().catch(() => null);
  if (all && user.value?.id === who) conversations.value = all;
}

function toBubble({role, content, toolCalls}: Message): Bubble {
  return bubble(role === 'user', content, {calls: toolCalls});
}

/// Throws Problem and Unreachable; what was shown before stays then.
export async function openConversation(id: number): Promise<void> {
  const mine = ++shown;
  const {messages, total} = await chat.messages(id);
  if (mine !== shown) return;
  clear();
  bubbles.value = messages.map(toBubble);
  earlierCount.value = Math.max(0, total - messages.length);
  conversationId.value = id;
}

/// Those before the first that is shown: not all that is shown behind it is kept (what was
/// stopped), and not all that is kept behind it is shown (what another window has said).
export async function loadEarlier(): Promise<void> {
  const id = conversationId.value;
  if (id === null) return;
  const count = earlierCount.value;
  let skip = bubbles.value.length;
  let page = await chat.messages(id, skip);
  for (let tries = 0; page.total - count !== skip && tries < 3; tries++) {
    skip = Math.max(0, page.total - count);
    page = await chat.messages(id, skip);
  }
  if (conversationId.value !== id || earlierCount.value !== count) return;
  bubbles.value = [...page.messages.map(toBubble), ...bubbles.value];
  earlierCount.value = Math.max(0, count - page.messages.length);
}

/// Throws Problem and Unreachable. It is gone for good.
export async function deleteConversation(id: number): Promise<void> {
  try {
    await chat.deleteConversation(id);
  } catch (error) {
    if (!(error instanceof Problem && error.status === 404)) throw error;
  }
  if (conversationId.value === id) clear();
  conversations.value = conversations.value?.filter((each) => each.id !== id) ?? null;
}

function forget(): void {
  clear();
  conversations.value = null;
  draft.value = '';
}

whenGone(forget);
