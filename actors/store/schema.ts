import type { Generated } from 'kysely';
import type { TaskState } from '../../machines/tasks.ts';

/** What this code writes. A store whose `schema_min_writer` is higher must not be written by it. */
export const SCHEMA_VERSION = 1;

/**
 * The tables, in types both engines know: times are epoch milliseconds, booleans 0 or 1, structured
 * facts JSON in text.
 */
export interface Schema {
  meta: { key: string; value: string };
  fence: { key: string; value: number };
  session: SessionTable;
  crash: CrashTable;
  history: HistoryTable;
  task: TaskTable;
  task_text: TaskTextTable;
  task_dependency: TaskDependencyTable;
  task_history: TaskHistoryTable;
}

export interface SessionTable {
  /** The socket path of the tmux server: names are unique on one server only. */
  scope: string;
  name: string;
  mark: string;
  account: string;
  workdir: string;
  conversation: string;
  has_transcript: number;
  agent_pid: number | null;
  agent_start_time: string | null;
  previous_pid: number | null;
  previous_start_time: string | null;
  /** The boot that both identities belong to. */
  boot_id: string;
  restarts: number;
  crashed_at: number | null;
  failed_at: number | null;
  failed_code: string | null;
  failed_reason: string | null;
  held: number;
  /** The engine's own clock, for a person who looks at the table. */
  updated_at: number;
}

export interface CrashTable {
  id: Generated<number>;
  scope: string;
  session: string;
  at: number;
  monotonic_ms: number;
  boot_id: string;
  cause: string;
  pid: number | null;
  state: 'idle' | 'working';
  last_screen: string;
  /** 1 after `session reset`: it happened, but no longer counts. */
  cleared: Generated<number>;
}

export interface HistoryTable {
  id: Generated<number>;
  scope: string;
  session: string;
  at: number;
  event: string;
  facts: string;
}

export interface TaskTable {
  /** The order of acceptance, whatever the clock did meanwhile. */
  seq: Generated<number>;
  id: string;
  key: string | null;
  project: string;
  /** Its place in `TASK_PRIORITIES`: 0 is the highest. */
  priority: number;
  /** Ids, as they were given; `task_dependency` is what decides. */
  depends_on: string;
  not_before: number | null;
  state: TaskState;
  /** Not started earlier: `not_before`, or the end of a back-off. */
  start_at: number;
  announced: Generated<number>;
  /** Grows by one at each claim: the older lease is worth nothing then. */
  fence: Generated<number>;
  /** Whose session `session` is: the socket path of its tmux server. */
  scope: string | null;
  /** Its holder, or the last one. */
  session: string | null;
  /** Epoch milliseconds of the database's clock; null while nobody holds it. */
  lease_until: number | null;
  cancel_requested: Generated<number>;
  conversation: string | null;
  /** 1 once the client took the prompt that its holder's present agent was given. */
  confirmed: Generated<number>;
  /**
   * 1 when that confirmation is in `attempts`, 2 when only one by an earlier agent is: an attempt that
   * is used up, unless the next confirmation does not count, and so goes on with it.
   */
  counted: Generated<number>;
  attempts: Generated<number>;
  /** Claims in a row that were given back because the client never took the prompt. */
  undelivered: Generated<number>;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  result: string | null;
  error: string | null;
}

export interface TaskTextTable {
  task: string;
  text: string;
}

/** `task` waits until `needs` is done. */
export interface TaskDependencyTable {
  task: string;
  needs: string;
}

export interface TaskHistoryTable {
  id: Generated<number>;
  task: string;
  at: number;
  event: string;
  facts: string;
}
