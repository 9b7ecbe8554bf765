import type { Kysely } from 'kysely';
import type { HistoryEntry } from '../../machines/ports.ts';
import type { Engine } from './engine.ts';
import { historyOfRow } from './history-row.ts';
import { keepNewest } from './keep-newest.ts';
import type { Schema } from './schema.ts';

/** Per task: a person reads the newest ones, and a task that is given back for ever must not fill the disk. */
const HISTORY_KEPT = 500;

export type TaskHappening =
  | 'accepted'
  | 'dispatched'
  | 'confirmed'
  | 'completed'
  | 'requeued'
  | 'died'
  | 'cancel_requested'
  | 'cancelled'
  | 'retried';

/** Writes a line of the task's history, in the transaction in which it happens. */
export async function noteHappening(
  tx: Kysely<Schema>,
  { now }: Engine,
  task: string,
  event: TaskHappening,
  facts: HistoryEntry['facts'] = {},
): Promise<void> {
  const row = { task, at: now, event, facts: JSON.stringify(facts) };
  await tx.insertInto('task_history').values(row).execute();
  // Whatever happens again and again comes by here.
  if (event === 'dispatched') await keepNewest(tx, 'task_history', { task }, HISTORY_KEPT);
}

/** The whole history of a task as it is kept, newest last. */
export async function historyOf(
  db: Kysely<Schema>,
  task: string,
): Promise<readonly HistoryEntry[]> {
  const rows = await db
    .selectFrom('task_history')
    .select(['at', 'event', 'facts'])
    .where('task', '=', task)
    .orderBy('id')
    .execute();
  return rows.map(historyOfRow);
}
