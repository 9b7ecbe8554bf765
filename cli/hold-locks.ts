import { FailoverError } from '../config/errors.ts';
import { type Slot, slotsOf } from '../config/slots.ts';
import type { Config } from '../config/types.ts';
import { type HeldLocks, lockSlots, type RefusedLocks } from '../supervisor/compose.ts';
import { slotRuns } from '../supervisor/slot-runs.ts';
import type { Log } from './daemon-voice.ts';

export interface LockRequest {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  readonly uid: number;
  readonly waitLockMs: number;
  readonly log: Log;
}

/** The locks of a pool, as long as its daemon lives. */
export interface Held {
  /** False when another daemon could get in: the lock file was removed or replaced. */
  stillHeld(): boolean;
  /** Locks these places, too: all of them, or none. Throws `LOCK_HELD`, naming the daemon that has one. */
  add(slots: readonly Slot[], config: Config): Promise<void>;
  /** Another daemon may have these places from now on. */
  letGo(slots: readonly Slot[]): void;
  /** The range is another one now: whoever is refused is told so. */
  tellRange(config: Config): void;
  release(): void;
}

/** Locks the pool's range. Throws `LOCK_HELD`, naming the daemon that has it. */
export async function holdLocks(request: LockRequest): Promise<Held> {
  const { config } = request;
  const held = await lockAll(request, { slots: slotsOf(config), config });
  return {
    stillHeld: () => held.every((locks) => locks.stillHeld()),
    add: async (slots, next) => {
      held.push(...(await lockAll({ ...request, waitLockMs: 0 }, { slots, config: next })));
    },
    letGo: (slots) => {
      for (const run of slotRuns(slots)) for (const locks of held) locks.letGo(run);
    },
    tellRange: (next) => {
      for (const run of slotRuns(slotsOf(next))) held[0]?.tell(run, next.pool.autonomous);
    },
    release: () => {
      for (const locks of held) locks.release();
    },
  };
}

interface Wanted {
  readonly slots: readonly Slot[];
  /** Which tmux server, and of which range they are part. */
  readonly config: Config;
}

async function lockAll(
  { env, uid, waitLockMs: waitMs }: LockRequest,
  { slots, config }: Wanted,
): Promise<HeldLocks[]> {
  const held: HeldLocks[] = [];
  try {
    for (const run of slotRuns(slots)) {
      const range = config.pool.autonomous;
      const locks = await lockSlots(config, run, { env, uid, waitMs, range });
      if (!locks.ok) throw lockHeld(locks);
      held.push(locks);
    }
    return held;
  } catch (error) {
    for (const one of held) one.release();
    throw error;
  }
}

function lockHeld(locks: RefusedLocks): FailoverError {
  return new FailoverError('LOCK_HELD', heldBy(locks), { holder: locks.holder?.pid ?? null });
}

function heldBy({ index, session, holder }: RefusedLocks): string {
  const what = index === null ? `the session ${session}` : `index ${index}`;
  if (holder === null) return `another daemon holds ${what} on this tmux server`;
  const last = holder.startIndex + holder.max - 1;
  return `the daemon with pid ${holder.pid} holds ${what}: its range is ${holder.startIndex} to ${last}. Nothing was changed; stop it, or give this one another range.`;
}

/**
 * A cleaner of /tmp that removes the lock file would let a second daemon in unseen: it is logged, once.
 * Returns what ends the watch.
 */
export function watchLocks(
  locks: Pick<Held, 'stillHeld'>,
  { config, log }: Pick<LockRequest, 'config' | 'log'>,
): () => void {
  let isTold = false;
  const timer = setInterval(() => {
    if (isTold || locks.stillHeld()) return;
    isTold = true;
    const reason =
      'the lock file beside the tmux socket was removed: restart the daemon to lock its range again';
    log({ event: 'daemon.error', reason, error: null });
  }, config.reconcile.intervalMs);
  return () => clearInterval(timer);
}
