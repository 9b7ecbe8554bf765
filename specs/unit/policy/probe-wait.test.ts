import { expect, test } from '@jest/globals';
import { probesBefore, probesWhileHeld, probeWaitMs } from '../../../machines/policy/probe-wait.ts';

const MIN = 60_000;
const FREE = 1_800_000_000_000;

const before = (after: number, probes: number, cooldownMs = 5 * MIN) =>
  probesBefore(FREE + after, { probes, recoveredAt: FREE, cooldownMs });

test('each limit in a row that names no end waits twice as long as the one before, up to two hours', () => {
  const waits = [0, 1, 2, 3, 4, 5, 6, 100, 10_000].map((probes) => probeWaitMs(probes) / MIN);
  expect(waits).toEqual([5, 10, 20, 40, 80, 120, 120, 120, 120]);
});

test('the next one comes in a row when the account was not free for the cooldown', () => {
  expect(before(0, 3)).toBe(3);
  expect(before(5 * MIN - 1, 3)).toBe(3);
  expect(before(5 * MIN, 3)).toBe(0);
  expect(before(9 * MIN, 3, 10 * MIN)).toBe(3);
  expect(before(10 * MIN, 3, 10 * MIN)).toBe(0);
});

test('with a short cooldown it was free for too short a time all the same: a turn takes minutes', () => {
  expect(before(4 * MIN, 3, 0)).toBe(3);
  expect(before(5 * MIN, 3, 0)).toBe(0);
});

test('what was recorded before it was free is the same limit, told late', () => {
  expect(before(-1, 3)).toBe(2);
  expect(before(-1, 0)).toBe(0);
});

test('an account that was never limited begins with the first', () => {
  expect(probesBefore(FREE, { probes: 0, recoveredAt: null, cooldownMs: MIN })).toBe(0);
});

test('the limit that holds counts itself', () => {
  expect([0, 1, 4].map(probesWhileHeld)).toEqual([0, 0, 3]);
});
