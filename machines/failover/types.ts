import type { FailoverFacts } from '../failovers.ts';
import type { LogEvent } from '../log-events.ts';
import type { Clock } from '../ports.ts';
import type { SessionEvent } from '../session/types.ts';

export interface FailoverInput {
  /** A new one (`newFailover`), or one that an earlier daemon has left in the journal. */
  readonly facts: FailoverFacts;
  /** Of the session's slot; null = a dedicated session. */
  readonly index: number | null;
  /** It begins now: its beginning is logged. */
  readonly isNew: boolean;
  readonly clock: Clock;
}

export interface FailoverContext extends FailoverInput {
  /** Epoch milliseconds when the first account was due as none was left; null = none was, or nobody asked. */
  readonly until: number | null;
  /** Why `to` was chosen last, for a person; null = nothing is chosen yet, or an earlier daemon chose it. */
  readonly why: string | null;
  /** For how many milliseconds after the last refusal those that refused are not chosen. */
  readonly triedMs: number;
}

/** What the session is told, once the step is in the journal. */
export type FailoverOrder = Extract<SessionEvent, { type: `failover.${string}` }>;

/** What a failover tells its supervisor: to be stored, carried out and logged, in this order. */
export type FailoverReportEvent =
  /** Not told of the steps `moving` and `parking`: those are in the journal before anything follows. */
  | { readonly type: 'failover.changed'; readonly facts: FailoverFacts }
  | { readonly type: 'failover.ordered'; readonly session: string; readonly order: FailoverOrder }
  | { readonly type: 'failover.logged'; readonly entry: LogEvent };
