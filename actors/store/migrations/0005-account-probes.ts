import type { Kysely, Migration } from 'kysely';

/**
 * How often in a row an account was at a limit of which nobody knew the end. Adds one column with a default
 * only: a daemon of the version before goes on beside it.
 */
export const accountProbes: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .alterTable('account')
      .addColumn('probes', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
