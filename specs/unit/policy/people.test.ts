import { expect, test } from '@jest/globals';
import { isAtWork } from '../../../machines/policy/people.ts';

const NOW = 1_000_000;
const still = (ms: number, hasDraft = false) => isAtWork({ lastActiveAt: NOW - ms, hasDraft }, NOW);

test('a person is at work for a minute after the last key', () => {
  expect(still(0)).toBe(true);
  expect(still(59_999)).toBe(true);
  expect(still(60_000)).toBe(false);
});

test('and as long as they are there with a line that was not sent off', () => {
  expect(still(3_600_000, true)).toBe(true);
  expect(isAtWork({ lastActiveAt: null, hasDraft: true }, NOW)).toBe(false);
});

test('nobody is at work where nobody is', () => {
  expect(isAtWork({ lastActiveAt: null, hasDraft: false }, NOW)).toBe(false);
});

test('a key of the future is one pressed before the clock was set back, not work without end', () => {
  expect(still(-1000)).toBe(true);
  expect(still(-3_600_000)).toBe(false);
});
