import { type Kysely, type Migration, sql } from 'kysely';

/**
 * Accounts, their history, the journal of failovers, and the trouble of a session. Adds tables and one
 * column that may be empty only: a daemon of the version before goes on beside it.
 */
export const accounts: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema.alterTable('session').addColumn('trouble', 'text').execute();
    await createAccount(db);
    await createAccountHistory(db);
    await createFailover(db);
    await createFailoverIndexes(db);
  },
};

async function createAccount({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('account')
    .addColumn('home', 'text', (column) => column.primaryKey())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('limited', 'text')
    .addColumn('login_lost', 'text')
    .addColumn('disabled_at', 'bigint')
    .addColumn('usage', 'text', (column) => column.notNull())
    .addColumn('recovered_at', 'bigint')
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute();
}

async function createAccountHistory({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('account_history')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('home', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('facts', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createIndex('account_history_home')
    .on('account_history')
    .columns(['home', 'id'])
    .execute();
}

async function createFailover({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('failover')
    .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('session', 'text', (column) => column.notNull())
    .addColumn('conversation', 'text', (column) => column.notNull())
    .addColumn('from_account', 'text', (column) => column.notNull())
    .addColumn('to_account', 'text')
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('evidence', 'text')
    .addColumn('step', 'text', (column) => column.notNull())
    .addColumn('wanted', 'text')
    .addColumn('tried', 'text', (column) => column.notNull())
    .addColumn('not_before', 'bigint')
    .addColumn('error', 'text')
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('changed_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .execute();
}

async function createFailoverIndexes({ schema }: Kysely<unknown>): Promise<void> {
  const index = (name: string) => schema.createIndex(name).on('failover');
  // One session is moved by one failover, whatever the code above thinks.
  await index('failover_open')
    .columns(['scope', 'session'])
    .unique()
    .where(sql.ref('ended_at'), 'is', null)
    .execute();
  await index('failover_session').columns(['scope', 'session', 'seq']).execute();
}
