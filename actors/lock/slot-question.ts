import { closeSync, constants, openSync } from 'node:fs';
import { tryLock, unlock } from 'fs-native-extensions';
import type { ProcessIdentity, ProcessPort } from '../../machines/ports.ts';
import { type Claim, claimsOf } from './claim.ts';
import { type LockPlace, lockPathOf } from './lock-file.ts';
import { readRecord } from './record.ts';

export interface SlotQuestion extends LockPlace {
  /** The name of the session, of whichever pool: its prefix need not be known. */
  readonly session: string;
  /** This process: what it holds itself is no other daemon's. */
  readonly self: ProcessIdentity;
  readonly isAlive: ProcessPort['isAlive'];
}

/** Indexes have four digits, and none is written with a zero in front. */
const INDEX_DIGITS = 5;

/**
 * Whether another daemon may supervise the session on this tmux server: whether somebody holds the
 * lock of its name, or of an index that the name may end in. Takes no slot. Also true when it cannot be told.
 */
export function isHeldByAnother(question: SlotQuestion): boolean {
  try {
    const fd = openToAsk(lockPathOf(question));
    if (fd === null) return false;
    try {
      return slotsThatMayBe(question.session).some((slot) => isHeld(fd, slot, question));
    } finally {
      closeSync(fd);
    }
  } catch {
    return true;
  }
}

/** null when no daemon of this user has ever locked anything there. */
function openToAsk(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function slotsThatMayBe(session: string): readonly Claim[] {
  const digits = /\d*$/.exec(session)?.[0].slice(-INDEX_DIGITS) ?? '';
  // A prefix may end in a digit: `pool12` is index 12 of `pool`, or index 2 of `pool1`.
  const tails = Array.from(digits, (_, at) => digits.slice(at));
  const indexes = tails.filter((tail) => tail === String(Number(tail))).map(Number);
  return [
    ...claimsOf({ startIndex: 0, max: 0, dedicated: [session] }),
    ...indexes.flatMap((startIndex) => claimsOf({ startIndex, max: 1, dedicated: [] })),
  ];
}

/**
 * By its record first, as nothing is locked for that. A record is missing for an instant, or is of a
 * process that we cannot see; then the kernel is asked, which can only be done by a lock that others
 * may share, for some microseconds: `acquireLocks` bears with that.
 */
function isHeld(fd: number, slot: Claim, { self, isAlive }: SlotQuestion): boolean {
  const holder = readRecord(fd, slot);
  if (holder?.pid === self.pid && holder.startTime === self.startTime) return false;
  if (holder !== null && isAlive(holder)) return true;
  if (!tryLock(fd, slot.lockOffset, slot.lockLength, { shared: true })) return true;
  unlock(fd, slot.lockOffset, slot.lockLength);
  return false;
}
