import type { TaskStore } from '../../machines/tasks.ts';
import type { TaskShelf } from './shelf.ts';
import { createTaskBook } from './task-book.ts';
import { endingOn } from './task-ending.ts';
import { leasingOn } from './task-leasing.ts';
import { orphansOn } from './task-orphans.ts';
import { pruningOn } from './task-pruning.ts';
import { queueOn } from './task-queue.ts';

/**
 * All of the port over any engine. Whoever has opened the engine closes it: `close` does nothing.
 * Rejects with what the engine and `write` throw.
 */
export function createTaskStore(shelf: TaskShelf): TaskStore {
  return {
    ...createTaskBook(shelf),
    ...queueOn(shelf),
    ...leasingOn(shelf),
    ...endingOn(shelf),
    ...orphansOn(shelf),
    ...pruningOn(shelf),
    close: async () => {},
  };
}
