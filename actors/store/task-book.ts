import type { TaskBook } from '../../machines/tasks.ts';
import type { OpenShelf } from './shelf.ts';
import { addingOn } from './task-adding.ts';
import { cancellingOn } from './task-cancelling.ts';
import { readingOn } from './task-reading.ts';

/**
 * What everybody may do with tasks, over any engine; closing it is the business of who has opened
 * that. Rejects with what the engine throws.
 */
export function createTaskBook(shelf: OpenShelf): Omit<TaskBook, 'close'> {
  return { ...addingOn(shelf), ...readingOn(shelf), ...cancellingOn(shelf) };
}
