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
  for (const told of [used(41, NOW), used(39, NOW), used(40, NOW, NOW + MIN)]) {
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
