import type { Config } from '../config/types.ts';
import type { TaskBook } from '../supervisor/compose-tasks.ts';
import type { Task } from '../supervisor/task-report.ts';
import { askingSessions } from './asking-sessions.ts';
import type { Beside } from './format/task-words.ts';

/** What a person wants to see beside these tasks. Rejects as the book does. */
export async function besideTasks(
  config: Config,
  book: TaskBook,
  tasks: readonly Task[],
): Promise<Beside> {
  const ids = new Set(tasks.flatMap(({ id, dependsOn }) => [id, ...dependsOn]));
  const outlines = await book.outlines([...ids]);
  const isAnyRunning = tasks.some(({ state }) => state === 'running');
  return { outlines, asking: isAnyRunning ? await askingSessions(config) : new Map() };
}
