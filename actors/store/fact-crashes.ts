import type { FactStore } from '../../machines/ports.ts';
import { crashOfRow, rowOfCrash } from './crash-row.ts';
import { keepNewest } from './keep-newest.ts';
import type { FactShelf } from './shelf.ts';

/** Per session: enough for any restart window, bounded for the disk. */
const CRASHES_KEPT = 1_000;

type Crashes = Pick<
  FactStore,
  'addCrash' | 'crashes' | 'poolCrashes' | 'clearCrashes' | 'clearPoolCrashes'
>;

/** The crashes of sessions, and which of them count: for the session, and for the pool. */
export function crashesOn({ engine, scope, write }: FactShelf): Crashes {
  const counting = async (session: string, column: 'cleared' | 'pool_cleared') => {
    const rows = await engine.db
      .selectFrom('crash')
      .selectAll()
      .where('scope', '=', scope)
      .where('session', '=', session)
      .where(column, '=', 0)
      .orderBy('id')
      .execute();
    return rows.map(crashOfRow);
  };
  return {
    addCrash: (session, crash) =>
      write(async (tx) => {
        await tx.insertInto('crash').values(rowOfCrash({ scope, session }, crash)).execute();
        await keepNewest(tx, 'crash', { scope, session }, CRASHES_KEPT);
      }),

    crashes: (session) => counting(session, 'cleared'),

    poolCrashes: (session) => counting(session, 'pool_cleared'),

    clearCrashes: (session) =>
      write((tx) =>
        tx
          .updateTable('crash')
          .set({ cleared: 1 })
          .where('scope', '=', scope)
          .where('session', '=', session)
          .execute(),
      ),

    clearPoolCrashes: (sessions) =>
      write(async (tx) => {
        for (const session of sessions) {
          await tx
            .updateTable('crash')
            .set({ pool_cleared: 1 })
            .where('scope', '=', scope)
            .where('session', '=', session)
            .where('pool_cleared', '=', 0)
            .execute();
        }
      }),
  };
}
