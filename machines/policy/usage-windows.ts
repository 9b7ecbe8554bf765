import type { WindowUsage } from '../signals.ts';
import { isMoment } from './zoned-time.ts';

/** The same usage that is told again so much later is noted: how old it is matters to people, not its second. */
const AGES_MS = 60_000;

/** Clients round the end of a window; ends within that time are of the same one. */
const SAME_WINDOW_MS = 60_000;

/** No window is longer than 7 days: one that ends later was told wrongly, or before the clock was set back. */
const LONGEST_MS = 8 * 24 * 3_600_000;

/**
 * What is known of a usage window once a client has told of it: what it told, or what was known, the same
 * object, when that is no news. A client repeats what it heard last, however long ago that was: so of what is told of
 * one window the greater share is the newer, and of two windows the later one. Only where that does not tell, whoever
 * spoke last is believed.
 *
 * @param now epoch milliseconds: what was told after that, by a clock that was set back since, is not the newer
 */
export function newerUsage(
  known: WindowUsage | null,
  told: WindowUsage | null,
  now: number,
): WindowUsage | null {
  // A client that names no moment tells nothing.
  if (told === null || !isMoment(told.resetsAt)) return known;
  if (known === null) return told;
  const ahead = ofWindowAhead(told, known, now);
  if (ahead !== null) return ahead;
  if (isOlder(told, known, now)) return known;
  const isSame = told.usedPercent === known.usedPercent && told.resetsAt === known.resetsAt;
  return isSame && !isLater(told, known) ? known : told;
}

/** Whether the window was given back since: what was told of it says nothing any more. @param now epoch milliseconds */
export function isOver({ resetsAt }: WindowUsage, now: number): boolean {
  return resetsAt <= now;
}

/** Which of the two is the newer, by what can happen to a window that lies ahead; null = that does not tell. */
function ofWindowAhead(told: WindowUsage, known: WindowUsage, now: number): WindowUsage | null {
  if (isOver(known, now) || known.resetsAt > now + LONGEST_MS) return null;
  const laterMs = told.resetsAt - known.resetsAt;
  if (Math.abs(laterMs) > SAME_WINDOW_MS) return laterMs > 0 ? told : known;
  if (told.usedPercent === known.usedPercent) return null;
  return told.usedPercent > known.usedPercent ? told : known;
}

function isOlder({ toldAt }: WindowUsage, known: WindowUsage, now: number): boolean {
  if (toldAt === null || known.toldAt === null) return false;
  return toldAt < known.toldAt && known.toldAt <= now;
}

function isLater({ toldAt }: WindowUsage, known: WindowUsage): boolean {
  if (toldAt === null || known.toldAt === null) return toldAt !== null;
  return Math.abs(toldAt - known.toldAt) >= AGES_MS;
}
