import type { Account, CheckError } from '../../config/types.ts';
import type { AccountFacts, AccountState } from '../accounts.ts';
import type { LogEvent } from '../log-events.ts';
import type { Clock } from '../ports.ts';

export interface AccountInput {
  readonly account: Account;
  /** What the store remembers of its home; null = nothing. */
  readonly facts: AccountFacts | null;
  /** Reached again within that time after its limit was over, it is left alone for as long. */
  readonly cooldownMs: number;
  /** How long after its limit is due to end it is used again. */
  readonly resetMarginMs: number;
  readonly clock: Clock;
}

export interface AccountContext extends AccountInput {
  readonly facts: AccountFacts;
  /** What is wrong with its links; null = nothing, as far as was looked. The guard finds it out again, so it is not kept. */
  readonly brokenLinks: readonly CheckError[] | null;
  /** Epoch milliseconds when an operator last said that it can be used; null = not to this daemon. */
  readonly clearedAt: number | null;
  /** The state that it was last in; null before the first. */
  readonly arrived: AccountState | null;
  /** The end of its limit that the log told last; null = of this limit it told none. */
  readonly loggedUntil: number | null;
  /** The facts that were last reported, or that the store had. */
  readonly reported: AccountFacts | null;
}

/** What an account tells its supervisor: to be stored, then logged. */
export type AccountReportEvent =
  | { readonly type: 'account.changed'; readonly facts: AccountFacts }
  | { readonly type: 'account.logged'; readonly entry: LogEvent };
