import { expect, test } from '@jest/globals';
import { backoffMs } from '../../../machines/policy/backoff.ts';

const POLICY = { backoffInitialMs: 1000, backoffFactor: 2, backoffMaxMs: 60_000 };
const ALMOST_ONE = 1 - Number.EPSILON;

test('half of the first wait is certain, the other half is chance', () => {
  expect(backoffMs(1, POLICY, 0)).toBe(500);
  expect(backoffMs(1, POLICY, 0.5)).toBe(750);
  expect(backoffMs(1, POLICY, ALMOST_ONE)).toBe(1000);
});

test('each further wait is longer by the factor', () => {
  const waits = [1, 2, 3, 4].map((attempt) => backoffMs(attempt, POLICY, ALMOST_ONE));
  expect(waits).toEqual([1000, 2000, 4000, 8000]);
});

test('no wait is longer than the cap, however many attempts there were', () => {
  for (const attempt of [7, 8, 1000, 1e9]) {
    expect(backoffMs(attempt, POLICY, ALMOST_ONE)).toBe(60_000);
    expect(backoffMs(attempt, POLICY, 0)).toBe(30_000);
  }
});

test('an exponent that overflows is capped', () => {
  expect(POLICY.backoffFactor ** 5000).toBe(Number.POSITIVE_INFINITY);
  expect(backoffMs(5001, POLICY, 0)).toBe(30_000);
});

test('a factor of one keeps the wait as it is', () => {
  const steady = { ...POLICY, backoffFactor: 1 };
  expect(backoffMs(1, steady, 0.5)).toBe(backoffMs(500, steady, 0.5));
});

test('a first wait that is longer than the cap is the cap', () => {
  expect(backoffMs(1, { ...POLICY, backoffMaxMs: 200 }, ALMOST_ONE)).toBe(200);
});

test('an attempt before the first counts as the first', () => {
  expect(backoffMs(0, POLICY, 0.5)).toBe(backoffMs(1, POLICY, 0.5));
});

test('a wait is whole milliseconds', () => {
  expect(backoffMs(1, { ...POLICY, backoffInitialMs: 333 }, 0.123)).toBe(187);
});
