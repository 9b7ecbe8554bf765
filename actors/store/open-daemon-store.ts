import type { FactStore } from '../../machines/ports.ts';
import type { TaskStore } from '../../machines/tasks.ts';
import { createFactStore } from './fact-store.ts';
import { type FencedPlace, openFencedShelf } from './fenced-shelf.ts';
import type { TaskLimits } from './shelf.ts';
import { namingFailures, storeFailure } from './store-failure.ts';
import { createTaskStore } from './task-store.ts';

export interface DaemonStoreOptions extends FencedPlace {
  readonly tasks: TaskLimits;
}

/** One store with two faces: one file, one connection, one fence, one order of writes. */
export interface DaemonStore {
  /** Its `close` closes the store: after that both refuse. */
  readonly facts: FactStore;
  /** Its `close` does nothing: the store is closed through `facts`, once. */
  readonly tasks: TaskStore;
}

/**
 * Opens what must survive the daemon: the facts of its sessions and the tasks of everybody, in a file
 * that other daemons may share. Makes and migrates the file, and takes the next fence of `fenceKey`:
 * from then on each write of an older store of that key, of either face, is refused with `CONFLICT`,
 * so that two daemons by accident never overwrite each other. A damaged file, or one of a newer
 * version, is refused untouched.
 *
 * Everything else that fails, now or later, rejects with `STORE_FAILED` and says what to do next.
 */
export async function openDaemonStore(options: DaemonStoreOptions): Promise<DaemonStore> {
  const { file, tasks: limits } = options;
  try {
    const shelf = await openFencedShelf(options);
    return {
      facts: namingFailures(file, createFactStore(shelf)),
      tasks: namingFailures(file, createTaskStore({ ...shelf, limits })),
    };
  } catch (error) {
    throw storeFailure(file, error);
  }
}
