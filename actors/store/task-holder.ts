import { type ExpressionBuilder, type Kysely, sql } from 'kysely';
import type { Lease, TaskState } from '../../machines/tasks.ts';
import type { Schema } from './schema.ts';

/**
 * A state as the partial indexes spell it: as a word of the statement, not as a parameter, since a
 * planner may use such an index only when it sees the word.
 */
export function inState<State extends TaskState>(state: State) {
  return sql.lit(state);
}

/** `counted` of a task whose attempt was counted for an earlier agent, and that no other one has taken yet. */
export const COUNTED_BEFORE = 2;

/** Whether a task is still held under this lease. */
export function isHeldUnder({ id, fence }: Lease) {
  return (task: ExpressionBuilder<Schema, 'task'>) =>
    task.and([
      task('task.id', '=', id),
      task('task.fence', '=', fence),
      task('task.state', '=', inState('running')),
    ]);
}

/**
 * The session is about to be given another agent: that one has not taken the prompt of the task that
 * the session holds, if it holds one. So the next confirmation is another delivery, not the same
 * one told twice.
 */
export async function awaitConfirmation(
  tx: Kysely<Schema>,
  { scope, session }: { readonly scope: string; readonly session: string },
): Promise<void> {
  await tx
    .updateTable('task')
    .set({
      confirmed: 0,
      counted: sql<number>`case counted when 1 then ${COUNTED_BEFORE} else counted end`,
    })
    .where('scope', '=', scope)
    .where('session', '=', session)
    .where('state', '=', inState('running'))
    .execute();
}
