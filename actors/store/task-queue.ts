import { type SqlBool, sql } from 'kysely';
import type { TaskStore } from '../../machines/tasks.ts';
import type { TaskShelf } from './shelf.ts';
import { inState } from './task-holder.ts';
import { priorityOf, TASK_COLUMNS, taskOfRow } from './task-row.ts';
import { isDue } from './task-times.ts';

type Queue = Pick<TaskStore, 'announce' | 'ready' | 'nextDueAt' | 'textOf' | 'brief'>;

/** What waits, for whoever gives it out: every daemon of the store sees the same queue. */
export function queueOn({ engine, write, limits }: TaskShelf): Queue {
  return {
    announce: () =>
      write(async (tx) => {
        const rows = await tx
          .updateTable('task')
          .set({ announced: 1 })
          .where('announced', '=', sql.lit(0))
          .returning([...TASK_COLUMNS, 'seq'])
          .execute();
        return rows.sort((one, other) => one.seq - other.seq).map(taskOfRow);
      }),

    ready: async (limit) => {
      const rows = await engine.db
        .selectFrom('task')
        .select(['id', 'project', 'priority', 'conversation', 'announced'])
        .where('state', '=', inState('queued'))
        .where(isDue(engine, limits))
        .orderBy('priority')
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map(({ announced, priority, ...row }) => ({
        ...row,
        priority: priorityOf(priority),
        isAnnounced: announced === 1,
      }));
    },

    nextDueAt: async () => {
      const row = await engine.db
        .selectFrom('task')
        .select('start_at')
        .where('state', '=', inState('queued'))
        .where(sql<SqlBool>`not ${isDue(engine, limits)}`)
        .orderBy('start_at')
        .limit(1)
        .executeTakeFirst();
      return row?.start_at ?? null;
    },

    textOf: async (id) => {
      const row = await engine.db
        .selectFrom('task_text')
        .select('text')
        .where('task', '=', id)
        .executeTakeFirst();
      return row?.text ?? null;
    },

    brief: async (id) => {
      const row = await engine.db
        .selectFrom('task')
        .select(['state', 'attempts', 'conversation'])
        .where('id', '=', id)
        .executeTakeFirst();
      return row ?? null;
    },
  };
}
