import type { TaskReport, TaskStore } from '../machines/tasks.ts';

/** What became of the task by the store; `lost`: another one holds it, or nobody does. */
export type Written = 'stored' | 'queued' | 'dead' | 'cancelled' | 'lost';

type Writer = Pick<TaskStore, 'confirm' | 'complete' | 'fail' | 'release' | 'finishCancel'>;

/** Stores what a session told of its task. Rejects with what the store says: nothing is stored then. */
export async function writeNews(tasks: Writer, { lease, news }: TaskReport): Promise<Written> {
  switch (news.kind) {
    case 'confirmed':
      return taken(await tasks.confirm(lease, news));
    case 'completed':
      return taken(await tasks.complete(lease, news.result));
    case 'cancelled':
      return taken(await tasks.finishCancel(lease));
    case 'failed':
      return (await tasks.fail(lease, news)) ?? 'lost';
    case 'returned':
      return (await tasks.release(lease, news)) ?? 'lost';
  }
}

function taken(isTaken: boolean): Written {
  return isTaken ? 'stored' : 'lost';
}
