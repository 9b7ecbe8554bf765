/** Times as a clock on a wall of some place shows them, by what the runtime knows of time zones. */

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Dates end 4 * 10^13 later: some time can be added to what is before it. */
const LAST_MOMENT = 8.6e15;

/** Reads the wall clocks of one time zone. */
export type Zone = Intl.DateTimeFormat;

export interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** 0 to 23. */
  readonly hour: number;
  readonly minute: number;
}

/** Whether a date can be made of these epoch milliseconds, and of some time after them. */
export function isMoment(at: number): boolean {
  return Math.abs(at) <= LAST_MOMENT;
}

/** The time zone of this name (`UTC`, `Europe/Paris`); null when the runtime knows none. */
export function zoneNamed(name: string): Zone | null {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name, ...READABLE });
  } catch {
    return null;
  }
}

/** What the clocks of that zone show at this moment (epoch milliseconds, one that a date can hold). */
export function wallTimeAt(zone: Zone, at: number): WallTime {
  const parts = new Map(zone.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
  };
}

/**
 * The moment (epoch milliseconds) at which the clocks of that zone show this time, at its first second.
 * When they are set back they show it twice: the later one. When they are set forward and leave it out:
 * as if they had not been. null = there is no such day.
 */
export function momentOf(zone: Zone, wall: WallTime): number | null {
  const asUtc = utcOf(wall);
  if (new Date(asUtc).getUTCDate() !== wall.day) return null;
  // Clocks are never changed twice within two days.
  const before = asUtc - offsetAt(zone, asUtc - DAY_MS);
  const after = asUtc - offsetAt(zone, asUtc + DAY_MS);
  const shown = [before, after].filter((at) => utcOf(wallTimeAt(zone, at)) === asUtc);
  return shown.length === 0 ? before : Math.max(...shown);
}

/** How far the clocks of that zone are ahead of UTC, in milliseconds, whole minutes. */
function offsetAt(zone: Zone, at: number): number {
  return utcOf(wallTimeAt(zone, at)) - Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

function utcOf({ year, month, day, hour, minute }: WallTime): number {
  return Date.UTC(year, month - 1, day, hour, minute);
}

const READABLE = {
  calendar: 'gregory',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
} as const satisfies Intl.DateTimeFormatOptions;
