import { FailoverError } from '../config/errors.ts';
import type { TaskBook } from '../supervisor/compose-tasks.ts';
import { isBeginOfTaskId, isTaskId } from './task-id.ts';

/** Whose ids are looked through for one that begins so. */
const NEWEST = 10_000;

/**
 * The whole id of the task that a person means: by its id, or by the beginning of it that only one has.
 * Throws `NOT_FOUND`, and `AMBIGUOUS` with the first that it could be. That a whole id exists is not
 * looked at.
 */
export async function wholeTaskId(book: TaskBook, given: string): Promise<string> {
  if (isTaskId(given)) return given;
  const tasks = isBeginOfTaskId(given) ? await book.list({ states: null, limit: NEWEST }) : [];
  const [first, second] = tasks.map(({ id }) => id).filter((id) => id.startsWith(given));
  if (first === undefined) throw noSuchTask(given);
  if (second === undefined) return first;
  const message = `${given} is the beginning of several ids, such as ${first} and ${second}`;
  throw new FailoverError('AMBIGUOUS', message, { id: given });
}

export function noSuchTask(id: string): FailoverError {
  return new FailoverError('NOT_FOUND', `there is no task ${id} (claude-failover task list)`, {
    id,
  });
}
