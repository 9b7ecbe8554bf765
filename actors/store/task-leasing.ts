import { type Kysely, sql } from 'kysely';
import type { TaskStore } from '../../machines/tasks.ts';
import type { Schema } from './schema.ts';
import type { TaskShelf } from './shelf.ts';
import { noteHappening } from './task-history.ts';
import { inState } from './task-holder.ts';
import { HELD_COLUMNS, heldOfRow } from './task-row.ts';
import { isDue } from './task-times.ts';

/** Taking a task and keeping it: `claim`, `held` and `renew` of the port. */
export function leasingOn(shelf: TaskShelf): Pick<TaskStore, 'claim' | 'held' | 'renew'> {
  const { engine, scope, write } = shelf;
  return {
    claim: (id, session) =>
      write(async (tx) => {
        const row = await take(tx, shelf, { id, session });
        if (row === undefined) return null;
        await noteHappening(tx, engine, id, 'dispatched', { session });
        return heldOfRow(row);
      }),

    held: async () => {
      const rows = await engine.db
        .selectFrom('task')
        .select([...HELD_COLUMNS, 'session'])
        .where('scope', '=', scope)
        .where('state', '=', inState('running'))
        .execute();
      return new Map(rows.map((row) => [row.session ?? '', heldOfRow(row)]));
    },

    renew: async (sessions) => {
      if (sessions.length === 0) return [];
      const rows = await write((tx) =>
        tx
          .updateTable('task')
          .set({ lease_until: leaseEnd(shelf) })
          .where('scope', '=', scope)
          .where('session', 'in', sessions)
          .where('state', '=', inState('running'))
          .returning(['id', 'fence', 'cancel_requested'])
          .execute(),
      );
      const toEnd = rows.filter(({ cancel_requested }) => cancel_requested === 1);
      return toEnd.map(({ id, fence }) => ({ id, fence }));
    },
  };
}

/** One statement decides: nothing can come between the look and the claim. */
function take(
  tx: Kysely<Schema>,
  shelf: TaskShelf,
  { id, session }: { readonly id: string; readonly session: string },
) {
  const { engine, scope, limits } = shelf;
  return tx
    .updateTable('task')
    .set((task) => ({
      ...{ state: 'running' as const, scope, session, confirmed: 0, counted: 0 },
      fence: task('fence', '+', 1),
      lease_until: leaseEnd(shelf),
    }))
    .where('id', '=', id)
    .where('state', '=', inState('queued'))
    .where(isDue(engine, limits))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('task as other')
            .select('other.id')
            .where('other.scope', '=', scope)
            .where('other.session', '=', session)
            .where('other.state', '=', inState('running')),
        ),
      ),
    )
    .returning(HELD_COLUMNS)
    .executeTakeFirst();
}

function leaseEnd({ engine, limits }: TaskShelf) {
  return sql<number>`${engine.now} + ${limits.leaseMs}`;
}
