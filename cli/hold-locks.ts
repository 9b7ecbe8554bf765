import { FailoverError } from '../config/errors.ts';
import type { Config } from '../config/types.ts';
import { lockPool } from '../supervisor/compose.ts';
import type { Log } from './daemon-voice.ts';

export interface LockRequest {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  readonly uid: number;
  readonly waitLockMs: number;
  readonly log: Log;
}

type Locks = Awaited<ReturnType<typeof lockPool>>;
/** The locks of a pool, as long as its daemon lives. */
export type Held = Extract<Locks, { ok: true }>;
type Refused = Extract<Locks, { ok: false }>;

/** Locks the pool's range. Throws `LOCK_HELD`, naming the daemon that has it. */
export async function holdLocks(request: LockRequest): Promise<Held> {
  const locks = await lockPool(request.config, { ...request, waitMs: request.waitLockMs });
  if (locks.ok) return locks;
  throw new FailoverError('LOCK_HELD', heldBy(locks), { holder: locks.holder?.pid ?? null });
}

function heldBy({ index, session, holder }: Refused): string {
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
  locks: Held,
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
