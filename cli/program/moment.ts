import { parseDuration } from '../../config/durations.ts';

/**
 * The moment that a text means, in epoch milliseconds: an ISO 8601 time, which is local without a zone,
 * or a duration from `now` such as `30m`. null when it is neither, or no such day or hour exists.
 */
export function parseMoment(text: string, now: number): number | null {
  const duration = parseDuration(text);
  const at = duration === null ? parseTime(text) : now + duration;
  return at === null || Number.isNaN(new Date(at).getTime()) ? null : at;
}

const ISO_TIME =
  /^(\d{4}-\d\d-\d\d)(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(\.\d+)?)?)?(Z|[+-]\d\d(?::?\d\d)?)?$/i;

function parseTime(text: string): number | null {
  const read = ISO_TIME.exec(text);
  if (read === null) return null;
  const [, day = '', hours = '00', minutes = '00', seconds = '00', fraction = '', zone = ''] = read;
  if (!isDay(day)) return null;
  // A date alone would be read as UTC: with a time it is local, as a person means it.
  return Date.parse(`${day}T${hours}:${minutes}:${seconds}${fraction}${wholeZone(zone)}`);
}

/** The engine would take the 30th of February for the 2nd of March. */
function isDay(day: string): boolean {
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}

/** `+02` and `+0200` as `+02:00`, which is all that the engine reads. */
function wholeZone(zone: string): string {
  const [, hours = '', minutes = '00'] = /^([+-]\d\d):?(\d\d)?$/.exec(zone) ?? [];
  return hours === '' ? zone.toUpperCase() : `${hours}:${minutes}`;
}
