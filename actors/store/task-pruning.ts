import { sql } from 'kysely';
import type { TaskStore } from '../../machines/tasks.ts';
import type { TaskShelf } from './shelf.ts';

/** Tasks forgotten in one transaction: others want to write meanwhile. */
const AT_ONCE = 500;

/**
 * Forgetting what ended long ago: `prune` of the port. A task that another one needs is kept while
 * that one has not ended; one that never was done is kept as long as the other one, which a person
 * may retry.
 */
export function pruningOn(shelf: TaskShelf): Pick<TaskStore, 'prune'> {
  return {
    prune: async () => {
      let forgotten = 0;
      for (;;) {
        // Until nothing is left: a task that is gone needs no other one any more.
        const more = await forgetSome(shelf);
        if (more === 0) return forgotten;
        forgotten += more;
      }
    },
  };
}

async function forgetSome({ engine, limits, write }: TaskShelf): Promise<number> {
  const { numDeletedRows } = await write((tx) =>
    tx
      .deleteFrom('task')
      .where('id', 'in', (from) =>
        from
          .selectFrom('task')
          .select('id')
          .where('state', 'in', ['done', 'dead', 'cancelled'])
          .where('ended_at', '<', sql<number>`${engine.now} - ${limits.retentionMs}`)
          .where(isNotNeeded)
          .limit(AT_ONCE),
      )
      .executeTakeFirst(),
  );
  return Number(numDeletedRows);
}

const isNotNeeded = sql<boolean>`not exists (
  select 1 from task_dependency join task as waiting on waiting.id = task_dependency.task
  where task_dependency.needs = task.id
    and (task.state <> 'done' or waiting.state in ('queued', 'blocked', 'running')))`;
