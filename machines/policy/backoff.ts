/** Exponential back-off with jitter and a cap; lengths in milliseconds. */
export interface BackoffPolicy {
  readonly backoffInitialMs: number;
  readonly backoffFactor: number;
  readonly backoffMaxMs: number;
}

/**
 * How long to wait before restart number `attempt` (1 = first) of an unstable run: half of the
 * exponential ceiling is certain, half is chance ("equal jitter"), so that fifty sessions that
 * died together neither return together nor hammer at once.
 *
 * @param random a number in [0, 1)
 * @returns whole milliseconds, at most `backoffMaxMs`
 */
export function backoffMs(attempt: number, policy: BackoffPolicy, random: number): number {
  const growth = policy.backoffFactor ** Math.max(0, attempt - 1);
  // An exponent of hundreds overflows to Infinity; the cap absorbs it.
  const ceiling = Math.min(policy.backoffMaxMs, policy.backoffInitialMs * growth);
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
