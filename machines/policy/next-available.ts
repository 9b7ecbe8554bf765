import type { AccountState, Limit } from '../accounts.ts';

/** What of an account tells when it can be used again. */
export interface WaitingAccount {
  readonly state: AccountState;
  readonly limit: Limit | null;
  readonly resetMarginMs: number;
}

/** When an account at this limit is used again: a moment after it is due, as clocks differ. Epoch milliseconds. */
export function usableAt({ until }: Limit, resetMarginMs: number): number {
  return until + resetMarginMs;
}

/**
 * When the first account that is at its limit, and nothing else, is used again, as far as is known now
 * (epoch milliseconds); null = none of them is: those that are not available wait for a person.
 */
export function nextAvailableAt(accounts: readonly WaitingAccount[]): number | null {
  const due = accounts.flatMap(({ state, limit, resetMarginMs }) =>
    state === 'limited' && limit !== null ? [usableAt(limit, resetMarginMs)] : [],
  );
  return due.length === 0 ? null : Math.min(...due);
}
