import { boundedText } from './bounded-text.ts';
import type { TaskLimits } from './shelf.ts';

/** What counts of a task when it is given back. */
export interface GivenBack {
  readonly attempts: number;
  /** 1 when the delivery that ends now is in `attempts`. */
  readonly counted: number;
  readonly undelivered: number;
  readonly error: string | null;
}

/** What becomes of it. */
export interface Outcome {
  /** How long it is not started again; null = it is dead. */
  readonly waitMs: number | null;
  /** What its history says. */
  readonly reason: string;
  /** How the columns of the task go on. */
  readonly counts: Pick<GivenBack, 'attempts' | 'undelivered' | 'error'>;
}

/** A task that no client takes is nobody's fault for a while, then it is the task's. */
const UNDELIVERED_MAX = 10;
/** Grows by this with each undelivered try. */
const UNDELIVERED_WAIT_MS = 1_000;

/** No task waits for longer before it is tried again. */
export function longestWaitMs({ retryBackoffMs }: Pick<TaskLimits, 'retryBackoffMs'>): number {
  return Math.max(retryBackoffMs, UNDELIVERED_MAX * UNDELIVERED_WAIT_MS);
}

/** It failed: its attempt counts. */
export function afterFailure(
  { attempts, undelivered }: GivenBack,
  failure: { readonly error: string; readonly retryable: boolean },
  { maxAttempts, retryBackoffMs }: TaskLimits,
): Outcome {
  const error = boundedText(failure.error);
  const isDead = !failure.retryable || attempts >= maxAttempts;
  return {
    waitMs: isDead ? null : retryBackoffMs,
    reason: error,
    counts: { attempts, undelivered, error },
  };
}

/** It is given back through no fault of its own: an attempt that was counted for it is not. */
export function afterReturn(
  task: GivenBack,
  why: { readonly reason: string; readonly undelivered: boolean },
  { retryBackoffMs }: Pick<TaskLimits, 'retryBackoffMs'>,
): Outcome {
  const reason = boundedText(why.reason);
  const { error, undelivered: before } = task;
  const attempts = task.counted === 1 ? task.attempts - 1 : task.attempts;
  const counts = { attempts, undelivered: before, error };
  if (!why.undelivered) {
    // Nothing ran: it only came at a bad moment.
    const waitMs =
      task.counted === 0 ? Math.min(UNDELIVERED_WAIT_MS, retryBackoffMs) : retryBackoffMs;
    return { waitMs, reason, counts };
  }
  const undelivered = before + 1;
  if (undelivered < UNDELIVERED_MAX) {
    const waitMs = undelivered * UNDELIVERED_WAIT_MS;
    return { waitMs, reason, counts: { ...counts, undelivered } };
  }
  const verdict = `it could not be delivered, ${undelivered} times in a row; the last time: ${reason}`;
  return { waitMs: null, reason: verdict, counts: { ...counts, undelivered, error: verdict } };
}
