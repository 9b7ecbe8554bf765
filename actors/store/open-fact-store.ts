import { existsSync } from 'node:fs';
import { FailoverError } from '../../config/errors.ts';
import type { FactStore } from '../../machines/ports.ts';
import type { Engine } from './engine.ts';
import { createFactStore, type Write } from './fact-store.ts';
import { refuseWhenFencedOff, takeFence } from './fence.ts';
import { isMigrated, migrate, refuseNewer } from './migrate.ts';
import { isHalfMade, openSqliteEngine, quickCheck } from './sqlite-engine.ts';
import { damaged, namingFailures, storeFailure } from './store-failure.ts';
import { secureStoreFile } from './store-file.ts';

interface FactPlace {
  /** Absolute path of the SQLite file. */
  readonly file: string;
  /** Whose facts: the socket path of the tmux server. Those of other servers are neither seen nor changed. */
  readonly scope: string;
}

export type FactStoreOptions =
  /** `fenceKey` names the sessions that one daemon at a time may write: its tmux socket and range. */
  | (FactPlace & { readonly fenceKey: string; readonly readOnly?: false })
  /** For the command line while no daemon runs. */
  | (FactPlace & { readonly readOnly: true });

/**
 * Opens the facts that must survive the daemon: those of one tmux server, in a file that others may
 * share. Everything that fails, now or later, rejects with `STORE_FAILED` and says what to do next.
 *
 * Writing: makes and migrates the file, and takes the next fence of `fenceKey`: from then on each
 * write of an older store of that key is refused with `CONFLICT`, so that two daemons by accident
 * never overwrite each other. A damaged file, or one of a newer version, is refused untouched.
 *
 * Reading only: changes nothing and refuses writes; a file that does not exist yet has no facts.
 */
export async function openFactStore(options: FactStoreOptions): Promise<FactStore> {
  const { file } = options;
  try {
    const store = options.readOnly
      ? await openForReading(options)
      : await openForWriting(options, options.fenceKey);
    return namingFailures(file, store);
  } catch (error) {
    throw storeFailure(file, error);
  }
}

async function openForWriting({ file, scope }: FactPlace, fenceKey: string): Promise<FactStore> {
  secureStoreFile(file);
  refuseDamaged(file);
  const engine = openSqliteEngine(file, { readOnly: false });
  return closedOnFailure(engine, async () => {
    await migrate(engine);
    const fence = await engine.exclusive((tx) => takeFence(tx, fenceKey));
    const write: Write = (statements) =>
      engine.exclusive(async (tx) => {
        await refuseWhenFencedOff(tx, fence);
        await statements(tx);
      });
    return createFactStore({ engine, scope, write });
  });
}

async function openForReading({ file, scope }: FactPlace): Promise<FactStore> {
  const write: Write = async () => {
    throw new FailoverError('STORE_FAILED', `the store ${file} is open for reading only`, { file });
  };
  if (!existsSync(file)) return createFactStore({ engine: await emptyEngine(), scope, write });
  const engine = openSqliteEngine(file, { readOnly: true });
  return closedOnFailure(engine, async () => {
    if (await hasFacts(engine)) return createFactStore({ engine, scope, write });
    await engine.close();
    return createFactStore({ engine: await emptyEngine(), scope, write });
  });
}

async function hasFacts({ db }: Engine): Promise<boolean> {
  try {
    await refuseNewer(db, 'schema_min_reader');
    return await isMigrated(db);
  } catch (error) {
    if (isHalfMade(error)) return false;
    throw error;
  }
}

async function emptyEngine(): Promise<Engine> {
  const engine = openSqliteEngine(':memory:', { readOnly: false });
  await migrate(engine);
  return engine;
}

function refuseDamaged(file: string): void {
  const finding = quickCheck(file);
  if (finding !== 'ok') throw damaged(file, finding);
}

async function closedOnFailure<T>(engine: Engine, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    await engine.close();
    throw error;
  }
}
