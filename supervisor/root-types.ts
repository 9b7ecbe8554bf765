/** What the root supervisor begins with, hears and tells. */
import type { AccountInput, AccountReportEvent } from '../machines/account/types.ts';
import type { AccountEvent, AccountFacts } from '../machines/accounts.ts';
import type { PastFailovers } from '../machines/failover/past.ts';
import type { FailoverInput, FailoverReportEvent } from '../machines/failover/types.ts';
import type { FailoverEvent, FailoverFacts } from '../machines/failovers.ts';
import type { LogEvent } from '../machines/log-events.ts';
import type { PoolTolerance, PoolWindow } from '../machines/policy/pool-intensity.ts';
import type { CrashFact, Observation, SessionFacts } from '../machines/ports.ts';
import type { SessionInput, SessionReportEvent } from '../machines/session/types.ts';
import type { TaskReport } from '../machines/tasks.ts';
import type { Reconciled } from './plan-entry.ts';
import type { Belief } from './reconcile.ts';

export interface RootInput {
  /** They begin before the sessions, whose launches ask for them. */
  readonly accounts: readonly AccountInput[];
  /** Lowest index first. */
  readonly sessions: readonly SessionInput[];
  /** By the journal, of these sessions: at most one of each. */
  readonly failovers: readonly FailoverInput[];
  /** What is known of those that have ended. */
  readonly past: PastFailovers;
  readonly reconcileIntervalMs: number;
  /** The crashes of the pool that still count when it begins. */
  readonly poolWindow: PoolWindow;
  readonly tolerance: PoolTolerance;
}

export interface RootContext extends RootInput {
  /** What asked for a listing while one was under way: that one may be too old. */
  readonly askedAgain: Cause | null;
  readonly because: Cause;
}

export type Cause = 'woke' | 'interval';

export interface Listing {
  /** Taken before the listing was asked for, so that it never accuses a newer agent. */
  readonly beliefs: readonly Belief[];
  readonly observation: Observation;
}

export type RootEvent =
  | SessionReportEvent
  | AccountReportEvent
  | FailoverReportEvent
  | { readonly type: 'tmux.woke' }
  | { readonly type: 'interval.elapsed' }
  /** An operator forgives the pool its crashes; if it has escalated, it creates sessions again. */
  | { readonly type: 'pool.reset' }
  /** It is ended outside, and not missed: nobody supervises it any more. */
  | { readonly type: 'session.retire'; readonly name: string }
  | { readonly type: 'session.spawn'; readonly session: SessionInput }
  | { readonly type: 'account.spawn'; readonly input: AccountInput }
  | { readonly type: 'account.tell'; readonly account: string; readonly event: AccountEvent }
  /** Its session has to leave its account; nothing comes of it while a failover of the session is open. */
  | { readonly type: 'failover.begin'; readonly input: FailoverInput }
  | { readonly type: 'failover.tell'; readonly session: string; readonly event: FailoverEvent }
  | {
      readonly type: `xstate.error.actor.${string}`;
      readonly error: unknown;
      readonly actorId: string;
    }
  | {
      readonly type: `xstate.done.actor.${string}`;
      readonly output: unknown;
      readonly actorId: string;
    };

/** What the root tells the outside world: one listener stores, another logs. */
export type RootEmitted =
  | { readonly type: 'changed'; readonly facts: SessionFacts }
  | { readonly type: 'accountChanged'; readonly facts: AccountFacts }
  | { readonly type: 'failoverChanged'; readonly facts: FailoverFacts }
  /** The session has heard the order of its failover: whether it has taken it, it shows itself. */
  | { readonly type: 'failoverOrdered'; readonly session: string }
  | { readonly type: 'died'; readonly name: string; readonly crash: CrashFact }
  | { readonly type: 'forgiven'; readonly name: string }
  /** No crash so far counts for the pool any more. */
  | { readonly type: 'poolForgiven' }
  /** Nothing is created any more; or, again. */
  | { readonly type: 'escalated' }
  | { readonly type: 'resumed' }
  | { readonly type: 'task'; readonly report: TaskReport }
  | { readonly type: 'logged'; readonly entry: LogEvent }
  | { readonly type: 'broke'; readonly name: string; readonly error: unknown }
  | ({ readonly type: 'reconciled' } & Reconciled);
