/** What the command line does with tasks by itself, whether a daemon runs or not. */
import { trustsDirectory } from '../actors/account/trusted.ts';
import { openTaskBook } from '../actors/store/open-task-book.ts';
import { storePath } from '../config/store-path.ts';
import type { Account, Config } from '../config/types.ts';
import type { TaskBook } from '../machines/tasks.ts';

export type { TaskBook };

/**
 * Opens the book of the tasks of a config's store for `use`, and closes it again. For reading, nothing
 * is made or changed, and a store that is not there yet has no tasks. Rejects with `STORE_FAILED`.
 */
export async function withTaskBook<T>(
  config: Pick<Config, 'store'>,
  access: 'reading' | 'writing',
  use: (book: TaskBook) => Promise<T>,
): Promise<T> {
  const book = await openTaskBook({ file: storePath(config), readOnly: access === 'reading' });
  try {
    return await use(book);
  } finally {
    await book.close();
  }
}

/** The accounts whose client would ask whether this directory (its real path) is trusted. */
export function distrusting(accounts: readonly Account[], directory: string): readonly Account[] {
  return accounts.filter((account) => !trustsDirectory(account, directory));
}
