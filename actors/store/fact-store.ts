import { type Kysely, sql } from 'kysely';
import type { FactStore } from '../../machines/ports.ts';
import { crashOfRow, rowOfCrash } from './crash-row.ts';
import type { Engine } from './engine.ts';
import { historyOfRow, rowOfHistory } from './history-row.ts';
import type { Schema } from './schema.ts';
import { rowOfSession, sessionOfRow } from './session-row.ts';

/** Per session: enough for any restart window and for a person, bounded for the disk. */
const CRASHES_KEPT = 1_000;
const HISTORY_KEPT = 500;

/** Statements that are durable together, or refused together. */
export type Write = (statements: (tx: Kysely<Schema>) => Promise<unknown>) => Promise<void>;

/**
 * The facts over any engine. `write` decides who may write (a fence, or nobody). Reads see every
 * write that has resolved. Rejects with what the engine throws.
 */
export function createFactStore(engine: Engine, write: Write): FactStore {
  return {
    sessions: async () => {
      const rows = await engine.db.selectFrom('session').selectAll().orderBy('name').execute();
      return rows.map(sessionOfRow);
    },

    saveSession: (facts) =>
      write((tx) => {
        const row = { ...rowOfSession(facts), updated_at: engine.now };
        return tx
          .insertInto('session')
          .values(row)
          .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
          .execute();
      }),

    addCrash: (session, crash) =>
      write(async (tx) => {
        await tx.insertInto('crash').values(rowOfCrash(session, crash)).execute();
        await keepNewest(tx, { table: 'crash', session, count: CRASHES_KEPT });
      }),

    crashes: async (session) => {
      const rows = await engine.db
        .selectFrom('crash')
        .selectAll()
        .where('session', '=', session)
        .where('cleared', '=', 0)
        .orderBy('id')
        .execute();
      return rows.map(crashOfRow);
    },

    clearCrashes: (session) =>
      write((tx) =>
        tx.updateTable('crash').set({ cleared: 1 }).where('session', '=', session).execute(),
      ),

    addHistory: (session, entry) =>
      write(async (tx) => {
        await tx.insertInto('history').values(rowOfHistory(session, entry)).execute();
        await keepNewest(tx, { table: 'history', session, count: HISTORY_KEPT });
      }),

    history: async (session, limit) => {
      const newestFirst = await engine.db
        .selectFrom('history')
        .selectAll()
        .where('session', '=', session)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return newestFirst.reverse().map(historyOfRow);
    },

    close: () => engine.close(),
  };
}

interface Kept {
  readonly table: 'crash' | 'history';
  readonly session: string;
  readonly count: number;
}

/** Within the same transaction as the insert, so that the bound holds at every moment. */
async function keepNewest(tx: Kysely<Schema>, { table, session, count }: Kept): Promise<void> {
  await sql`delete from ${sql.table(table)} where session = ${session} and id <= (
    select id from ${sql.table(table)} where session = ${session}
    order by id desc limit 1 offset ${count})`.execute(tx);
}
