/**
 * Accounts: what is known of each login, and the evidence by which it is known. An account is used only
 * while nothing speaks against it; a limit is believed only from what the client recorded of the API's
 * answer, never from words that somebody wrote or that stand on a screen.
 */
import type { CheckError } from '../config/types.ts';
import type { AccountUsage } from './signals.ts';

export type AccountState = 'available' | 'limited' | 'unauthenticated' | 'quarantined' | 'disabled';

/** Which limit an account has reached, by the client's own word for it; `unknown` = it names none that we know. */
export type LimitWindow = 'five_hour' | 'seven_day' | 'model' | 'overage' | 'unknown';

/** The record that caused a decision, stored with it. */
export interface Evidence {
  /** `signal`: a hook told. `transcript`: a row says. `guard`: its links. `operator`: a person said so. */
  readonly source: 'signal' | 'transcript' | 'guard' | 'operator';
  /** Epoch milliseconds when that was recorded. */
  readonly at: number;
  readonly session: string | null;
  readonly conversation: string | null;
  /** The client's id of the prompt whose turn ended so: said twice it is one event. */
  readonly prompt: string | null;
  /** The client's own word (`rate_limit`, `authentication_failed`). */
  readonly error: string | null;
  /** HTTP status of the API's answer. */
  readonly status: number | null;
  /** What the client said, at most 500 characters. */
  readonly message: string;
}

/** What the end of a turn says of the account that it ran on. */
export type Trouble =
  /** `resetsAt`: epoch milliseconds from the message, which names a minute: the true time is in it. */
  | { readonly kind: 'limit'; readonly window: LimitWindow; readonly resetsAt: number | null }
  | { readonly kind: 'login' };

export interface Limit {
  /** Epoch milliseconds when it was due to end; the account is used again `resetMargin` later. */
  readonly until: number;
  readonly window: LimitWindow;
  readonly evidence: Evidence;
}

/** What must survive the daemon of an account. A home is one login, whoever uses it. */
export interface AccountFacts {
  readonly account: string;
  /** Absolute path. */
  readonly home: string;
  readonly limit: Limit | null;
  /** Why its login does not work; null = nothing says so. */
  readonly loginLost: Evidence | null;
  /** Epoch milliseconds when an operator took it out of use; null = in use. */
  readonly disabledAt: number | null;
  readonly usage: AccountUsage;
  /** Epoch milliseconds when its last limit was over; a hit soon after shows that it was not. null = never limited. */
  readonly recoveredAt: number | null;
  /** Limits in a row of which nobody knew the end; while one holds, that it ends then is a guess. 0 = the last end was known. */
  readonly probes: number;
  /** Epoch milliseconds of the last change of state. */
  readonly since: number;
}

export type AccountEvent =
  | {
      readonly type: 'limit.seen';
      readonly window: LimitWindow;
      /** By the message; null = it does not say. */
      readonly resetsAt: number | null;
      readonly evidence: Evidence;
    }
  | { readonly type: 'login.lost'; readonly evidence: Evidence }
  /** The guard, asked again before a launch. */
  | { readonly type: 'links.broken'; readonly errors: readonly CheckError[] }
  | { readonly type: 'links.mended' }
  /** The statusline of an agent on it. */
  | { readonly type: 'usage.told'; readonly usage: AccountUsage }
  | { readonly type: 'operator.limit'; readonly until: number }
  /** It is limited and logged out no more, an operator says. */
  | { readonly type: 'operator.clear' }
  | { readonly type: 'operator.disable' }
  | { readonly type: 'operator.enable' };
