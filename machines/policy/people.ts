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

/** Epoch milliseconds at which a person who does nothing more will be away; null when time alone does not tell. */
export function awayAt({
  lastActiveAt,
  hasDraft,
}: Pick<Presence, 'lastActiveAt' | 'hasDraft'>): number | null {
  return lastActiveAt === null || hasDraft ? null : lastActiveAt + PERSON_MS;
}
