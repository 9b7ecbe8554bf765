import { closeSync, futimesSync } from 'node:fs';
import { tryLock, unlock } from 'fs-native-extensions';
import type { ProcessIdentity, ProcessPort } from '../../machines/ports.ts';
import { type Claim, claimsOf, type Slots } from './claim.ts';
import { isAt, type LockPlace, lockFailed, lockPathOf, openLockFile } from './lock-file.ts';
import { type Holder, readRecord, writeRecord } from './record.ts';

export interface LockRequest extends LockPlace, Slots {
  /** The whole range of this process, where these are only some of it. */
  readonly range?: Range;
  /** How long to ask again while another daemon holds a slot; 0 = ask once. */
  readonly waitMs: number;
  /** This process, written into the lock for those it refuses. */
  readonly self: ProcessIdentity;
  readonly isAlive: ProcessPort['isAlive'];
  /** Any monotonic clock: a clock that is set must not lengthen the wait. */
  monotonicMs(): number;
  sleep(ms: number): Promise<void>;
}

/** The indexes of a pool, as whoever is refused is told of them. */
export type Range = Pick<Slots, 'startIndex' | 'max'>;

export interface HeldLocks {
  readonly ok: true;
  /**
   * False when the file was removed or replaced meanwhile, so that another daemon could get in: ask
   * for the locks again, then release these. Also keeps the file young for cleaners of /tmp.
   */
  stillHeld(): boolean;
  /** The range has changed: whoever is refused one of these slots, which are among those held, is told so. */
  tell(slots: Slots, range: Range): void;
  /** Others may have these from now on; nothing comes of it for those that are not held. */
  letGo(slots: Slots): void;
  release(): void;
}

/** The first slot that another daemon holds: an index, or a dedicated session. */
export interface RefusedLocks {
  readonly ok: false;
  readonly index: number | null;
  readonly session: string | null;
  /** null when it cannot be told, e.g. a process of another pid namespace. */
  readonly holder: Holder | null;
}

const RETRY_MS = 250;
/** A holder writes its record right after it got the lock; to be in between is rare and short. */
const RECORD_TRIES = 3;
const RECORD_RETRY_MS = 20;

/**
 * Locks every slot on this tmux server, or none. The kernel holds the locks: they end with this
 * process however it ends, so none is ever stale, and they are not inherited by its children.
 *
 * @throws FailoverError `TMUX_SOCKET_UNSAFE`, `LOCK_FAILED` (the lock file cannot be used).
 */
export async function acquireLocks(request: LockRequest): Promise<HeldLocks | RefusedLocks> {
  const deadline = request.monotonicMs() + request.waitMs;
  for (;;) {
    const outcome = await tryOnce(request);
    const remainingMs = deadline - request.monotonicMs();
    if (outcome.ok || remainingMs <= 0) return outcome;
    await request.sleep(Math.min(RETRY_MS, remainingMs));
  }
}

async function tryOnce(request: LockRequest): Promise<HeldLocks | RefusedLocks> {
  const path = lockPathOf(request);
  const fd = openLockFile(path, request.uid);
  try {
    const refused = takeAll(fd, request);
    if (refused !== undefined) {
      const answer = await refusal(fd, refused, request);
      // Whoever has only asked for its holder (slot-question.ts) has let go of it meanwhile.
      if (answer.holder !== null || takeAll(fd, request) !== undefined) {
        closeSync(fd);
        return answer;
      }
    }
  } catch (error) {
    closeSync(fd);
    throw lockFailed(path, error);
  }
  if (isAt(path, fd)) return held(path, fd, request);
  // Removed between opening and locking: whoever comes next would lock another file.
  closeSync(fd);
  return tryOnce(request);
}

/** Gives the first slot that another one holds; then those before it are ours until they are unlocked. */
function takeAll(fd: number, request: LockRequest): Claim | undefined {
  return claimsOf(request).find((claim) => !take(fd, claim, request));
}

function take(fd: number, claim: Claim, request: LockRequest): boolean {
  if (!tryLock(fd, claim.lockOffset, claim.lockLength)) return false;
  const { self, range: { startIndex, max } = request } = request;
  writeRecord(fd, claim, { ...self, startIndex, max });
  return true;
}

function held(path: string, fd: number, { self }: Pick<LockRequest, 'self'>): HeldLocks {
  let open = true;
  return {
    ok: true,
    stillHeld() {
      if (!open || !isAt(path, fd)) return false;
      const now = new Date();
      futimesSync(fd, now, now);
      return true;
    },
    tell(slots, { startIndex, max }) {
      if (!open) return;
      for (const claim of claimsOf(slots)) writeRecord(fd, claim, { ...self, startIndex, max });
    },
    letGo(slots) {
      if (!open) return;
      for (const { lockOffset, lockLength } of claimsOf(slots)) unlock(fd, lockOffset, lockLength);
    },
    release() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

async function refusal(fd: number, claim: Claim, request: LockRequest): Promise<RefusedLocks> {
  // Those taken so far must not refuse anybody while we look.
  unlock(fd, 0, 0);
  const holder = await holderOf(fd, claim, request);
  return { ok: false, index: claim.index, session: claim.session, holder };
}

/** A record outlives its writer: it counts only while that very process lives. */
async function holderOf(
  fd: number,
  claim: Claim,
  { isAlive, sleep }: LockRequest,
): Promise<Holder | null> {
  for (let tries = 0; tries < RECORD_TRIES; tries++) {
    const record = readRecord(fd, claim);
    if (record !== null && isAlive(record)) {
      const { pid, startIndex, max } = record;
      return { pid, startIndex, max };
    }
    await sleep(RECORD_RETRY_MS);
  }
  return null;
}
