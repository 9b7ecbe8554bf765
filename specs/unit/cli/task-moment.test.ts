import { expect, test } from '@jest/globals';
import { parseMoment } from '../../../cli/program/moment.ts';

const NOW = Date.parse('2026-11-24T12:00:00.000Z');

test.each([
  ['30m', '2026-11-24T12:30:00.000Z'],
  ['90s', '2026-11-24T12:01:30.000Z'],
  ['1.5h', '2026-11-24T13:30:00.000Z'],
  ['2d', '2026-11-26T12:00:00.000Z'],
  ['2026-12-24T18:00Z', '2026-12-24T18:00:00.000Z'],
  ['2026-12-24T18:00:30.25z', '2026-12-24T18:00:30.250Z'],
  ['2026-12-24T18:00+02:00', '2026-12-24T16:00:00.000Z'],
  ['2026-12-24T18:00:00-0530', '2026-12-24T23:30:00.000Z'],
  ['2026-12-24 18:00+01', '2026-12-24T17:00:00.000Z'],
  ['2026-12-24Z', '2026-12-24T00:00:00.000Z'],
  ['2024-02-29T00:00Z', '2024-02-29T00:00:00.000Z'],
])('%s is %s', (text, expected) => {
  expect(new Date(parseMoment(text, NOW) ?? Number.NaN).toISOString()).toBe(expected);
});

test('without a zone a time is local, and a date is its midnight', () => {
  expect(parseMoment('2026-12-24T18:00', NOW)).toBe(new Date(2026, 11, 24, 18).getTime());
  expect(parseMoment('2026-12-24', NOW)).toBe(new Date(2026, 11, 24).getTime());
});

test.each([
  ...['', 'soon', '30', '-30m', '30 minutes from now', '18:00', '2026-12-24T18'],
  ...['2026-02-30T10:00Z', '2026-13-01', '2025-02-29', '2026-00-10'],
  ...['2026-12-24T24:00Z', '2026-12-24T10:60Z', '2026-12-24T10:00:61Z', '2026-12-24T10:00+25:00'],
  ...['24/12/2026', 'Dec 24 2026', '20261224T1800Z', '9999999999999999y', '1790000000000'],
])('%j is no moment', (text) => {
  expect(parseMoment(text, NOW)).toBeNull();
});
