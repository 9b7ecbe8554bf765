import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HolderFacts } from '../../machines/doctor-facts.ts';
import type { ProcessPort } from '../../machines/ports.ts';
import { claimsOf, type Slots } from '../lock/claim.ts';
import { type LockPlace, lockPathOf } from '../lock/lock-file.ts';
import { readRecord } from '../lock/record.ts';

/**
 * Who holds slots of a range, by what they have written into the lock file: each living process
 * once. Nothing is locked for it, as that could make a daemon that starts just now give up.
 */
export function lockHolders(
  request: LockPlace & Slots,
  isAlive: ProcessPort['isAlive'],
): readonly HolderFacts[] {
  const fd = openExisting(request);
  if (fd === null) return [];
  try {
    const records = claimsOf(request).flatMap((claim) => readRecord(fd, claim) ?? []);
    const living = records.filter(isAlive).map(({ pid, startIndex, max }) => ({
      pid,
      startIndex,
      max,
    }));
    return [...new Map(living.map((holder) => [holder.pid, holder])).values()];
  } finally {
    closeSync(fd);
  }
}

function openExisting(place: LockPlace): number | null {
  // The lock's path is asked for only then: to name it makes the directory.
  if (!existsSync(dirname(place.socketPath))) return null;
  const path = lockPathOf(place);
  return existsSync(path) ? openSync(path, 'r') : null;
}
