import { expect, test } from '@jest/globals';
import {
  fullestWindow,
  isNearlyUsedUp,
  isWellBelow,
  type UsedAccount,
} from '../../../machines/policy/nearly-used.ts';

const NOW = 1_700_000_000_000;

const windowOf = (usedPercent: number, resetsAt = NOW + 1) => ({
  usedPercent,
  resetsAt,
  toldAt: null,
});
const using = (usedPercent: number): UsedAccount => ({
  used: { window: 'fiveHour', usedPercent, resetsAt: NOW + 1 },
});
const UNKNOWN: UsedAccount = { used: null };

test('of the windows that are not given back the fullest counts', () => {
  const usage = { fiveHour: windowOf(40), sevenDay: windowOf(70) };
  const week = { window: 'sevenDay', usedPercent: 70, resetsAt: NOW + 1 };
  expect(fullestWindow(usage, NOW)).toEqual(week);
  const fiveHour = windowOf(90, NOW + 2);
  expect(fullestWindow({ ...usage, fiveHour }, NOW)).toMatchObject({ window: 'fiveHour' });
  expect(fullestWindow({ ...usage, fiveHour: null }, NOW)).toEqual(week);
});

test('a window that is given back says nothing any more, and neither does one that nobody told of', () => {
  const over = windowOf(100, NOW);
  expect(fullestWindow({ fiveHour: over, sevenDay: windowOf(5) }, NOW)).toMatchObject({
    window: 'sevenDay',
    usedPercent: 5,
  });
  expect(fullestWindow({ fiveHour: over, sevenDay: null }, NOW)).toBeNull();
  expect(fullestWindow({ fiveHour: null, sevenDay: null }, NOW)).toBeNull();
});

test.each([
  [84.9, false],
  [85, true],
  [120, true],
])('at a threshold of 0.85 an account that has used %d % is nearly used up: %s', (used, is) => {
  expect(isNearlyUsedUp(using(used), 0.85)).toBe(is);
});

test('at a threshold of 1 no account is nearly used up, nor one of which nothing is known', () => {
  expect(isNearlyUsedUp(using(100), 1)).toBe(false);
  expect(isNearlyUsedUp(UNKNOWN, 0.5)).toBe(false);
});

test('a threshold means what a person writes, whatever floating point makes of it', () => {
  expect(isNearlyUsedUp(using(7), 0.07)).toBe(true);
  expect(isNearlyUsedUp(using(55), 0.55)).toBe(true);
});

test.each([
  [80, true],
  [80.1, false],
  [85, false],
])('at 0.85 an account that has used %d % is well below: %s', (used, is) => {
  expect(isWellBelow(using(used), 0.85)).toBe(is);
});

test('an account of which nothing is known is well below, and at 1 every one is', () => {
  expect(isWellBelow(UNKNOWN, 0.1)).toBe(true);
  expect(isWellBelow(using(100), 1)).toBe(true);
});

test('at a threshold of 0 every account whose usage is known is nearly used up, and none is well below', () => {
  expect([isNearlyUsedUp(using(0), 0), isWellBelow(using(0), 0)]).toEqual([true, false]);
});
