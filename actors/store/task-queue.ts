import { sql } from 'kysely';
import type { TaskStore } from '../../machines/tasks.ts';
import type { OpenShelf } from './shelf.ts';
import { inState } from './task-holder.ts';
import { priorityOf, TASK_COLUMNS, taskOfRow } from './task-row.ts';

type Queue = Pick<TaskStore, 'announce' | 'ready' | 'nextDueAt' | 'textOf' | 'brief'>;

/** What waits, for whoever gives it out: every daemon of the store sees the same queue. */
export function queueOn({ engine, write }: OpenShelf): Queue {
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
        .select(['id', 'project', 'priority', 'conversation'])
        .where('state', '=', inState('queued'))
        .where('start_at', '<=', engine.now)
        .orderBy('priority')
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...row, priority: priorityOf(row.priority) }));
    },

    nextDueAt: async () => {
      const row = await engine.db
        .selectFrom('task')
        .select('start_at')
        .where('state', '=', inState('queued'))
        .where('start_at', '>', engine.now)
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
