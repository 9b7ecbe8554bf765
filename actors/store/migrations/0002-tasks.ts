import { type Kysely, type Migration, sql } from 'kysely';

/** Tasks, their texts, what they wait for, and their history. Adds tables only. */
export const tasks: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createTask(db);
    await createTaskIndexes(db);
    await createTaskText(db);
    await createTaskDependency(db);
    await createTaskHistory(db);
  },
};

async function createTask(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('task')
    .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('key', 'text')
    .addColumn('project', 'text', (column) => column.notNull())
    .addColumn('priority', 'integer', (column) => column.notNull())
    .addColumn('depends_on', 'text', (column) => column.notNull())
    .addColumn('not_before', 'bigint')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('start_at', 'bigint', (column) => column.notNull())
    .addColumn('announced', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('fence', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('scope', 'text')
    .addColumn('session', 'text')
    .addColumn('lease_until', 'bigint')
    .addColumn('cancel_requested', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('conversation', 'text')
    .addColumn('confirmed', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('counted', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('undelivered', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('ended_at', 'bigint')
    .addColumn('result', 'text')
    .addColumn('error', 'text')
    .addUniqueConstraint('task_key', ['project', 'key'])
    .execute();
}

async function createTaskIndexes({ schema }: Kysely<unknown>): Promise<void> {
  const index = (name: string) => schema.createIndex(name).on('task');
  // Best first within a state; it also counts the states.
  await index('task_queue').columns(['state', 'priority', 'seq', 'start_at']).execute();
  // One session holds one task, whatever the code above thinks.
  await index('task_holder')
    .columns(['scope', 'session'])
    .unique()
    .where(sql.ref('state'), '=', 'running')
    .execute();
  await index('task_news').column('seq').where(sql.ref('announced'), '=', 0).execute();
}

/** Apart from the task: it may be a megabyte, and each change of a row writes the whole row. */
async function createTaskText(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('task_text')
    .addColumn('task', 'text', (column) =>
      column.primaryKey().references('task.id').onDelete('cascade'),
    )
    .addColumn('text', 'text', (column) => column.notNull())
    .execute();
}

async function createTaskDependency({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('task_dependency')
    .addColumn('task', 'text', (column) =>
      column.notNull().references('task.id').onDelete('cascade'),
    )
    .addColumn('needs', 'text', (column) =>
      column.notNull().references('task.id').onDelete('cascade'),
    )
    .addPrimaryKeyConstraint('task_dependency_key', ['task', 'needs'])
    .execute();
  await schema.createIndex('task_dependency_needs').on('task_dependency').column('needs').execute();
}

async function createTaskHistory({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable('task_history')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('task', 'text', (column) =>
      column.notNull().references('task.id').onDelete('cascade'),
    )
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('facts', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createIndex('task_history_task')
    .on('task_history')
    .columns(['task', 'id'])
    .execute();
}
