import { type Kysely, sql } from 'kysely';
import type { QueueCounts, TaskBook, TaskOutline } from '../../machines/tasks.ts';
import type { Schema } from './schema.ts';
import type { OpenShelf } from './shelf.ts';
import { historyOf } from './task-history.ts';
import { TASK_COLUMNS, taskOfRow } from './task-row.ts';

const NONE: QueueCounts = { queued: 0, blocked: 0, running: 0, done: 0, dead: 0, cancelled: 0 };

/** An engine takes only so many values in one statement. */
const AT_ONCE = 500;
/** More than a line of a terminal, and blank lines before it. */
const BEGIN = 300;

/** Looking at tasks: `show`, `list`, `outlines` and `counts` of the port. */
export function readingOn({
  engine: { db },
}: OpenShelf): Pick<TaskBook, 'show' | 'list' | 'outlines' | 'counts'> {
  return {
    show: async (id) => {
      const row = await db
        .selectFrom('task')
        .innerJoin('task_text', 'task_text.task', 'task.id')
        .select([...TASK_COLUMNS, 'task_text.text'])
        .where('task.id', '=', id)
        .executeTakeFirst();
      if (row === undefined) return null;
      return { ...taskOfRow(row), text: row.text, history: await historyOf(db, id) };
    },

    list: async ({ states, limit }) => {
      if (states?.length === 0) return [];
      const newestFirst = await db
        .selectFrom('task')
        .select(TASK_COLUMNS)
        .$if(states !== null, (query) => query.where('state', 'in', states ?? []))
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute();
      return newestFirst.reverse().map(taskOfRow);
    },

    outlines: async (ids) => {
      const outlines = new Map<string, TaskOutline>();
      for (let from = 0; from < ids.length; from += AT_ONCE) {
        for (const { id, state, begin } of await outlined(db, ids.slice(from, from + AT_ONCE))) {
          outlines.set(id, { state, begin });
        }
      }
      return outlines;
    },

    counts: async () => {
      const rows = await db
        .selectFrom('task')
        .select(['state', ({ fn }) => fn.countAll<number>().as('count')])
        .groupBy('state')
        .execute();
      const counts = rows.map(({ state, count }) => [state, Number(count)] as const);
      return { ...NONE, ...Object.fromEntries(counts) };
    },
  };
}

/** The text itself may have a megabyte: it stays in the engine. */
async function outlined(db: Kysely<Schema>, ids: readonly string[]) {
  return await db
    .selectFrom('task')
    .innerJoin('task_text', 'task_text.task', 'task.id')
    .select(['task.id', 'task.state', sql<string>`substr(task_text.text, 1, ${BEGIN})`.as('begin')])
    .where('task.id', 'in', ids)
    .execute();
}
