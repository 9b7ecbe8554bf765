import { expect, test } from '@jest/globals';
import type { AccountState } from '../../../machines/accounts.ts';
import { nextAvailableAt } from '../../../machines/policy/next-available.ts';
import { evidence } from '../../harness/account-facts.ts';

const waiting = (until: number | null, state: AccountState = 'limited') => ({
  state,
  limit: until === null ? null : ({ until, window: 'five_hour', evidence: evidence() } as const),
  resetMarginMs: 30,
});

test('the first account to be used again is the one whose limit ends first, and the margin after it', () => {
  expect(nextAvailableAt([waiting(500), waiting(200), waiting(300)])).toBe(230);
});

test('one that is limited and waits for a person as well is not counted', () => {
  for (const state of ['disabled', 'quarantined', 'unauthenticated'] as const) {
    expect(nextAvailableAt([waiting(100, state), waiting(200)])).toBe(230);
    expect(nextAvailableAt([waiting(100, state)])).toBeNull();
  }
});

test('of accounts without a limit nobody knows when', () => {
  expect(nextAvailableAt([waiting(null, 'available')])).toBeNull();
  expect(nextAvailableAt([])).toBeNull();
});
