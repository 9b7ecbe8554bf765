import { type Kysely, sql } from 'kysely';
import { FailoverError } from '../../config/errors.ts';
import type { Schema } from './schema.ts';
import { inState } from './task-holder.ts';

/** Whether a task (of the statement around it) depends on one that is not done. */
const waits = sql<boolean>`exists (
  select 1 from task_dependency join task as needed on needed.id = task_dependency.needs
  where task_dependency.task = task.id and needed.state <> 'done')`;

/** Rejects with `NOT_FOUND` unless every one of these tasks is known. */
export async function refuseUnknown(tx: Kysely<Schema>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const known = await tx.selectFrom('task').select('id').where('id', 'in', ids).execute();
  const unknown = ids.filter((id) => !known.some((task) => task.id === id));
  if (unknown.length === 0) return;
  const [id = ''] = unknown;
  throw new FailoverError('NOT_FOUND', `no task ${unknown.join(', ')} to depend on`, { task: id });
}

export async function addDependencies(
  tx: Kysely<Schema>,
  task: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .insertInto('task_dependency')
    .values(ids.map((needs) => ({ task, needs })))
    .execute();
}

/**
 * Blocks a queued task while one that it depends on is not done. Call it in the transaction that has
 * queued it.
 */
export async function blockIfWaiting(tx: Kysely<Schema>, task: string): Promise<void> {
  await tx
    .updateTable('task')
    .set({ state: 'blocked' })
    .where('id', '=', task)
    .where('state', '=', inState('queued'))
    .where(waits)
    .execute();
}

/** Queues the tasks that waited for this one, which is done now, and for nothing else. */
export async function queueDependents(tx: Kysely<Schema>, done: string): Promise<void> {
  const dependents = await tx
    .selectFrom('task_dependency')
    .select('task')
    .where('needs', '=', done)
    .execute();
  if (dependents.length === 0) return;
  const ids = dependents.map(({ task }) => task);
  await tx
    .updateTable('task')
    .set({ state: 'queued' })
    .where('id', 'in', ids)
    .where('state', '=', inState('blocked'))
    .where(sql<boolean>`not ${waits}`)
    .execute();
}
