import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Engine } from './engine.ts';
import type { TaskLimits } from './shelf.ts';
import { longestWaitMs } from './task-outcome.ts';

/*
 * Times of tasks are the database's wall clock, which may be set. Set forward, waits end early, which harms
 * nobody. Set back, they would last longer by as much: whatever lies further ahead than anybody would have
 * written is a time of the clock before, and over.
 */

/** No config allows a longer lease. */
const LONGEST_LEASE_MS = 3_600_000;

/** Whether a queued task may be started now; only what a person has named is waited for however long it takes. */
export function isDue(
  { now }: Pick<Engine, 'now'>,
  limits: Pick<TaskLimits, 'retryBackoffMs'>,
): RawBuilder<SqlBool> {
  const latest = sql`${now} + ${longestWaitMs(limits)}`;
  return sql`(task.start_at <= ${now} or (task.start_at > ${latest}
    and (task.not_before is null or task.start_at <> task.not_before)))`;
}

/** Whether nobody has renewed the lease of a task in time. */
export function isExpired({ now }: Pick<Engine, 'now'>): RawBuilder<SqlBool> {
  return sql`(task.lease_until <= ${now} or task.lease_until > ${now} + ${LONGEST_LEASE_MS})`;
}
