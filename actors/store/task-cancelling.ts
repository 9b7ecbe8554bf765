import type { Kysely } from 'kysely';
import { FailoverError } from '../../config/errors.ts';
import type { TaskBook } from '../../machines/tasks.ts';
import type { Schema } from './schema.ts';
import type { OpenShelf } from './shelf.ts';
import { blockIfWaiting } from './task-dependencies.ts';
import { noteHappening } from './task-history.ts';
import { inState } from './task-holder.ts';

/** Ending tasks by a person's wish, and beginning them again: `cancel` and `retry` of the port. */
export function cancellingOn({ engine, write }: OpenShelf): Pick<TaskBook, 'cancel' | 'retry'> {
  return {
    cancel: (id) =>
      write(async (tx) => {
        const { state, cancel_requested, session } = await taskNamed(tx, id);
        if (state === 'running' && cancel_requested === 0) {
          await change(tx, id).set({ cancel_requested: 1 }).execute();
          await noteHappening(tx, engine, id, 'cancel_requested', { session });
          return 'requested';
        }
        if (state !== 'queued' && state !== 'blocked') return 'already';
        await change(tx, id).set({ state: 'cancelled', ended_at: engine.now }).execute();
        await noteHappening(tx, engine, id, 'cancelled');
        return 'cancelled';
      }),

    retry: (id) =>
      write(async (tx) => {
        const { state } = await taskNamed(tx, id);
        const again = { start_at: engine.now, not_before: null };
        if (state === 'dead' || state === 'cancelled') {
          await change(tx, id)
            .set({ ...again, ...A_CLEAN_COUNT, state: 'queued', ended_at: null })
            .execute();
          await blockIfWaiting(tx, id);
        } else {
          const waiting = change(tx, id)
            .set(again)
            .where('state', '=', inState('queued'))
            .where('start_at', '>', engine.now);
          if ((await waiting.executeTakeFirst()).numUpdatedRows === 0n) return false;
        }
        await noteHappening(tx, engine, id, 'retried');
        return true;
      }),
  };
}

const A_CLEAN_COUNT = { attempts: 0, undelivered: 0, cancel_requested: 0 };

async function taskNamed(tx: Kysely<Schema>, id: string) {
  const task = await tx
    .selectFrom('task')
    .select(['state', 'cancel_requested', 'session'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (task === undefined) throw new FailoverError('NOT_FOUND', `no task ${id}`, { task: id });
  return task;
}

function change(tx: Kysely<Schema>, id: string) {
  return tx.updateTable('task').where('id', '=', id);
}
