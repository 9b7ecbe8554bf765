import type { FactStore } from '../../machines/ports.ts';
import { crashOfRow, rowOfCrash } from './crash-row.ts';
import { keepNewest } from './keep-newest.ts';
import type { FactShelf } from './shelf.ts';

/** Per session: enough for any restart window, bounded for the disk. */
const CRASHES_KEPT = 1_000;

/** The crashes of sessions: `addCrash`, `crashes` and `clearCrashes` of the port. */
export function crashesOn({
  engine,
  scope,
  write,
}: FactShelf): Pick<FactStore, 'addCrash' | 'crashes' | 'clearCrashes'> {
  return {
    addCrash: (session, crash) =>
      write(async (tx) => {
        await tx.insertInto('crash').values(rowOfCrash({ scope, session }, crash)).execute();
        await keepNewest(tx, 'crash', { scope, session }, CRASHES_KEPT);
      }),

    crashes: async (session) => {
      const rows = await engine.db
        .selectFrom('crash')
        .selectAll()
        .where('scope', '=', scope)
        .where('session', '=', session)
        .where('cleared', '=', 0)
        .orderBy('id')
        .execute();
      return rows.map(crashOfRow);
    },

    clearCrashes: (session) =>
      write((tx) =>
        tx
          .updateTable('crash')
          .set({ cleared: 1 })
          .where('scope', '=', scope)
          .where('session', '=', session)
          .execute(),
      ),
  };
}
