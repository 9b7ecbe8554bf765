import { openTaskBook } from '../../actors/store/open-task-book.ts';
import { storePath } from '../../config/store-path.ts';
import type { TestPool } from './test-pool.ts';

/** Adds many tasks at once, as `task add` does but in one process; gives their ids. */
export async function addTasks(
  pool: TestPool,
  texts: readonly string[],
): Promise<readonly string[]> {
  const book = await openTaskBook({ file: storePath(pool.config) });
  try {
    const ids: string[] = [];
    for (const text of texts) {
      const { id } = await book.add({
        key: null,
        project: pool.config.pool.autonomous.workdir,
        priority: 'default',
        text,
        dependsOn: [],
        notBefore: null,
      });
      ids.push(id);
    }
    return ids;
  } finally {
    await book.close();
  }
}
