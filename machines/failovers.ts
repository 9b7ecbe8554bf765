/**
 * Failovers: a session leaves its account with its conversation. Each is a record that is written before
 * every step, so that a daemon that is killed between two of them is followed by one that knows where
 * things stand.
 */
import type { AccountState, Evidence } from './accounts.ts';
import type { UsedAccount } from './policy/nearly-used.ts';

/**
 * `limit`, `login`: the session's own turn ended so. `unavailable`: its account cannot be used, as
 * another session or a check has shown. `operator`: the verb `failover`. Of its own accord, at rest:
 * `proactive`: its account is nearly used up. `return`: a preferred account can be used again.
 */
export type FailoverReason =
  | 'limit'
  | 'login'
  | 'unavailable'
  | 'operator'
  | 'proactive'
  | 'return';

export type FailoverStep =
  /** No target is chosen yet: none is available, all places are taken, or the session is at work. */
  | 'choosing'
  /** The session is told to go on on `to`: its old agent is ended and confirmed gone, then the next is started. */
  | 'moving'
  /** An agent runs on `to`; it is not yet known to go on. */
  | 'resuming'
  /** No account is left: the agent is ended. */
  | 'parking'
  | 'parked'
  /** Ended: it goes on on `to`; its own account can be used after all; or it cannot go on at all. */
  | 'completed'
  | 'stayed'
  | 'failed';

/** What must survive the daemon of one failover. */
export interface FailoverFacts {
  /** A UUID. */
  readonly id: string;
  readonly session: string;
  readonly conversation: string;
  readonly from: string;
  /** The target chosen last; null before. */
  readonly to: string | null;
  readonly reason: FailoverReason;
  /** null = an operator asked, or a check found the account unavailable. */
  readonly evidence: Evidence | null;
  readonly step: FailoverStep;
  /** The account that an operator asked for; null = whichever suits. */
  readonly wanted: string | null;
  /** Accounts that refused it since a target was last looked for afresh. */
  readonly tried: readonly string[];
  /** Epoch milliseconds before which no target is chosen again: somebody is at work there; null = at once. */
  readonly notBefore: number | null;
  /** Why it failed; null = it did not. */
  readonly error: string | null;
  readonly startedAt: number;
  readonly changedAt: number;
  /** null while it goes on. */
  readonly endedAt: number | null;
}

/** What a failover is told, by whoever compares it with its session (`supervisor/switch-plan.ts`). */
export type FailoverEvent =
  /** `why`: the rule that led to it, in one sentence for a person. */
  | { readonly type: 'failover.decided'; readonly to: string; readonly why: string }
  | { readonly type: 'failover.no_account'; readonly until: number | null }
  /** The session has an agent on `to`. */
  | { readonly type: 'failover.moved' }
  /**
   * The session did not go to `to`, or its agent never came up there. `excludes`: that account is not tried
   * again for a while; else not before `retryAt`.
   */
  | {
      readonly type: 'failover.refused';
      readonly code: string;
      readonly excludes: boolean;
      readonly retryAt: number | null;
    }
  /** Its turn goes on, or it is at its prompt if it had none to go on with. */
  | { readonly type: 'failover.resumed' }
  | { readonly type: 'failover.parked' }
  /** It has to leave the account that it went to as well. */
  | {
      readonly type: 'failover.again';
      readonly from: string;
      readonly reason: FailoverReason;
      readonly evidence: Evidence | null;
    }
  /** It need not leave, and an operator asks for this account now; null = whichever suits. */
  | { readonly type: 'failover.wanted'; readonly wanted: string | null }
  | { readonly type: 'failover.stayed' }
  | { readonly type: 'failover.given_up'; readonly error: string };

/** When the last failover of a session ended: it is not moved again at once without need. */
export interface PastFailover {
  /** Epoch milliseconds. */
  readonly endedAt: number;
  /** Epoch milliseconds when the last one that took it to another account ended; null = none is known. */
  readonly movedAt: number | null;
}

/** An account as a target: what the choice needs of it. */
export interface TargetAccount extends UsedAccount {
  readonly name: string;
  /** Lower is preferred. */
  readonly priority: number;
  readonly state: AccountState;
  /** Epoch milliseconds since when it is in that state; null = nobody knows. */
  readonly since: number | null;
  /** Limits in a row of which nobody knew the end: only a turn shows whether the last one is over. */
  readonly probes: number;
  /** Sessions on it, or on their way to it. */
  readonly load: number;
}
