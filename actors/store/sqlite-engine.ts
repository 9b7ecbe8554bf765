import type BetterSqlite3 from 'better-sqlite3';
import { Kysely, SqliteDialect, sql } from 'kysely';
import type { Engine } from './engine.ts';
import type { Schema } from './schema.ts';
import { SqliteDatabase } from './sqlite-module.ts';

/** How long a statement waits for another process's write before it fails. */
const BUSY_TIMEOUT_MS = 5_000;
/** How often the switch to WAL is tried again meanwhile. */
const SWITCH_RETRY_MS = 5;

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
      const write = lastWrite.then(() =>
        db.connection().execute((tx) => inTransaction(raw, tx, fn)),
      );
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
 * Nothing changes when it is in WAL mode already. For the switch itself SQLite does not wait for
 * others, whatever the timeout: of two processes that open a new file at once, one is told `busy`.
 */
function switchToWal(raw: BetterSqlite3.Database): void {
  const deadline = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      raw.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    // As SQLite itself waits: the thread sleeps.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SWITCH_RETRY_MS);
  }
}

function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(String((error as { readonly code?: unknown } | null)?.code));
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

async function inTransaction<T>(
  raw: BetterSqlite3.Database,
  tx: Kysely<Schema>,
  fn: (tx: Kysely<Schema>) => Promise<T>,
): Promise<T> {
  // IMMEDIATE: a deferred transaction that reads first cannot be made to wait for another writer.
  await sql`begin immediate`.execute(tx);
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
