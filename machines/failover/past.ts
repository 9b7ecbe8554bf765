import type { FailoverFacts, PastFailover } from '../failovers.ts';

/** What is known of a session's past failovers, by the names of sessions. */
export type PastFailovers = ReadonlyMap<string, PastFailover>;

/** What is known after the facts of a failover: the same, unless it has ended. */
export function pastAfter(past: PastFailovers, facts: FailoverFacts): PastFailovers {
  const { session, step, from, to, endedAt } = facts;
  if (endedAt === null) return past;
  const hasMoved = step === 'completed' && to !== from;
  const movedAt = hasMoved ? endedAt : (past.get(session)?.movedAt ?? null);
  return new Map(past).set(session, { endedAt, movedAt });
}
