import { expect, test } from '@jest/globals';
import { isOver, newerUsage } from '../../../machines/policy/usage-windows.ts';
import type { WindowUsage } from '../../../machines/signals.ts';

const MIN = 60_000;
const NOW = 1_800_000_000_000;

const used = (
  usedPercent: number,
  toldAt: number | null,
  resetsAt = NOW + 60 * MIN,
): WindowUsage => ({
  usedPercent,
  resetsAt,
  toldAt,
});

test('of two clients on an account the one that spoke last is believed, whoever is heard last', () => {
  const [early, late] = [used(40, NOW - 2 * MIN), used(60, NOW - MIN)];
  expect(newerUsage(early, late, NOW)).toBe(late);
  expect(newerUsage(late, early, NOW)).toBe(late);
});

test('the same usage is noted anew once a minute, so that its age is told', () => {
  const known = used(40, NOW - 3 * MIN);
  expect(newerUsage(known, used(40, NOW - 2 * MIN - 1), NOW)).toBe(known);
  const later = used(40, NOW - 2 * MIN);
  expect(newerUsage(known, later, NOW)).toBe(later);
});

test('another share, or another end, is news at once', () => {
  const known = used(40, NOW);
  for (const told of [
    used(41, NOW),
    used(39, NOW, NOW + 90 * MIN),
    used(40, NOW, NOW + 61 * MIN),
  ]) {
    expect(newerUsage(known, told, NOW)).toBe(told);
  }
});

test('a window that is not told, or is told without a moment, keeps what is known of it', () => {
  const known = used(40, NOW - MIN);
  expect(newerUsage(known, null, NOW)).toBe(known);
  expect(newerUsage(known, used(99, NOW, Number.POSITIVE_INFINITY), NOW)).toBe(known);
  expect(newerUsage(null, used(99, NOW, Number.NaN), NOW)).toBeNull();
  expect(newerUsage(null, known, NOW)).toBe(known);
});

test('what was told by a clock that was set back since is not the newer', () => {
  const told = used(60, NOW);
  expect(newerUsage(used(40, NOW + MIN), told, NOW)).toBe(told);
  const same = used(40, NOW);
  expect(newerUsage(used(40, NOW + 2 * MIN), same, NOW)).toBe(same);
});

test('where nobody knows when it was told, what is told now counts, and its time is learned', () => {
  const [undated, dated] = [used(40, null), used(40, NOW)];
  expect(newerUsage(undated, dated, NOW)).toBe(dated);
  expect(newerUsage(dated, undated, NOW)).toBe(dated);
  const other = used(50, null);
  expect(newerUsage(dated, other, NOW)).toBe(other);
});

test('a window is over as soon as it is given back', () => {
  expect(isOver(used(40, null, NOW + 1), NOW)).toBe(false);
  expect(isOver(used(40, null, NOW), NOW)).toBe(true);
});

test('a client that repeats what it heard long ago does not take back what is used', () => {
  const known = used(92, NOW - MIN);
  expect(newerUsage(known, used(20, NOW), NOW)).toBe(known);
  expect(newerUsage(known, used(20, NOW, known.resetsAt + MIN), NOW)).toBe(known);
  const heardLate = used(95, NOW - 2 * MIN, known.resetsAt - MIN);
  expect(newerUsage(known, heardLate, NOW)).toBe(heardLate);
});

test('nor does it bring back a window that was given back: the later one counts while it lies ahead', () => {
  const known = used(3, NOW - MIN, NOW + 300 * MIN);
  expect(newerUsage(known, used(98, NOW, NOW + MIN), NOW)).toBe(known);
  const next = used(1, NOW - 2 * MIN, NOW + 600 * MIN);
  expect(newerUsage(known, next, NOW)).toBe(next);
});

test('a window that ends later than any can is forgotten for one that can be', () => {
  const told = used(1, NOW);
  expect(newerUsage(used(92, NOW - MIN, NOW + 9 * 24 * 60 * MIN), told, NOW)).toBe(told);
});

test('of a window that is over, whoever spoke last is believed', () => {
  const over = used(92, NOW - MIN, NOW);
  const told = used(1, NOW, NOW - MIN);
  expect(newerUsage(over, told, NOW)).toBe(told);
});
