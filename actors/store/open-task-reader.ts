import type { TaskStore } from '../../machines/tasks.ts';
import { openForReading, refusingWrites } from './open-engine.ts';
import type { TaskLimits } from './shelf.ts';
import { namingFailures, storeFailure } from './store-failure.ts';
import { leasingOn } from './task-leasing.ts';
import { readingOn } from './task-reading.ts';

/** What the command line reads of tasks while no daemon runs. */
export type TaskReader = Pick<TaskStore, 'held' | 'counts' | 'close'>;

export interface TaskReaderOptions {
  /** Absolute path of the SQLite file. */
  readonly file: string;
  /** The socket path of the tmux server whose sessions hold tasks. */
  readonly scope: string;
  readonly limits: TaskLimits;
}

/** Changes nothing; a file that does not exist yet has no tasks. Everything that fails rejects with `STORE_FAILED`. */
export async function openTaskReader({
  file,
  scope,
  limits,
}: TaskReaderOptions): Promise<TaskReader> {
  try {
    const engine = await openForReading(file, 'task');
    const { held } = leasingOn({ engine, scope, limits, write: refusingWrites(file) });
    const { counts } = readingOn({ engine, write: refusingWrites(file) });
    return namingFailures(file, { held, counts, close: () => engine.close() });
  } catch (error) {
    throw storeFailure(file, error);
  }
}
