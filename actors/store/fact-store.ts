import { type Kysely, sql } from 'kysely';
import type { FactStore } from '../../machines/ports.ts';
import { crashOfRow, rowOfCrash } from './crash-row.ts';
import { historyOfRow, rowOfHistory } from './history-row.ts';
import type { Schema } from './schema.ts';
import { NOTHING_ELSE_KNOWN, rowOfIntent, rowOfSession, sessionOfRow } from './session-row.ts';
import type { Shelf } from './shelf.ts';
import { awaitConfirmation } from './task-holder.ts';

/** Per session: enough for any restart window and for a person, bounded for the disk. */
const CRASHES_KEPT = 1_000;
const HISTORY_KEPT = 500;

/** A shelf whose writes give nothing. */
interface FactShelf extends Omit<Shelf, 'write'> {
  readonly write: (statements: (tx: Kysely<Schema>) => Promise<unknown>) => Promise<void>;
}

/**
 * The facts of one scope over any engine. Reads see every write that has resolved. Rejects with what
 * the engine throws.
 */
export function createFactStore({ engine, scope, write }: Shelf): FactStore {
  const shelf: FactShelf = {
    engine,
    scope,
    write: async (statements) => {
      await write(statements);
    },
  };
  return {
    ...sessionsOn(shelf),
    ...crashesOn(shelf),
    ...historyOn(shelf),
    close: () => engine.close(),
  };
}

function sessionsOn({
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

function crashesOn({
  engine,
  scope,
  write,
}: FactShelf): Pick<FactStore, 'addCrash' | 'crashes' | 'clearCrashes'> {
  return {
    addCrash: (session, crash) =>
      write(async (tx) => {
        await tx.insertInto('crash').values(rowOfCrash({ scope, session }, crash)).execute();
        await keepNewest(tx, { table: 'crash', scope, session, count: CRASHES_KEPT });
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

function historyOn({ engine, scope, write }: FactShelf): Pick<FactStore, 'addHistory' | 'history'> {
  return {
    addHistory: (session, entry) =>
      write(async (tx) => {
        await tx.insertInto('history').values(rowOfHistory({ scope, session }, entry)).execute();
        await keepNewest(tx, { table: 'history', scope, session, count: HISTORY_KEPT });
      }),

    history: async (session, limit) => {
      const newestFirst = await engine.db
        .selectFrom('history')
        .selectAll()
        .where('scope', '=', scope)
        .where('session', '=', session)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return newestFirst.reverse().map(historyOfRow);
    },
  };
}

interface Kept {
  readonly table: 'crash' | 'history';
  readonly scope: string;
  readonly session: string;
  readonly count: number;
}

/** Within the same transaction as the insert, so that the bound holds at every moment. */
async function keepNewest(tx: Kysely<Schema>, { table, scope, session, count }: Kept) {
  await sql`delete from ${sql.table(table)} where scope = ${scope} and session = ${session} and id <= (
    select id from ${sql.table(table)} where scope = ${scope} and session = ${session}
    order by id desc limit 1 offset ${count})`.execute(tx);
}
