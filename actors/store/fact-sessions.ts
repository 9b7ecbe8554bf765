import type { FactStore } from '../../machines/ports.ts';
import { NOTHING_ELSE_KNOWN, rowOfIntent, rowOfSession, sessionOfRow } from './session-row.ts';
import type { FactShelf } from './shelf.ts';
import { awaitConfirmation } from './task-holder.ts';

/** The sessions themselves: `sessions`, `saveSession` and `noteIntent` of the port. */
export function sessionsOn({
  engine,
  scope,
  write,
}: FactShelf): Pick<FactStore, 'sessions' | 'saveSession' | 'noteIntent'> {
  return {
    sessions: async () => {
      const rows = await engine.db
        .selectFrom('session')
        .selectAll()
        .where('scope', '=', scope)
        .orderBy('name')
        .execute();
      return rows.map(sessionOfRow);
    },

    saveSession: (facts) =>
      write((tx) => {
        const row = { ...rowOfSession(facts), updated_at: engine.now };
        return tx
          .insertInto('session')
          .values({ scope, ...row })
          .onConflict((conflict) => conflict.columns(['scope', 'name']).doUpdateSet(row))
          .execute();
      }),

    noteIntent: (name, intent) =>
      write(async (tx) => {
        const row = { ...rowOfIntent(intent), updated_at: engine.now };
        await tx
          .insertInto('session')
          .values({ scope, name, ...NOTHING_ELSE_KNOWN, ...row })
          .onConflict((conflict) => conflict.columns(['scope', 'name']).doUpdateSet(row))
          .execute();
        await awaitConfirmation(tx, { scope, session: name });
      }),
  };
}
