/**
 * When the whole pool is given up for the time being: too many of its agents have ended within the
 * restart window, whichever sessions they were in. Recreating more would make nothing better.
 */
import type { CrashFact, DeathCause } from '../ports.ts';

/** The end of one agent, as far as the pool counts it. */
export interface PoolCrash {
  readonly session: string;
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly cause: DeathCause['kind'];
}

/** A recorded crash as the pool counts it. */
export function poolCrash(session: string, { monotonicMs: at, cause }: CrashFact): PoolCrash {
  return { session, at, cause: cause.kind };
}

/** What counts, oldest first. */
export type PoolWindow = readonly PoolCrash[];

export interface PoolTolerance {
  readonly poolIntensity: number;
  readonly periodMs: number;
}

/** A tmux server that is lost takes all its sessions with it, which are told of one after the other. */
const SAME_LOSS_MS = 5000;

/**
 * The window with one more crash in it. Sessions that were lost with their tmux server count once for the
 * pool: it is one thing that went wrong, however many sessions there are.
 */
export function withCrash(
  window: PoolWindow,
  crash: PoolCrash,
  { periodMs }: Pick<PoolTolerance, 'periodMs'>,
): PoolWindow {
  const recent = window.filter(({ at }) => at > crash.at - periodMs);
  return recent.some((known) => isSameLoss(known, crash)) ? recent : [...recent, crash];
}

function isSameLoss(known: PoolCrash, { cause, at }: PoolCrash): boolean {
  return known.cause === 'server_lost' && cause === known.cause && at - known.at < SAME_LOSS_MS;
}

/**
 * What counts for a pool at `nowMs` (monotonic) of the crashes that are remembered, in whatever order: those of the
 * last period. If one of these was one too many, what counted then counts on: the pool escalated within the period.
 */
export function poolWindow(
  crashes: readonly PoolCrash[],
  tolerance: PoolTolerance,
  nowMs: number,
): PoolWindow {
  const since = nowMs - tolerance.periodMs;
  let window: PoolWindow = [];
  let tooMuch: PoolWindow | null = null;
  // From the first one on: what is too old to count may be the loss that a later one is part of.
  for (const crash of crashes.toSorted((one, other) => one.at - other.at)) {
    window = withCrash(window, crash, tolerance);
    if (crash.at > since && isTooMuch(window, tolerance)) tooMuch = window;
  }
  return tooMuch ?? window.filter(({ at }) => at > since);
}

/** More have ended than the pool may recreate. */
export function isTooMuch(
  window: PoolWindow,
  { poolIntensity }: Pick<PoolTolerance, 'poolIntensity'>,
): boolean {
  return window.length > poolIntensity;
}

/** Why the pool has escalated, for a person. */
export function describeEscalation(window: PoolWindow, { periodMs }: PoolTolerance): string {
  const sessions = new Set(window.map(({ session }) => session)).size;
  const where = sessions === 1 ? 'one session' : `${sessions} sessions`;
  return `${window.length} crashes within ${periodMs / 1000} s, in ${where}`;
}
