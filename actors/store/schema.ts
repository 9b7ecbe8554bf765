import type { Generated } from 'kysely';

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
