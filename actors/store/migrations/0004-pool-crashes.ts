import { type Kysely, type Migration, sql } from 'kysely';

/**
 * Which crashes count for the pool. Adds one column with a default only: a daemon of the version before goes on
 * beside it. What a session was forgiven before did not count for the pool either.
 */
export const poolCrashes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable('crash')
      .addColumn('pool_cleared', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await sql`update crash set pool_cleared = cleared`.execute(db);
  },
};
