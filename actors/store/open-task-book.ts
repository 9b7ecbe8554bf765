import type { TaskBook } from '../../machines/tasks.ts';
import { openForReading, openForWriting, refusingWrites } from './open-engine.ts';
import type { OpenShelf } from './shelf.ts';
import { namingFailures, storeFailure } from './store-failure.ts';
import { createTaskBook } from './task-book.ts';

export interface TaskBookOptions {
  /** Absolute path of the SQLite file. */
  readonly file: string;
  /** Makes nothing and refuses writes; a file that does not exist yet has no tasks. */
  readonly readOnly?: boolean;
}

/**
 * Opens the tasks for the command line, beside whichever daemons use the file, or before the first
 * one has: the file is made and migrated when that is due. Any number of processes may do so at
 * once. Everything that fails, now or later, rejects with `STORE_FAILED`, or with what the port says.
 */
export async function openTaskBook({ file, readOnly = false }: TaskBookOptions): Promise<TaskBook> {
  try {
    const shelf = readOnly ? await shelfToRead(file) : await sharedShelf(file);
    return namingFailures(file, {
      ...createTaskBook(shelf),
      close: () => shelf.engine.close(),
    });
  } catch (error) {
    throw storeFailure(file, error);
  }
}

async function shelfToRead(file: string): Promise<OpenShelf> {
  return { engine: await openForReading(file, 'task'), write: refusingWrites(file) };
}

async function sharedShelf(file: string): Promise<OpenShelf> {
  const engine = await openForWriting(file, { look: false });
  return { engine, write: (statements) => engine.exclusive(statements) };
}
