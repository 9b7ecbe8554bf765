import { type Kysely, sql, type UpdateObject } from 'kysely';
import type { Lease } from '../../machines/tasks.ts';
import type { Engine } from './engine.ts';
import type { Schema } from './schema.ts';
import { noteHappening } from './task-history.ts';
import { isHeldUnder } from './task-holder.ts';
import type { GivenBack, Outcome } from './task-outcome.ts';

/**
 * Takes a task out of the hands of its session, and does with it what `decide` says; null when the
 * lease was lost. One that a person has asked to end is not started again: it is cancelled.
 */
export async function giveBack(
  tx: Kysely<Schema>,
  engine: Engine,
  lease: Lease,
  decide: (task: GivenBack) => Outcome,
): Promise<'queued' | 'dead' | 'cancelled' | null> {
  const task = await tx
    .selectFrom('task')
    .select(['session', 'attempts', 'counted', 'undelivered', 'error', 'cancel_requested'])
    .where(isHeldUnder(lease))
    .executeTakeFirst();
  if (task === undefined) return null;
  if (task.cancel_requested === 1) {
    await endCancelled(tx, engine, lease.id, task);
    return 'cancelled';
  }
  const { waitMs, reason, counts } = decide(task);
  const facts = { session: task.session, attempt: task.attempts, reason };
  if (waitMs === null) {
    await letGo(tx, lease.id, { ...counts, state: 'dead', ended_at: engine.now });
    await noteHappening(tx, engine, lease.id, 'died', facts);
    return 'dead';
  }
  const start_at = sql<number>`${engine.now} + ${waitMs}`;
  await letGo(tx, lease.id, { ...counts, state: 'queued', start_at });
  await noteHappening(tx, engine, lease.id, 'requeued', facts);
  return 'queued';
}

/** Ends a task that a person has asked to end, and that nobody works on any more. */
export async function endCancelled(
  tx: Kysely<Schema>,
  engine: Engine,
  id: string,
  { session, attempts: attempt }: { readonly session: string | null; readonly attempts: number },
): Promise<void> {
  await letGo(tx, id, { state: 'cancelled', ended_at: engine.now });
  await noteHappening(tx, engine, id, 'cancelled', { session, attempt });
}

async function letGo(
  tx: Kysely<Schema>,
  id: string,
  changes: UpdateObject<Schema, 'task'>,
): Promise<void> {
  await tx
    .updateTable('task')
    .set({ ...changes, lease_until: null })
    .where('id', '=', id)
    .execute();
}
