import { expect, test } from '@jest/globals';
import type { AccountState } from '../../../machines/accounts.ts';
import type { TargetAccount } from '../../../machines/failovers.ts';
import { chooseTarget, type TargetQuestion } from '../../../machines/policy/failover-target.ts';

const account = (
  name: string,
  priority: number,
  load: number,
  state: AccountState = 'available',
): TargetAccount => ({ name, priority, load, state, since: null, probes: 0, used: null });

const choose = (accounts: readonly TargetAccount[], question: Partial<TargetQuestion> = {}) =>
  chooseTarget({
    ...{ accounts, strategy: 'priority', threshold: 1, tried: [], wanted: null },
    ...question,
  });

const spread = { strategy: 'spread' } as const;

test('by priority the preferred account is chosen, however many sessions are on it', () => {
  expect(choose([account('a', 3, 0), account('b', 1, 9), account('c', 2, 0)])).toBe('b');
});

test('between accounts of one priority the emptier is chosen, then the first of the config', () => {
  expect(choose([account('a', 1, 2), account('b', 1, 1)])).toBe('b');
  expect(choose([account('a', 1, 1), account('b', 1, 1)])).toBe('a');
});

test('spread chooses the emptiest, then the preferred, then the first of the config', () => {
  expect(choose([account('a', 1, 2), account('b', 3, 1), account('c', 2, 1)], spread)).toBe('c');
  expect(choose([account('a', 1, 1), account('b', 1, 1)], spread)).toBe('a');
});

test.each<AccountState>(['limited', 'unauthenticated', 'quarantined', 'disabled'])(
  'an account that is %s is no target',
  (state) => {
    expect(choose([account('a', 1, 0, state), account('b', 2, 5)])).toBe('b');
    expect(choose([account('a', 1, 0, state)], { wanted: 'a' })).toBeNull();
  },
);

test('an account that has just refused is not tried again', () => {
  const accounts = [account('a', 1, 0), account('b', 2, 0)];
  expect(choose(accounts, { tried: ['a'] })).toBe('b');
  expect(choose(accounts, { tried: ['a', 'b'] })).toBeNull();
  expect(choose(accounts, { tried: ['a'], wanted: 'a' })).toBe('b');
});

test('the account that an operator asks for comes first, if it can be used', () => {
  const accounts = [account('a', 1, 0), account('b', 2, 9), account('c', 3, 0, 'limited')];
  expect(choose(accounts, { wanted: 'b' })).toBe('b');
  expect(choose(accounts, { wanted: 'b', ...spread })).toBe('b');
  expect(choose(accounts, { wanted: 'c' })).toBe('a');
});

test('without accounts there is no target', () => {
  expect(choose([])).toBeNull();
});

const using = (one: TargetAccount, usedPercent: number): TargetAccount => ({
  ...one,
  used: { window: 'sevenDay', usedPercent, resetsAt: 9 },
});

test.each(['priority', 'spread'] as const)(
  'by %s an account that is nearly used up is chosen only when there is no other',
  (strategy) => {
    const nearly = using(account('a', 1, 0), 85);
    const other = using(account('b', 2, 9), 84.9);
    const question = { strategy, threshold: 0.85 };
    expect(choose([nearly, other], question)).toBe('b');
    expect(choose([nearly, other], { ...question, tried: ['b'] })).toBe('a');
    expect(choose([nearly, other], { ...question, wanted: 'a' })).toBe('a');
    expect(choose([nearly, other], { strategy })).toBe('a');
  },
);
