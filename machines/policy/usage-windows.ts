import type { WindowUsage } from '../signals.ts';
import { isMoment } from './zoned-time.ts';

/** The same usage that is told again so much later is noted: how old it is matters to people, not its second. */
const AGES_MS = 60_000;

/**
 * What is known of a usage window once a client has told of it: what it told, or what was known, the same
 * object, when that is no news. Of two clients on an account the one that spoke last is believed.
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
  if (isOlder(told, known, now)) return known;
  const isSame = told.usedPercent === known.usedPercent && told.resetsAt === known.resetsAt;
  return isSame && !isLater(told, known) ? known : told;
}

/** Whether the window was given back since: what was told of it says nothing any more. @param now epoch milliseconds */
export function isOver({ resetsAt }: WindowUsage, now: number): boolean {
  return resetsAt <= now;
}

function isOlder({ toldAt }: WindowUsage, known: WindowUsage, now: number): boolean {
  if (toldAt === null || known.toldAt === null) return false;
  return toldAt < known.toldAt && known.toldAt <= now;
}

function isLater({ toldAt }: WindowUsage, known: WindowUsage): boolean {
  if (toldAt === null || known.toldAt === null) return toldAt !== null;
  return Math.abs(toldAt - known.toldAt) >= AGES_MS;
}
