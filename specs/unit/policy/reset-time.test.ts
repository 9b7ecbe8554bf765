import { expect, test } from '@jest/globals';
import type { LimitWindow } from '../../../machines/accounts.ts';
import { resetTimeOf } from '../../../machines/policy/reset-time.ts';

/** When a limit ends by its words, ISO in UTC; `at` is when they were said. */
function resets(words: string, at: string, window: LimitWindow = 'five_hour'): string | null {
  const moment = resetTimeOf(`You've hit your limit · resets ${words}`, Date.parse(at), window);
  return moment === null ? null : new Date(moment).toISOString().replace(':00.000Z', 'Z');
}

test.each([
  ['8:13am (UTC)', '2026-11-22T08:13Z'],
  ['8am (UTC)', '2026-11-22T08:00Z'],
  ['9:13am (Europe/Paris)', '2026-11-22T08:13Z'],
  ['3:13am (America/New_York)', '2026-11-22T08:13Z'],
  ['1:43pm (Asia/Kolkata)', '2026-11-22T08:13Z'],
  ['8:13 AM (UTC)', '2026-11-22T08:13Z'],
  ['10:13 AM (UTC)', '2026-11-22T10:13Z'],
  ['1:13 PM (UTC)', '2026-11-22T13:13Z'],
  ['8:13\u202fam (utc)', '2026-11-22T08:13Z'],
])('a time without a day is the next one: %s', (words, moment) => {
  expect(resets(words, '2026-11-22T06:00Z')).toBe(moment);
});

test('a time that is over today is that of tomorrow, and midnight is 12am, noon 12pm', () => {
  expect(resets('2:30am (UTC)', '2026-11-22T23:10Z')).toBe('2026-11-23T02:30Z');
  expect(resets('12am (UTC)', '2026-11-22T23:10Z')).toBe('2026-11-23T00:00Z');
  expect(resets('12:30am (UTC)', '2026-11-22T23:10Z')).toBe('2026-11-23T00:30Z');
  expect(resets('12pm (UTC)', '2026-11-22T10:10Z')).toBe('2026-11-22T12:00Z');
  expect(resets('12:05pm (UTC)', '2026-11-22T10:10Z')).toBe('2026-11-22T12:05Z');
});

test('a day begins where the clock hangs', () => {
  expect(resets('1am (Pacific/Auckland)', '2026-11-22T10:30Z')).toBe('2026-11-22T12:00Z');
  expect(resets('11pm (America/Los_Angeles)', '2026-11-22T04:00Z')).toBe('2026-11-22T07:00Z');
});

test('the minute is rounded down, so that a time just past is not that of tomorrow', () => {
  expect(resets('8:13am (UTC)', '2026-11-22T08:13:59Z')).toBe('2026-11-22T08:13Z');
  expect(resets('11:59pm (UTC)', '2026-11-22T00:00:40Z')).toBe('2026-11-21T23:59Z');
  for (const window of ['seven_day', 'model', 'overage', 'unknown'] as const) {
    expect(resets('8:13am (UTC)', '2026-11-22T08:13:59Z', window)).toBe('2026-11-22T08:13Z');
    expect(resets('11:59pm (UTC)', '2026-11-22T00:00:40Z', window)).toBe('2026-11-21T23:59Z');
  }
});

test('a window of five hours is never given back later than that: the nearer time is meant', () => {
  expect(resets('8am (UTC)', '2026-11-22T19:59Z')).toBe('2026-11-22T08:00Z');
});

test('any other window may end up to a day later, also at an hour that is over today', () => {
  expect(resets('4am (UTC)', '2026-11-22T14:00Z', 'seven_day')).toBe('2026-11-23T04:00Z');
  expect(resets('1:30pm (UTC)', '2026-11-22T14:00Z', 'seven_day')).toBe('2026-11-23T13:30Z');
  expect(resets('11pm (UTC)', '2026-11-22T00:00Z', 'model')).toBe('2026-11-22T23:00Z');
});

test('a date is the nearest one, in whichever year', () => {
  expect(resets('Nov 25, 6:13am (Europe/Paris)', '2026-11-22T06:00Z')).toBe('2026-11-25T05:13Z');
  expect(resets('Jan 2, 6am (UTC)', '2026-12-30T06:00Z')).toBe('2027-01-02T06:00Z');
  expect(resets('Dec 31, 11:59pm (UTC)', '2027-01-01T00:00:30Z')).toBe('2026-12-31T23:59Z');
  expect(resets('nov 25, 6AM (UTC)', '2026-11-22T06:00Z')).toBe('2026-11-25T06:00Z');
  expect(resets('Sept 1 at 6am (UTC)', '2026-08-28T06:00Z')).toBe('2026-09-01T06:00Z');
});

test('a year that the client names is that year', () => {
  expect(resets('Jan 2, 2027, 6am (UTC)', '2026-12-30T06:00Z')).toBe('2027-01-02T06:00Z');
  expect(resets('Jan 2, 2029, 6am (UTC)', '2026-12-30T06:00Z')).toBe('2029-01-02T06:00Z');
});

