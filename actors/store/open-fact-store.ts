import type { FactStore } from '../../machines/ports.ts';
import { createFactStore } from './fact-store.ts';
import { hasTable } from './migrate.ts';
import { openForReading, refusingWrites } from './open-engine.ts';
import type { Shelf } from './shelf.ts';
import { namingFailures, storeFailure } from './store-failure.ts';

export interface FactStoreOptions {
  /** Absolute path of the SQLite file. */
  readonly file: string;
  /** Whose facts: the socket path of the tmux server. Those of other servers are not seen. */
  readonly scope: string;
  /** Who writes opens the store of a daemon. */
  readonly readOnly: true;
}

/**
 * Opens the facts of one tmux server's sessions for the command line. Changes nothing and refuses
 * writes; a file that does not exist yet has no facts, and one that no daemon of this version has
 * migrated has none that are new in it. Everything that fails, now or later, rejects with
 * `STORE_FAILED` and says what to do next.
 */
export async function openFactStore({ file, scope }: FactStoreOptions): Promise<FactStore> {
  try {
    const engine = await openForReading(file, 'session');
    return namingFailures(file, readingOn({ engine, scope, write: refusingWrites(file) }));
  } catch (error) {
    throw storeFailure(file, error);
  }
}

/** Looked at each time: the daemon that migrates the file may start meanwhile. */
function readingOn(shelf: Shelf): FactStore {
  const store = createFactStore(shelf);
  const hasAccounts = () => hasTable(shelf.engine.db, 'account');
  return {
    ...store,
    accounts: async (homes) => ((await hasAccounts()) ? await store.accounts(homes) : []),
    accountHistory: async (home, limit) =>
      (await hasAccounts()) ? await store.accountHistory(home, limit) : [],
    openFailovers: async () => ((await hasAccounts()) ? await store.openFailovers() : []),
    pastFailovers: async () => ((await hasAccounts()) ? await store.pastFailovers() : new Map()),
  };
}
