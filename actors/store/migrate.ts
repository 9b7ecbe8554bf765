import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import { FailoverError } from '../../config/errors.ts';
import type { Engine } from './engine.ts';
import { sessions } from './migrations/0001-sessions.ts';
import { tasks } from './migrations/0002-tasks.ts';
import { accounts } from './migrations/0003-accounts.ts';
import { poolCrashes } from './migrations/0004-pool-crashes.ts';
import { accountProbes } from './migrations/0005-account-probes.ts';
import { SCHEMA_VERSION, type Schema } from './schema.ts';

/** In order, and never changed once released: a store remembers them by name. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-sessions': sessions,
  '0002-tasks': tasks,
  '0003-accounts': accounts,
  '0004-pool-crashes': poolCrashes,
  '0005-account-probes': accountProbes,
};

/**
 * Brings the store up to this code's schema, all or nothing: Kysely's Migrator runs SQLite's
 * migrations without a transaction, so it is given ours. A store that a newer version has migrated
 * is left as it is while that version still lets us write; else refused with `STORE_FAILED`.
 */
export async function migrate(engine: Engine): Promise<void> {
  // Looked at without the lock first: nearly always there is nothing to do, and somebody may write.
  if (!(await isDue(engine.db))) return;
  await engine.exclusive(async (db) => {
    if (!(await isDue(db))) return;
    const provider = { getMigrations: async () => ({ ...MIGRATIONS }) };
    const { error } = await new Migrator({ db, provider }).migrateToLatest();
    if (error !== undefined) throw error;
  });
}

/** False for a table that no migration has made yet: there is nothing to read in it. */
export async function hasTable(db: Kysely<Schema>, name: string): Promise<boolean> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  return tables.some((table) => table.name === name);
}

/** Refuses a store whose own words say that code of this version cannot read (write) it. */
export async function refuseNewer(
  db: Kysely<Schema>,
  bound: 'schema_min_reader' | 'schema_min_writer',
): Promise<void> {
  if (!(await hasTable(db, 'meta'))) return;
  const row = await db
    .selectFrom('meta')
    .select('value')
    .where('key', '=', bound)
    .executeTakeFirst();
  const needed = Number(row?.value ?? SCHEMA_VERSION);
  if (needed <= SCHEMA_VERSION) return;
  throw new FailoverError(
    'STORE_FAILED',
    `the store was written by a newer claude-failover (schema ${needed}, this one knows ${SCHEMA_VERSION}); update claude-failover`,
    { needed, known: SCHEMA_VERSION },
  );
}

async function isDue(db: Kysely<Schema>): Promise<boolean> {
  await refuseNewer(db, 'schema_min_writer');
  const done = await migrationsOf(db);
  if (done.some((name) => !(name in MIGRATIONS))) return false;
  return Object.keys(MIGRATIONS).some((name) => !done.includes(name));
}

async function migrationsOf(db: Kysely<Schema>): Promise<readonly string[]> {
  if (!(await hasTable(db, 'kysely_migration'))) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  return rows.map(({ name }) => name);
}
