import { expect, test } from '@jest/globals';
import { isAtWork, isTypedIn } from '../../../machines/policy/people.ts';

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

const FAILED_AT = NOW - 30_000;

/** In a session whose turn ended in trouble half a minute ago. */
const typed = (lastActiveAt: number | null, hasDraft = false, showsDialog = false) =>
  isTypedIn({ lastActiveAt, hasDraft }, { since: FAILED_AT, showsDialog }, NOW);

test('where a turn has failed, whoever has pressed a key since is at work there for a minute', () => {
  expect(typed(FAILED_AT + 1)).toBe(true);
  expect(isTypedIn({ lastActiveAt: NOW, hasDraft: false }, OF_LONG_AGO, NOW + 60_000)).toBe(false);
});

const OF_LONG_AGO = { since: NOW - 3_600_000, showsDialog: false };

test('whoever has pressed none since waits for what only another account can answer', () => {
  expect(typed(FAILED_AT)).toBe(false);
  expect(typed(null)).toBe(false);
});

test('a line that was not sent off is theirs whenever it was typed, but the rows of a dialog are none', () => {
  expect([typed(FAILED_AT, true), typed(null, true)]).toEqual([true, true]);
  expect([typed(FAILED_AT, true, true), typed(null, true, true)]).toEqual([false, false]);
  expect(typed(NOW, true, true)).toBe(true);
});

test('once the clock was set back, nobody knows whether a key was pressed before', () => {
  expect(
    isTypedIn({ lastActiveAt: NOW, hasDraft: false }, { ...OF_LONG_AGO, since: NOW + 1 }, NOW),
  ).toBe(true);
});
