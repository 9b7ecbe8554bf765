import type { QueueCounts, TaskBook } from '../../machines/tasks.ts';
import type { OpenShelf } from './shelf.ts';
import { historyOf } from './task-history.ts';
import { TASK_COLUMNS, taskOfRow } from './task-row.ts';

const NONE: QueueCounts = { queued: 0, blocked: 0, running: 0, done: 0, dead: 0, cancelled: 0 };

/** Looking at tasks: `show`, `list` and `counts` of the port. */
export function readingOn({
  engine: { db },
}: OpenShelf): Pick<TaskBook, 'show' | 'list' | 'counts'> {
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
