import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

/** The tables to which rows are only ever added, each with a growing `id`. */
type Chronicle = 'crash' | 'history' | 'account_history' | 'task_history';

/**
 * Forgets all but the newest `count` of the rows in whose columns these values stand. Within the same
 * transaction as the insert, so that the bound holds at every moment.
 */
export async function keepNewest(
  tx: Kysely<Schema>,
  chronicle: Chronicle,
  values: Readonly<Record<string, string>>,
  count: number,
): Promise<void> {
  const table = sql.table(chronicle);
  const conditions = Object.entries(values).map(
    ([name, value]) => sql`${sql.ref(name)} = ${value}`,
  );
  const isSuch = sql.join(conditions, sql` and `);
  await sql`delete from ${table} where ${isSuch} and id <= (
    select id from ${table} where ${isSuch} order by id desc limit 1 offset ${count})`.execute(tx);
}