test('a date may be one of a leap year only', () => {
  expect(resets('Feb 29, 6am (UTC)', '2028-02-26T06:00Z')).toBe('2028-02-29T06:00Z');
  expect(resets('Feb 29, 6am (UTC)', '2027-02-26T06:00Z')).toBe('2028-02-29T06:00Z');
  expect(resets('Feb 29, 2027, 6am (UTC)', '2027-02-26T06:00Z')).toBeNull();
});

test('summer time counts as of the moment that is named, not as of now', () => {
  // Clocks there go forward on 28 March 2027 at 2am, and back on 25 October 2026 at 3am.
  expect(resets('Mar 29, 6am (Europe/Paris)', '2027-03-27T06:00Z')).toBe('2027-03-29T04:00Z');
  expect(resets('6am (Europe/Paris)', '2027-03-27T23:30Z', 'seven_day')).toBe('2027-03-28T04:00Z');
  expect(resets('6am (Europe/Paris)', '2026-10-25T00:30Z', 'seven_day')).toBe('2026-10-25T05:00Z');
});

test.each([
  // A week and a month ahead, from either side of both changes of clocks.
  ['Oct 29, 6am (Europe/Paris)', '2026-10-22T04:00Z', '2026-10-29T05:00Z'],
  ['Nov 21, 6am (America/New_York)', '2026-10-22T10:00Z', '2026-11-21T11:00Z'],
  ['Apr 1, 6am (Europe/Paris)', '2027-03-25T05:00Z', '2027-04-01T04:00Z'],
  ['Apr 6, 6am (Australia/Sydney)', '2027-03-30T19:00Z', '2027-04-05T20:00Z'],
  ['Jan 21, 6am (Asia/Kolkata)', '2026-12-22T00:30Z', '2027-01-21T00:30Z'],
])('a date days ahead is found by the clocks of its own day: %s', (words, at, moment) => {
  expect(resets(words, at, 'seven_day')).toBe(moment);
});

test('a date that has passed stays one that has passed', () => {
  expect(resets('Nov 20, 6am (UTC)', '2026-11-22T06:00Z', 'seven_day')).toBe('2026-11-20T06:00Z');
  expect(resets('Nov 20, 2025, 6am (UTC)', '2026-11-22T06:00Z')).toBe('2025-11-20T06:00Z');
});

test.each([
  ['You will regain access on 2026-12-01 at 00:00 UTC.', '2026-12-01T00:00Z'],
  ['You will regain access on 2026-12-01 at 18:13 Europe/Paris.', '2026-12-01T17:13Z'],
  ['You will regain access on 2027-07-01 at 9:05 (America/New_York)', '2027-07-01T13:05Z'],
  ['regain access on 2026-11-20 at 00:00 UTC', '2026-11-20T00:00Z'],
  ['resets 2026-12-01T00:00:00Z', '2026-12-01T00:00Z'],
  ['resets at 2026-12-01T18:13:20.500z', '2026-12-01T18:13Z'],
  ['resets on 2026-12-01, 06:00 UTC', '2026-12-01T06:00Z'],
])('a moment may be named with its year first: %s', (words, moment) => {
  const message = `API Error: 400 You have reached your specified API usage limits. ${words}`;
  for (const at of ['2026-11-22T06:00Z', '2026-12-31T23:00Z']) {
    const named = resetTimeOf(message, Date.parse(at), 'overage');
    expect(named).toBe(Date.parse(moment));
  }
});

test.each([
  '2026-12-01',
  '2026-12-01 at 00:00',
  '2026-12-01 at 24:00 UTC',
  '2026-12-01 at 00:60 UTC',
  '2026-13-01 at 00:00 UTC',
  '2026-00-01 at 00:00 UTC',
  '2026-11-31 at 00:00 UTC',
  '2026-12-01 at 00:00 Mars/Olympus',
  'Monday at 00:00 UTC',
])('nothing is made of a moment that is none: %s', (words) => {
  const message = `You will regain access on ${words}`;
  expect(resetTimeOf(message, Date.parse('2026-11-22T06:00Z'), 'overage')).toBeNull();
});

test('a time that clocks show twice is the later one, and one that they leave out is as if they had not', () => {
  expect(resets('2:30am (Europe/Paris)', '2026-10-24T23:00Z')).toBe('2026-10-25T01:30Z');
  expect(resets('2:30am (Europe/Paris)', '2027-03-27T23:00Z')).toBe('2027-03-28T01:30Z');
});

test.each([
  '8:13am',
  '8:13am (Mars/Olympus)',
  '8:13am ()',
  '20:13 (UTC)',
  '13am (UTC)',
  '0am (UTC)',
  '8:60am (UTC)',
  'Foo 25, 6am (UTC)',
  'Nov 0, 6am (UTC)',
  'Nov 31, 6am (UTC)',
  'in 3 hours',
  'soon (UTC)',
])('nothing is made of words that are not known: %s', (words) => {
  expect(resets(words, '2026-11-22T06:00Z')).toBeNull();
});

test('nothing is counted from a moment that is none', () => {
  for (const at of [Number.NaN, Number.POSITIVE_INFINITY, 8.7e15]) {
    expect(resetTimeOf('resets 8am (UTC)', at, 'five_hour')).toBeNull();
  }
});
