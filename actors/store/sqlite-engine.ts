import type BetterSqlite3 from 'better-sqlite3';
import { Kysely, SqliteDialect, sql } from 'kysely';
import type { Engine } from './engine.ts';
import type { Schema } from './schema.ts';
import { BUSY_TIMEOUT_MS, begin, switchToWal, whenUnlocked } from './sqlite-lock.ts';
import { SqliteDatabase } from './sqlite-module.ts';

/**
 * Opens a SQLite file as an engine; the file exists already (`store-file.ts` makes it). Throws what
 * better-sqlite3 throws. Committed is durable: WAL with `synchronous=FULL` syncs at each commit.
 */
export function openSqliteEngine(file: string, { readOnly }: { readOnly: boolean }): Engine {
  const raw = new SqliteDatabase(file, {
    readonly: readOnly,
    fileMustExist: true,
    timeout: BUSY_TIMEOUT_MS,
  });
  if (!readOnly) {
    switchToWal(raw);
    raw.pragma('synchronous = FULL');
  }
  raw.pragma('foreign_keys = ON');

  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: raw }) });
  // Kysely's own mutex lets a newcomer overtake those who wait; writes must keep their order.
  let lastWrite: Promise<unknown> = Promise.resolve();

  return {
    kind: 'sqlite',
    db,
    now: sql<number>`cast(unixepoch('subsec') * 1000 as integer)`,
    exclusive(fn) {
      const attempt = (onBegun: () => void) =>
        db.connection().execute((tx) => inTransaction(raw, tx, { fn, onBegun }));
      const write = lastWrite.then(() => whenUnlocked(attempt));
      lastWrite = write.catch(() => undefined);
      return write;
    },
    async close() {
      await lastWrite;
      await db.destroy();
      raw.close();
    },
  };
}

/**
 * The result of SQLite's own quick check, 'ok' when the file is sound. A connection of its own that
 * only reads: closing a writing one would checkpoint into the very file that may be damaged.
 */
export function quickCheck(file: string): string {
  const raw = new SqliteDatabase(file, { readonly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    return String(raw.pragma('quick_check(1)', { simple: true }));
  } catch (error) {
    if (isHalfMade(error)) return 'ok';
    throw error;
  } finally {
    raw.close();
  }
}

/**
 * Whoever made the file was killed in the middle of its first transaction, before it was in WAL mode:
 * a rollback is due, which a connection that only reads may not do. The next one that writes does it
 * by itself, and what had been committed (nothing, then) is there.
 */
export function isHalfMade(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === 'SQLITE_READONLY_ROLLBACK';
}

interface Work<T> {
  readonly fn: (tx: Kysely<Schema>) => Promise<T>;
  /** Called once the write lock is ours: from then on a failure is the work's own. */
  readonly onBegun: () => void;
}

async function inTransaction<T>(
  raw: BetterSqlite3.Database,
  tx: Kysely<Schema>,
  { fn, onBegun }: Work<T>,
): Promise<T> {
  await begin(raw, tx);
  onBegun();
  try {
    const result = await fn(tx);
    await sql`commit`.execute(tx);
    return result;
  } catch (error) {
    // A full disk has rolled back already; a second rollback would hide its error.
    if (raw.inTransaction) await sql`rollback`.execute(tx);
    throw error;
  }
}
