/// What the API speaks of, as the own surface (/api/tasks) writes it: see /openapi.json.

export type Priority = 'LOW' | 'MEDIUM' | 'HIGH' | 'URGENT';
export type Status = 'TODO' | 'IN_PROGRESS' | 'COMPLETED';

/// From the lowest on.
export const priorities: readonly Priority[] = ['LOW', 'MEDIUM', 'HIGH', 'URGENT'];

/// What of a task can be written.
export interface TaskFields {
  title: string;
  description: string | null;
  status: Status;
  priority: Priority;
  tags: readonly string[];
  /// An instant ("2026-12-01T17:00:00.000Z") or a whole day ("2026-12-01").
  dueDate: string | null;
}

export interface Task extends TaskFields {
  id: string;
  /// 0 until the server has given it one.
  number: number;
  createdAt: string;
  updatedAt: string;
  completedAt: string | null;
  /// 0 until the server has it.
  version: number;
}

export type ChangeKind = 'create' | 'update' | 'delete' | 'restore' | 'purge';

/// The fields that a change has touched.
export type TaskState = Partial<TaskFields & {completedAt: string | null}>;

/// Who asked for a change.
export interface Origin {
  via: string;
  isService: boolean;
  requestId?: string;
  tokenId?: string;
  conversationId?: number;
}

/// A row of the log.
export interface Change {
  seq: number;
  changesetId: number;
  at: string;
  kind: ChangeKind;
  taskId: string;
  taskNumber: number;
  version: number;
  before: TaskState | null;
  after: TaskState | null;
  origin: Origin;
  undoes: number | null;
}

/// What was asked for at once.
export interface ChangeSet {
  id: number;
  at: string;
  count: number;
  first: Change;
}

/// What was changed since, so that a set cannot be taken back whole.
export interface Conflict {
  task_id: string;
  task_number: number;
  title: string | null;
  fields: string[];
  detail: string;
}

export interface Undone {
  undoes: number;
  changesetId: number | null;
  changes: Change[];
  conflicts: Conflict[];
}

export interface TrashedTask {
  task: Task;
  seq: number;
  deletedAt: string;
  expiresAt: string;
}

export interface User {
  id: string;
  name: string;
  email: string;
}

export type Scope = 'read' | 'write' | 'delete';

export interface Token {
  id: string;
  name: string;
  scopes: Scope[];
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  /// In the answer that made it alone.
  token?: string;
}

export const providers = ['openai', 'openrouter', 'gemini', 'anthropic', 'custom'] as const;
export type Provider = typeof providers[number];

export interface ApiKey {
  provider: Provider;
  maskedKey: string;
  valid: boolean | null;
  lastValidatedAt: string | null;
}

export interface Conversation {
  id: number;
  title: string;
  updatedAt: string;
  messageCount: number;
  lastMessage: string | null;
}

export interface ToolResult {
  success: boolean;
  data?: Record<string, unknown>;
  error?: unknown;
}

export interface ToolCall {
  toolName: string;
  parameters: Record<string, unknown>;
  /// Not there until it has one.
  result?: ToolResult;
}

export interface Message {
  role: 'user' | 'assistant';
  content: string;
  timestamp: string;
  conversationId: number;
  toolCalls: ToolCall[];
}
