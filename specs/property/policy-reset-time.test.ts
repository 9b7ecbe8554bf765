import { test } from '@jest/globals';
import fc from 'fast-check';
import type { LimitWindow } from '../../machines/accounts.ts';
import { resetTimeOf } from '../../machines/policy/reset-time.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const zone = fc.constantFrom('UTC', ...Intl.supportedValuesOf('timeZone'));
/** Any second of ten years, among them every change of clocks that the zones have had in them. */
const moment = fc
  .integer({ min: Date.UTC(2022, 0) / 1000, max: Date.UTC(2032, 0) / 1000 })
  .map((seconds) => seconds * 1000);
/** How far ahead a reset of that window can be, after the minute was rounded down and the answer took its time. */
const ahead = (hours: number) => fc.integer({ min: -9 * MINUTE, max: hours * HOUR - 15 * MINUTE });

/** As the client writes it: a time within a day, else a date; the year only when it is not the current one. */
function clientTime(reset: number, now: number, timeZone: string): string {
  const date = new Date(reset);
  const of = (options: Intl.DateTimeFormatOptions) =>
    date.toLocaleString('en-US', { timeZone, ...options });
  const hasMinutes = of({ minute: 'numeric' }) !== '0';
  const minute: Intl.DateTimeFormatOptions = hasMinutes ? { minute: '2-digit' } : {};
  const time: Intl.DateTimeFormatOptions = { hour: 'numeric', hour12: true, ...minute };
  const yearOf = (at: number) =>
    new Date(at).toLocaleString('en-US', { timeZone, year: 'numeric' });
  const year: Intl.DateTimeFormatOptions = yearOf(reset) === yearOf(now) ? {} : { year: 'numeric' };
  const text =
    reset - now > DAY ? of({ month: 'short', day: 'numeric', ...year, ...time }) : of(time);
  return `${text.replace(/ ([AP]M)/i, (_, half: string) => half.toLowerCase())} (${timeZone})`;
}

/**
 * The named minute holds the reset, unless the clocks showed that minute twice: then the later one. Where they
 * go forward, the same time of day comes twice within 24 hours: then the first one.
 */
function isFound(reset: number, now: number, timeZone: string, window: LimitWindow): boolean {
  const words = `You've hit your limit · resets ${clientTime(reset, now, timeZone)}`;
  const named = resetTimeOf(words, now, window);
  if (named === null) return false;
  const late = named - Math.floor(reset / MINUTE) * MINUTE;
  const isAgain = late > 0 && late <= HOUR;
  const isBefore = late < 0 && late > -DAY && named > now - 10 * MINUTE;
  return late === 0 || ((isAgain || isBefore) && showsTwice(reset, late, timeZone));
}

function showsTwice(reset: number, late: number, timeZone: string): boolean {
  return clientTime(reset, reset, timeZone) === clientTime(reset + late, reset + late, timeZone);
}

test('the minute of a reset within five hours is found again from what the client writes', () => {
  fc.assert(
    fc.property(moment, ahead(5), zone, (now, ms, timeZone) =>
      isFound(now + ms, now, timeZone, 'five_hour'),
    ),
    { numRuns: 1500 },
  );
});

test('so is that of a reset within a month, but for the last minutes of a day ahead', () => {
  fc.assert(
    fc.property(
      moment,
      fc.oneof(ahead(24), fc.integer({ min: DAY + 1, max: 31 * DAY })),
      zone,
      (now, ms, timeZone) => isFound(now + ms, now, timeZone, 'seven_day'),
    ),
    { numRuns: 1500 },
  );
});

test('no words lead to a moment that is none, or break anything', () => {
  const word = fc.constantFrom(
    'resets',
    'Nov',
    '25,',
    '6:13am',
    '8am',
    '(UTC)',
    '(X/Y)',
    '·',
    '2027,',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(word, { maxLength: 8 }).map((all) => all.join(' ')),
  );
  const at = fc.oneof(moment, fc.double());
  fc.assert(
    fc.property(text, at, (message, now) => {
      const named = resetTimeOf(message, now, 'unknown');
      return named === null || !Number.isNaN(new Date(named).getTime());
    }),
    { numRuns: 500 },
  );
});
