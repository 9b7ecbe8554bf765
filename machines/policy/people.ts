import type { Presence } from '../ports.ts';

/** A person whose last key is younger is at work there. */
const PERSON_MS = 60_000;

/**
 * Whether a person is at work at a session: one who has just pressed a key, or who is there and has not
 * sent off what they typed. A clock that was set back must not keep one at work for ever.
 */
export function isAtWork(
  { lastActiveAt, hasDraft }: Pick<Presence, 'lastActiveAt' | 'hasDraft'>,
  now: number,
): boolean {
  return lastActiveAt !== null && (hasDraft || Math.abs(now - lastActiveAt) < PERSON_MS);
}

/** Where the agent of a person's own session cannot go on. */
export interface StandsStill {
  /** Epoch milliseconds at which its turn ended in trouble. */
  readonly since: number;
  /** Its client shows a dialog of its own, whose rows look like a line that was not sent off. */
  readonly showsDialog: boolean;
}

/**
 * Whether a person types where the agent of their own session cannot go on: a line that was not sent off stands
 * there, also while they are not attached, or they have pressed a key since, within the last minute. Whoever has
 * pressed none since waits for an answer, which comes only elsewhere.
 */
export function isTypedIn(
  { lastActiveAt, hasDraft }: Pick<Presence, 'lastActiveAt' | 'hasDraft'>,
  { since, showsDialog }: StandsStill,
  now: number,
): boolean {
  if (hasDraft && !showsDialog) return true;
  // After the clock was set back, nobody knows which was first.
  const isWaiting = lastActiveAt !== null && lastActiveAt <= since && since <= now;
  return !isWaiting && isAtWork({ lastActiveAt, hasDraft: false }, now);
}

/** Epoch milliseconds at which a person who does nothing more will be away; null when time alone does not tell. */
export function awayAt({
  lastActiveAt,
  hasDraft,
}: Pick<Presence, 'lastActiveAt' | 'hasDraft'>): number | null {
  return lastActiveAt === null || hasDraft ? null : lastActiveAt + PERSON_MS;
}
