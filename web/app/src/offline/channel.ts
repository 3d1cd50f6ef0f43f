import type {Outcome} from './send';

/// What the windows of one browser tell each other.
export type News =
  /// An action waits.
  | {kind: 'added'}
  | {kind: 'sent'; key: string; outcome: Outcome}
  /// todod was asked in vain: some of it may be done.
  | {kind: 'begun'; key: string}
  /// Somebody has signed in or out.
  | {kind: 'session'};

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('todod');

/// The others hear it, this window does not.
export function tell(news: News): void {
  channel?.postMessage(news);
}

export function onNews(hear: (news: News) => void): void {
  channel?.addEventListener('message', ({data}: MessageEvent<News>) => hear(data));
}
