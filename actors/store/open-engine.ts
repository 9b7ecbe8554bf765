import { existsSync } from 'node:fs';
import { FailoverError } from '../../config/errors.ts';
import type { Engine } from './engine.ts';
import { hasTable, migrate, refuseNewer } from './migrate.ts';
import type { Schema } from './schema.ts';
import type { Write } from './shelf.ts';
import { isHalfMade, openSqliteEngine, quickCheck } from './sqlite-engine.ts';
import { damaged } from './store-failure.ts';
import { secureStoreFile } from './store-file.ts';

/**
 * Opens the file for writing: makes it when it is missing, and migrates it. `look`: at all of it
 * first, so that a damaged one is refused untouched.
 */
export async function openForWriting(file: string, { look }: { look: boolean }): Promise<Engine> {
  secureStoreFile(file);
  if (look) refuseDamaged(file);
  const engine = openSqliteEngine(file, { readOnly: false });
  await closedOnFailure(engine, () => migrate(engine));
  return engine;
}

/**
 * Opens the file to read one of its tables. Makes nothing: where the file or the table is not there
 * yet, what is read is empty.
 */
export async function openForReading(file: string, table: keyof Schema): Promise<Engine> {
  if (!existsSync(file)) return await emptyEngine();
  const engine = openSqliteEngine(file, { readOnly: true });
  if (await closedOnFailure(engine, () => isReadable(engine, table))) return engine;
  await engine.close();
  return await emptyEngine();
}

/** What whoever has opened a file for reading only writes with. */
export function refusingWrites(file: string): Write {
  return async () => {
    throw new FailoverError('STORE_FAILED', `the store ${file} is open for reading only`, { file });
  };
}

/** What `open` gives; the engine is closed when it fails. */
export async function closedOnFailure<T>(engine: Engine, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    await engine.close();
    throw error;
  }
}

function refuseDamaged(file: string): void {
  const finding = quickCheck(file);
  if (finding !== 'ok') throw damaged(file, finding);
}

async function isReadable({ db }: Engine, table: keyof Schema): Promise<boolean> {
  try {
    await refuseNewer(db, 'schema_min_reader');
    return await hasTable(db, table);
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
