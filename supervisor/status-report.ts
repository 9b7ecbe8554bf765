/** The shape of `status --json` (version 1). A value that is absent is null, never missing. */

export type DaemonState = 'starting' | 'ready' | 'escalated' | 'stopping' | 'down';
export type SessionState = 'idle' | 'working' | 'crashed' | 'failed';
export type SessionSubstate =
  | 'starting'
  | 'ready'
  | 'blocked'
  | 'held'
  | 'moving'
  | 'parked'
  | 'delivering'
  | 'running'
  | 'waiting'
  | 'backingOff'
  | 'recreating';

export interface SessionReport {
  readonly name: string;
  readonly kind: 'autonomous' | 'dedicated';
  readonly index: number | null;
  readonly state: SessionState;
  readonly substate: SessionSubstate | null;
  readonly account: string | null;
  readonly task: string | null;
  readonly conversation: string | null;
  readonly pid: number | null;
  /** Recreations since `session reset`. */
  readonly restarts: number;
  /** ISO 8601 UTC; the last crash, kept after recovery. */
  readonly crashedAt: string | null;
  /** Why it is crashed, failed or blocked now. */
  readonly reason: string | null;
  /** ISO 8601 UTC; when it came into this state; null when nobody knows (no daemon runs). */
  readonly since: string | null;
}

/** Something that happened to a session, as the log said it. */
export interface HistoryReport {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly event: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** `session show --json`: one session, and its history, newest last. */
export interface SessionDetail extends SessionReport {
  readonly history: readonly HistoryReport[];
}

export interface UsageWindow {
  readonly usedPercent: number;
  readonly resetsAt: string;
}

export interface AccountReport {
  readonly name: string;
  readonly state: 'available' | 'limited' | 'unauthenticated' | 'quarantined' | 'disabled';
  readonly limitedUntil: string | null;
  readonly usage: {
    readonly fiveHour: UsageWindow | null;
    readonly sevenDay: UsageWindow | null;
  };
}

export interface StatusReport {
  readonly v: 1;
  readonly daemon: {
    readonly state: DaemonState;
    readonly pid: number | null;
    readonly version: string;
    readonly startedAt: string | null;
  };
  readonly pool: {
    readonly min: number;
    readonly max: number;
    readonly usable: number;
    readonly degraded: boolean;
  };
  readonly sessions: readonly SessionReport[];
  readonly accounts: readonly AccountReport[];
  readonly queue: {
    readonly queued: number;
    readonly blocked: number;
    readonly running: number;
    readonly done: number;
    readonly dead: number;
    readonly cancelled: number;
  };
}
