import type { Generated } from 'kysely';
import type { HistoryColumns } from './history-row.ts';

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
  /** JSON of the last trouble with its account. */
  trouble: string | null;
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
  /** 1 after `session reset --all`: it no longer counts for the pool. */
  pool_cleared: Generated<number>;
}

export interface HistoryTable extends HistoryColumns {
  id: Generated<number>;
  scope: string;
  session: string;
}
