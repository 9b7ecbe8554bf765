import { openTaskBook } from '../../actors/store/open-task-book.ts';
import { storePath } from '../../config/store-path.ts';
import { newTask } from '../harness/new-task.ts';
import { atEnd } from '../harness/scope.ts';
import type { TestPool } from '../harness/test-pool.ts';
import { monotonicMs } from './monotonic.ts';

export interface Added {
  readonly task: string;
  /** When it was begun to be added. */
  readonly atMs: number;
}

/** Adds tasks for the pool's directory as `task add` does, in this process, and tells the daemon. */
export async function taskAdder(
  pool: TestPool,
): Promise<(texts: readonly string[]) => Promise<readonly Added[]>> {
  const book = await openTaskBook({ file: storePath(pool.config) });
  atEnd(() => book.close());
  const project = pool.config.pool.autonomous.workdir;
  return async (texts) => {
    const added: Added[] = [];
    for (const text of texts) {
      const atMs = monotonicMs();
      added.push({ task: (await book.add(newTask({ project, text }))).id, atMs });
    }
    await pool.post('/v1/tasks/nudge');
    return added;
  };
}
