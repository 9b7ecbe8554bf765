import { expect, test } from '@jest/globals';
import type { AccountState } from '../../../machines/accounts.ts';
import type { TargetAccount } from '../../../machines/failovers.ts';
import { type BetterQuestion, betterAccount } from '../../../machines/policy/better-account.ts';

const NOW = 1_700_000_000_000;
const COOLDOWN = 300_000;

/** One that has been available for long, in the order of preference a, b, c. */
function account(name: string, overrides: Partial<TargetAccount> = {}): TargetAccount {
  const priority = name.codePointAt(0) ?? 0;
  const known = { since: 0, probes: 0, used: null };
  return { name, priority, load: 0, state: 'available', ...known, ...overrides };
}

const using = (name: string, usedPercent: number, overrides: Partial<TargetAccount> = {}) =>
  account(name, { used: { window: 'fiveHour', usedPercent, resetsAt: NOW + 1 }, ...overrides });

/** Of a session on the account `b`. */
const better = (accounts: readonly TargetAccount[], question: Partial<BetterQuestion> = {}) =>
  betterAccount({
    ...{ accounts, own: 'b', strategy: 'priority', threshold: 0.85, tried: [], now: NOW },
    ...{ returnToPreferred: false, cooldownMs: COOLDOWN },
    ...question,
  });

const BACK = { returnToPreferred: true } as const;
const PROACTIVE = { to: 'c', reason: 'proactive' };
const RETURN = { to: 'a', reason: 'return' };

test('an account that is nearly used up is left for the best one of which enough is left', () => {
  const [a, b, c, d] = [using('a', 81), using('b', 90), using('c', 80), account('d')];
  expect(better([a, b, c, d])).toEqual(PROACTIVE);
  expect(better([a, b, c, d], { tried: ['c'] })).toEqual({ ...PROACTIVE, to: 'd' });
  const spread = { strategy: 'spread' } as const;
  expect(better([b, { ...c, load: 5 }, d], spread)).toEqual({ ...PROACTIVE, to: 'd' });
});

test('at the default of 1 nobody leaves an account that can be used', () => {
  expect(better([using('b', 100), account('c')], { threshold: 1 })).toBeNull();
});

test('an account that is nearly used up is not left for one that is, or will be soon', () => {
  expect(better([using('b', 99), using('c', 85)])).toBeNull();
  expect(better([using('b', 99), using('c', 80.5)])).toBeNull();
});

test.each<AccountState>(['limited', 'unauthenticated', 'quarantined', 'disabled'])(
  'none goes to an account that is %s, nor from one: from there it has to go',
  (state) => {
    expect(better([using('b', 99), account('c', { state })])).toBeNull();
    expect(better([using('b', 99, { state }), account('c')])).toBeNull();
    expect(better([account('a', { state }), account('b')], BACK)).toBeNull();
  },
);

test('a session on an account that is not in the config has nothing better', () => {
  expect(better([account('a'), account('c')], BACK)).toBeNull();
});

test('nobody goes back by itself, unless the config says so, and by priority only', () => {
  const accounts = [account('a'), account('b')];
  expect(better(accounts)).toBeNull();
  expect(better(accounts, BACK)).toEqual(RETURN);
  expect(better(accounts, { ...BACK, threshold: 1 })).toEqual(RETURN);
  expect(better(accounts, { ...BACK, strategy: 'spread' })).toBeNull();
});

test('only to an account that is preferred to its own it goes back, to the best one of those', () => {
  const own = account('b', { priority: 2 });
  expect(better([account('a', { priority: 2 }), own], BACK)).toBeNull();
  expect(better([own, account('c')], BACK)).toBeNull();
  const preferred = account('x', { priority: 1 });
  expect(better([own, preferred, account('y', { priority: 0 })], BACK)).toEqual({
    to: 'y',
    reason: 'return',
  });
});

test('it goes back to an account that has been available for the cooldown', () => {
  const since = (ms: number) => [account('a', { since: NOW - ms }), account('b')];
  expect(better(since(COOLDOWN - 1), BACK)).toBeNull();
  expect(better(since(COOLDOWN), BACK)).toEqual(RETURN);
  expect(better(since(-1), BACK)).toBeNull();
});

test('it does not go back to an account that it would have to leave soon', () => {
  expect(better([using('a', 82), account('b')], BACK)).toBeNull();
  expect(better([using('a', 80), account('b')], BACK)).toEqual(RETURN);
});

test('away from an account that is nearly used up comes first: it need not be preferred, or available for long', () => {
  const accounts = [using('a', 82), using('b', 85), account('c', { since: NOW })];
  expect(better(accounts, BACK)).toEqual(PROACTIVE);
});

test('nobody goes back only to try whether a limit whose end was guessed is over', () => {
  expect(better([account('a', { probes: 1 }), account('b')], BACK)).toBeNull();
  const { priority } = account('a');
  expect(
    better([account('a', { probes: 1 }), account('x', { priority }), account('b')], BACK),
  ).toEqual({
    to: 'x',
    reason: 'return',
  });
});
