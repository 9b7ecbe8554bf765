import { createHash } from 'node:crypto';

/** The place of one slot in the lock file: the bytes that are locked, and where its holder is written. */
export interface Claim {
  readonly index: number | null;
  /** The dedicated session's name; null for an index. */
  readonly session: string | null;
  /** Says in the record which slot it is about. */
  readonly label: string;
  readonly lockOffset: number;
  readonly lockLength: number;
  readonly recordOffset: number;
}

export const RECORD_BYTES = 64;

/** Behind the record of the highest index there can be (start_index 9999 and max 1000). */
const NAMES_OFFSET = 16_384 * RECORD_BYTES;
const NAME_RECORDS = 1_024;

/** Bytes may be locked where no file could ever be: 48 bits of a name's hash get one each. */
const NAME_LOCKS_OFFSET = 2 ** 50;

export interface Slots {
  readonly startIndex: number;
  readonly max: number;
  /** Names of the dedicated sessions. */
  readonly dedicated: readonly string[];
}

/** Lowest index first, so that of several who want the same slots one always gets all of them. */
export function claimsOf({ startIndex, max, dedicated }: Slots): readonly Claim[] {
  const indexes = Array.from({ length: max }, (_, i) => claimOfIndex(startIndex + i));
  return [...indexes, ...[...dedicated].sort().map(claimOfName)];
}

function claimOfIndex(index: number): Claim {
  const offset = index * RECORD_BYTES;
  return {
    index,
    session: null,
    label: String(index),
    lockOffset: offset,
    lockLength: RECORD_BYTES,
    recordOffset: offset,
  };
}

/**
 * A dedicated session has no index, so the hash of its name decides. The lock is exact for all that
 * matters (two names share one of 2^48 bytes); two names may share a record, whose label then tells
 * that it is about another one.
 */
function claimOfName(session: string): Claim {
  const hash = createHash('sha256').update(session).digest().readUIntBE(0, 6);
  return {
    index: null,
    session,
    label: hash.toString(16),
    lockOffset: NAME_LOCKS_OFFSET + hash,
    lockLength: 1,
    recordOffset: NAMES_OFFSET + (hash % NAME_RECORDS) * RECORD_BYTES,
  };
}
