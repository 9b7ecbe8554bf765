/** The shape of `status --json` (version 1). A value that is absent is null, never missing. */
import type { AccountState, Evidence, LimitWindow } from '../machines/accounts.ts';
import type { FailoverReason, FailoverStep } from '../machines/failovers.ts';

export type DaemonState = 'starting' | 'ready' | 'escalated' | 'stopping' | 'down';
export type TmuxWord = 'answers' | 'silent';
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
  /** Why it is crashed, failed or blocked now, is held without an agent, or waits: for the pool, or the cooldown. */
  readonly reason: string | null;
  /** ISO 8601 UTC; when it came into this state; null when nobody knows (no daemon runs). */
  readonly since: string | null;
  /** Its way to another account, or what that waits for; null = it is not to leave its account. */
  readonly failover: FailoverReport | null;
}

/** A failover that has not ended. */
export interface FailoverReport {
  /** A UUID. */
  readonly id: string;
  /** `choosing`: it waits. `moving`, `resuming`: on its way to `to`. `parking`, `parked`: no account is left. */
  readonly step: Exclude<FailoverStep, 'completed' | 'stayed' | 'failed'>;
  readonly from: string;
  /** Chosen last; null before. */
  readonly to: string | null;
  /** The account that an operator asked for; null = whichever suits. */
  readonly wanted: string | null;
  readonly reason: FailoverReason;
  /** The record that led to it; null = an operator asked, or a check found the account unavailable. */
  readonly evidence: Evidence | null;
  /** The rule by which it goes to `to`, or what it waits for; null when nobody knows. */
  readonly why: string | null;
  /** ISO 8601 UTC; when it began. */
  readonly since: string;
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
  /** ISO 8601 UTC: when a client said so; null when nobody knows. */
  readonly toldAt: string | null;
}

export interface AccountReport {
  readonly name: string;
  readonly state: AccountState;
  readonly limitedUntil: string | null;
  readonly usage: {
    readonly fiveHour: UsageWindow | null;
    readonly sevenDay: UsageWindow | null;
  };
  /** ISO 8601 UTC: when the window was given back that was told last; its usage is null. null = it holds, or none was told. */
  readonly usageOver: {
    readonly fiveHour: string | null;
    readonly sevenDay: string | null;
  };
}

/** `account show --json`: one account, what led to its state, and its history, newest last. */
export interface AccountDetail extends AccountReport {
  /** Which limit it has reached; null = it is not limited. */
  readonly window: LimitWindow | null;
  /** Limits in a row of which nobody knew the end: while it is limited, that it ends then is a guess. 0 = it is known. */
  readonly probes: number;
  /** ISO 8601 UTC: since when it is in this state; null when nobody knows. */
  readonly since: string | null;
  /** The record that caused its state; null when none did. */
  readonly evidence: Evidence | null;
  readonly history: readonly HistoryReport[];
}

/** What the verb `failover` does, or would do, with one session. */
export interface FailoverMove {
  readonly session: string;
  readonly from: string;
  /** Of one that stays: where it is to go already. null = nowhere, or it is not known yet. */
  readonly to: string | null;
  /** `move`: now, as places become free. `wait`: when its turn has ended, or a person has gone. `none`: it stays. */
  readonly action: 'move' | 'wait' | 'none';
  /** Why, for a person. */
  readonly reason: string;
  /** The rule by which `to` is chosen, for a person; null = no target was looked for, or none is left. */
  readonly rule: string | null;
  /** Accounts that cannot be used instead, or come after `to`, in the order of the config; none if no target was looked for. */
  readonly passedOver: readonly PassedOver[];
}

/** An account that a session does not go to. */
export interface PassedOver {
  readonly account: string;
  /** For a person. */
  readonly why: string;
}

export interface FailoverWish {
  /** Only sessions on this account; null = on whichever. */
  readonly from: string | null;
  /** The target; null = whichever suits. */
  readonly to: string | null;
  /** Names; empty = all, or those whose account cannot be used when neither `from` nor `to` is said. */
  readonly sessions: readonly string[];
  readonly dryRun: boolean;
}

export interface StatusReport {
  readonly v: 1;
  readonly daemon: {
    readonly state: DaemonState;
    readonly pid: number | null;
    readonly version: string;
    readonly startedAt: string | null;
    /** `silent`: it does not answer, and nothing is decided until it does; null when nobody knows. */
    readonly tmux: TmuxWord | null;
    /** ISO 8601 UTC; null unless it is silent. */
    readonly tmuxSilentSince: string | null;
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
