import type { Lease, OrphanedLease, TaskStore } from '../../machines/tasks.ts';
import { identityOf } from './session-row.ts';
import type { TaskShelf } from './shelf.ts';
import { giveBack } from './task-giving-back.ts';
import { inState, isHeldUnder } from './task-holder.ts';
import { afterReturn } from './task-outcome.ts';
import { isExpired } from './task-times.ts';

/**
 * Leases that nobody renews: `orphans` and `reap` of the port. Those of other tmux servers too, since
 * a server whose socket is another one now has no daemon that would ever ask for them.
 */
export function orphansOn({
  engine,
  scope,
  write,
}: TaskShelf): Pick<TaskStore, 'orphans' | 'reap'> {
  return {
    orphans: async (sessions) => {
      const expired = await engine.db
        .selectFrom('task')
        .leftJoin('session as holder', (join) =>
          join.onRef('holder.scope', '=', 'task.scope').onRef('holder.name', '=', 'task.session'),
        )
        .select(['task.id', 'task.fence', 'task.scope', 'task.session'])
        .select([
          'mark',
          'boot_id',
          'agent_pid',
          'agent_start_time',
          'previous_pid',
          'previous_start_time',
        ])
        .where('task.state', '=', inState('running'))
        .where(isExpired(engine))
        .orderBy('task.seq')
        .execute();
      return expired
        .filter((row) => row.scope !== scope || !sessions.includes(row.session ?? ''))
        .map(orphanOfRow);
    },

    reap: (lease) =>
      write(async (tx) => {
        const expired = await tx
          .selectFrom('task')
          .select('id')
          .where(isHeldUnder(lease))
          .where(isExpired(engine))
          .executeTakeFirst();
        if (expired === undefined) return null;
        return await giveBack(tx, engine, lease, (task) => afterReturn(task, ABANDONED, AT_ONCE));
      }),
  };
}

interface Orphan extends Lease {
  readonly scope: string | null;
  readonly session: string | null;
  readonly mark: string | null;
  readonly boot_id: string | null;
  readonly agent_pid: number | null;
  readonly agent_start_time: string | null;
  readonly previous_pid: number | null;
  readonly previous_start_time: string | null;
}

/** An agent whose death was recorded may outlive that record: whoever must be gone may be it. */
function orphanOfRow(row: Orphan): OrphanedLease {
  return {
    id: row.id,
    fence: row.fence,
    scope: row.scope ?? '',
    session: row.session ?? '',
    mark: row.mark,
    agent:
      identityOf(row.agent_pid, row.agent_start_time) ??
      identityOf(row.previous_pid, row.previous_start_time),
    bootId: row.boot_id ?? '',
  };
}

const ABANDONED = { reason: 'its session is gone, and its agent with it', undelivered: false };
const AT_ONCE = { retryBackoffMs: 0 };
