import type { Generated } from 'kysely';
import type { FailoverReason, FailoverStep } from '../../machines/failovers.ts';
import type { HistoryColumns } from './history-row.ts';

/** One row for a home, whichever server's sessions run on it. */
export interface AccountTable {
  /** The absolute path. */
  home: string;
  /** What the config of the daemon calls it that wrote last. */
  account: string;
  /** JSON of the limit that it has reached. */
  limited: string | null;
  /** JSON of the evidence. */
  login_lost: string | null;
  disabled_at: number | null;
  /** JSON. */
  usage: string;
  recovered_at: number | null;
  /** Limits in a row of which nobody knew the end. */
  probes: number;
  since: number;
  updated_at: number;
}

export interface AccountHistoryTable extends HistoryColumns {
  id: Generated<number>;
  home: string;
}

export interface FailoverTable {
  /** The order in which they began, whatever the clock did meanwhile. */
  seq: Generated<number>;
  id: string;
  scope: string;
  session: string;
  conversation: string;
  from_account: string;
  to_account: string | null;
  reason: FailoverReason;
  /** JSON. */
  evidence: string | null;
  step: FailoverStep;
  wanted: string | null;
  /** JSON: names. */
  tried: string;
  not_before: number | null;
  error: string | null;
  started_at: number;
  changed_at: number;
  /** null while it is open: of a session one at most. */
  ended_at: number | null;
}
