import { type Kysely, type Migration, sql } from 'kysely';

/** Sessions, their crashes and their history, and the fences of the daemons that write them. */
export const sessions: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createMeta(db);
    await createFence(db);
    await createSession(db);
    await createCrash(db);
    await createHistory(db);
  },
};

async function createMeta(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('meta')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
  await sql`insert into meta (key, value)
            values ('schema_min_reader', '1'), ('schema_min_writer', '1')`.execute(db);
}

async function createFence(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('fence')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('value', 'integer', (column) => column.notNull())
    .execute();
}

async function createSession(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('session')
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('mark', 'text', (column) => column.notNull())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('workdir', 'text', (column) => column.notNull())
    .addColumn('conversation', 'text', (column) => column.notNull())
    .addColumn('has_transcript', 'integer', (column) => column.notNull())
    .addColumn('agent_pid', 'integer')
    .addColumn('agent_start_time', 'text')
    .addColumn('previous_pid', 'integer')
    .addColumn('previous_start_time', 'text')
    .addColumn('boot_id', 'text', (column) => column.notNull())
    .addColumn('restarts', 'integer', (column) => column.notNull())
    .addColumn('crashed_at', 'bigint')
    .addColumn('failed_at', 'bigint')
    .addColumn('failed_code', 'text')
    .addColumn('failed_reason', 'text')
    .addColumn('held', 'integer', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('session_key', ['scope', 'name'])
    .execute();
}

async function createCrash(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('crash')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('session', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('monotonic_ms', 'double precision', (column) => column.notNull())
    .addColumn('boot_id', 'text', (column) => column.notNull())
    .addColumn('cause', 'text', (column) => column.notNull())
    .addColumn('pid', 'integer')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('last_screen', 'text', (column) => column.notNull())
    .addColumn('cleared', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createIndex('crash_session')
    .on('crash')
    .columns(['scope', 'session', 'id'])
    .execute();
}

async function createHistory(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('history')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('session', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('facts', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('history_session')
    .on('history')
    .columns(['scope', 'session', 'id'])
    .execute();
}
