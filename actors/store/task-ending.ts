import { type Kysely, sql } from 'kysely';
import type { Lease, TaskStore } from '../../machines/tasks.ts';
import { boundedText } from './bounded-text.ts';
import type { Schema } from './schema.ts';
import type { TaskShelf } from './shelf.ts';
import { queueDependents } from './task-dependencies.ts';
import { endCancelled, giveBack } from './task-giving-back.ts';
import { noteHappening } from './task-history.ts';
import { COUNTED_BEFORE, isHeldUnder } from './task-holder.ts';
import { afterFailure, afterReturn } from './task-outcome.ts';

/** What becomes of a delivery: all that a session tells of the task in its hands. */
export function endingOn(
  shelf: TaskShelf,
): Pick<TaskStore, 'confirm' | 'complete' | 'fail' | 'release' | 'finishCancel'> {
  const { engine, limits, write } = shelf;
  return {
    confirm: (lease, { conversation, counts }) =>
      write(async (tx) => {
        const row = await tx
          .updateTable('task')
          .set(({ fn }) => ({
            ...{ confirmed: 1, conversation, undelivered: 0 },
            counted: counts ? 1 : sql<number>`counted = ${COUNTED_BEFORE}`,
            attempts: sql<number>`attempts + ${Number(counts)}`,
            started_at: fn.coalesce('started_at', engine.now),
          }))
          .where(isHeldUnder(lease))
          .where('confirmed', '=', 0)
          .returning(['attempts as attempt', 'session'])
          .executeTakeFirst();
        // Told twice, or the lease was lost.
        if (row === undefined) return await isHeld(tx, lease);
        await noteHappening(tx, engine, lease.id, 'confirmed', { ...row, conversation });
        return true;
      }),

    complete: (lease, result) =>
      write(async (tx) => {
        const end = {
          state: 'done',
          ended_at: engine.now,
          lease_until: null,
          error: null,
        } as const;
        const row = await tx
          .updateTable('task')
          .set({ ...end, result: boundedText(result) })
          .where(isHeldUnder(lease))
          .returning(['attempts as attempt', 'session'])
          .executeTakeFirst();
        if (row === undefined) return false;
        await queueDependents(tx, lease.id);
        await noteHappening(tx, engine, lease.id, 'completed', row);
        return true;
      }),

    fail: (lease, failure) =>
      write((tx) => giveBack(tx, engine, lease, (task) => afterFailure(task, failure, limits))),

    release: (lease, why) =>
      write((tx) => giveBack(tx, engine, lease, (task) => afterReturn(task, why, limits))),

    finishCancel: (lease) =>
      write(async (tx) => {
        const task = await tx
          .selectFrom('task')
          .select(['session', 'attempts'])
          .where(isHeldUnder(lease))
          .where('cancel_requested', '=', 1)
          .executeTakeFirst();
        if (task === undefined) return false;
        await endCancelled(tx, engine, lease.id, task);
        return true;
      }),
  };
}

async function isHeld(tx: Kysely<Schema>, lease: Lease): Promise<boolean> {
  const held = tx.selectFrom('task').select('id').where(isHeldUnder(lease));
  return (await held.executeTakeFirst()) !== undefined;
}
