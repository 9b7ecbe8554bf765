import { momentOf, zoneNamed } from './zoned-time.ts';

/** `regain access on 2026-12-01 at 00:00 UTC`, as of the usage cap of an API key; `resets 2026-12-01T00:00:00Z`. */
const REGAINS =
  /\b(?:regain access on|resets(?: on| at)?)\s+(\d{4})-(\d{2})-(\d{2})(?:T|,?\s+(?:at\s+)?)(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d{1,9})?)?\s*\(?([a-z][a-z0-9_/+-]{0,63})/i;

/**
 * The minute (epoch milliseconds of its beginning) in which a limit ends, by a message that names it as year,
 * month and day with the time of 24 hours. null = it names none so, or one that there is not.
 */
export function isoResetTimeOf(message: string): number | null {
  const words = REGAINS.exec(message);
  if (words === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = words.slice(1, 6).map(Number);
  const zoneName = words[6] ?? '';
  const zone = zoneNamed(/^z$/i.test(zoneName) ? 'UTC' : zoneName);
  if (zone === null || month < 1 || month > 12 || minute > 59) return null;
  return momentOf(zone, { year, month, day, hour, minute });
}
