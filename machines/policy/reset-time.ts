/** The moment at which a limit ends, as the client's message about it names it. */
import type { LimitWindow } from '../accounts.ts';
import { isoResetTimeOf } from './iso-reset-time.ts';
import {
  isMoment,
  momentOf,
  type WallTime,
  wallTimeAt,
  type Zone,
  zoneNamed,
} from './zoned-time.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * A message that names no day speaks of the next 24 hours. It rounds the minute down and may come late, so
 * a time that has just passed is still that one, not tomorrow's. A window of five hours is never given
 * back later than that, so that there the nearer of the two is meant.
 */
const LATE_MS: Readonly<Record<LimitWindow, number>> = {
  five_hour: 12 * HOUR_MS,
  seven_day: 10 * MINUTE_MS,
  model: 10 * MINUTE_MS,
  overage: 10 * MINUTE_MS,
  unknown: 10 * MINUTE_MS,
};

/** `resets 8:13am (UTC)`, `resets Nov 25, 6am (Europe/Paris)`, `resets Jan 2, 2027, 6am (UTC)`. */
const RESETS =
  /\bresets\s+(?:([a-z]{3,9})\s+(\d{1,2})(?:,\s*(\d{4}))?(?:,|\s+at)\s+)?(\d{1,2})(?::(\d{2}))?\s*([ap])m\s+\(([^()\s]{1,64})\)/i;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A time of day, and its day when the message names one; it names a year only when that is not the current one. */
interface NamedTime {
  readonly hour: number;
  readonly minute: number;
  readonly date: { readonly month: number; readonly day: number } | null;
  readonly year: number | null;
}

/**
 * The minute (epoch milliseconds of its beginning) in which a limit ends, by a message that the client wrote
 * at `at`; the true time lies in it. null = it names none, or in a way or a time zone that we do not know.
 */
export function resetTimeOf(message: string, at: number, window: LimitWindow): number | null {
  if (!isMoment(at)) return null;
  const words = RESETS.exec(message);
  if (words === null) return isoResetTimeOf(message);
  const named = namedTime(words);
  const zone = zoneNamed(words[7] ?? '');
  if (named === null || zone === null) return null;
  return named.date === null
    ? nextTime(zone, named, at - LATE_MS[window])
    : nearestDate(zone, named, at);
}

function namedTime([, month, day, year, hour, minute, half]: RegExpExecArray): NamedTime | null {
  const time = { hour: Number(hour), minute: Number(minute ?? 0) };
  if (time.hour < 1 || time.hour > 12 || time.minute > 59) return null;
  // 12am is midnight, 12pm is noon.
  const of24 = (time.hour % 12) + (half?.toLowerCase() === 'p' ? 12 : 0);
  const named = { hour: of24, minute: time.minute };
  if (month === undefined) return { ...named, date: null, year: null };
  const place = MONTHS.indexOf(month.slice(0, 3).toLowerCase());
  if (place === -1) return null;
  const date = { month: place + 1, day: Number(day) };
  return { ...named, date, year: year === undefined ? null : Number(year) };
}

/** The first moment after `after` at which the clocks there show this time of day. */
function nextTime(zone: Zone, { hour, minute }: NamedTime, after: number): number | null {
  const today = wallTimeAt(zone, after);
  const moments = [0, 1].flatMap((days) =>
    momentsOf(zone, { ...daysLater(today, days), hour, minute }),
  );
  return moments.find((moment) => moment > after) ?? null;
}

/** The moment of this date that is nearest to `at`, whichever year it is in unless it names one. */
function nearestDate(zone: Zone, { date, year, ...time }: NamedTime, at: number): number | null {
  if (date === null) return null;
  const current = wallTimeAt(zone, at).year;
  const years = year === null ? [current - 1, current, current + 1] : [year];
  const distance = (moment: number) => Math.abs(moment - at);
  return (
    years
      .flatMap((of) => momentsOf(zone, { ...date, ...time, year: of }))
      .toSorted((a, b) => distance(a) - distance(b))[0] ?? null
  );
}

function momentsOf(zone: Zone, wall: WallTime): readonly number[] {
  const moment = momentOf(zone, wall);
  return moment === null ? [] : [moment];
}

function daysLater({ year, month, day }: WallTime, days: number) {
  const date = new Date(Date.UTC(year, month - 1, day + days));
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
  };
}
