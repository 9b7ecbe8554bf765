/**
 * How long an account is left alone at a limit of which nobody knows the end. Only a turn shows whether it is
 * over, and each such turn ends badly for its session: so it is tried soon at first, and ever more seldom.
 */

const MINUTE_MS = 60_000;
const FIRST_MS = 5 * MINUTE_MS;
const LONGEST_MS = 120 * MINUTE_MS;

/** What is known of an account that is at such a limit again. */
export interface Probed {
  /** Limits without an end that it has reached in a row. */
  readonly probes: number;
  /** When its last limit was over, epoch milliseconds; null = it had none. */
  readonly recoveredAt: number | null;
  readonly cooldownMs: number;
}

/** How long it waits (milliseconds) after so many limits in a row that named no end either: 5, 10, 20 … 120 minutes. */
export function probeWaitMs(probes: number): number {
  return Math.min(FIRST_MS * 2 ** probes, LONGEST_MS);
}

/**
 * How many limits without an end came right before one that was reached at `at`. Free for the cooldown, and
 * never less than the first wait, it was well. What was recorded before it was free is the last of them, told late.
 */
export function probesBefore(at: number, { probes, recoveredAt, cooldownMs }: Probed): number {
  if (recoveredAt === null) return 0;
  if (at < recoveredAt) return probesWhileHeld(probes);
  return at < recoveredAt + Math.max(cooldownMs, FIRST_MS) ? probes : 0;
}

/** How many came before the one that holds, which counts itself. */
export function probesWhileHeld(probes: number): number {
  return Math.max(0, probes - 1);
}
