import type { AccountReport } from '../../supervisor/status-report.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * When the first account is due whose limit is all that it waits for, in local time: `14:14`, with the day
 * when that is more than a day away. null when none is, or when one can be used now.
 */
export function firstDue(accounts: readonly AccountReport[], now: number): string | null {
  if (accounts.some(({ state }) => state === 'available')) return null;
  const ends = accounts.flatMap(({ state, limitedUntil }) =>
    state === 'limited' && limitedUntil !== null ? [Date.parse(limitedUntil)] : [],
  );
  return ends.length === 0 ? null : localTime(Math.min(...ends), now);
}

/** A begun minute is not over yet. */
function localTime(at: number, now: number): string {
  const time = new Date(Math.ceil(at / MINUTE_MS) * MINUTE_MS);
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (at - now < DAY_MS) return clock;
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock}`;
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}
