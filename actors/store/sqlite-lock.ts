/** Waiting for other processes that use the same file. */
import { setTimeout as sleep } from 'node:timers/promises';
import type BetterSqlite3 from 'better-sqlite3';
import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

/** How long a statement waits for another process before it fails. The thread sleeps meanwhile. */
export const BUSY_TIMEOUT_MS = 5_000;
/** How long a write waits for the writes of other processes before it fails. */
const PATIENCE_MS = 30_000;
/** Of that, how long the thread sleeps at a time, and how long others of this process go on. */
const ASLEEP_MS = 10;
const AWAKE_MS = 5;

/**
 * Nothing changes when it is in WAL mode already. For the switch itself SQLite does not wait for
 * others, whatever the timeout: of two processes that open a new file at once, one is told `busy`.
 */
export function switchToWal(raw: BetterSqlite3.Database): void {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      raw.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    // As SQLite itself waits: the thread sleeps.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ASLEEP_MS);
  }
}

/**
 * What `attempt` gives, which is tried again while others write; `onBegun` tells that the lock is ours,
 * so that a failure from then on is its own.
 *
 * SQLite's own waiting is a lottery, in which whoever has waited long draws ever more rarely: with
 * many writers it fails now and then, however long the timeout.
 */
export async function whenUnlocked<T>(attempt: (onBegun: () => void) => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  let hasBegun = false;
  for (;;) {
    try {
      return await attempt(() => {
        hasBegun = true;
      });
    } catch (error) {
      if (hasBegun || !isBusy(error) || performance.now() > deadline) throw error;
    }
    await sleep(AWAKE_MS);
  }
}

function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(String((error as { readonly code?: unknown } | null)?.code));
}

/** Begins a write, or throws `busy` after a short while. */
export async function begin(raw: BetterSqlite3.Database, tx: Kysely<Schema>): Promise<void> {
  raw.pragma(`busy_timeout = ${ASLEEP_MS}`);
  try {
    // IMMEDIATE: a deferred transaction that reads first cannot be made to wait for another writer.
    await sql`begin immediate`.execute(tx);
  } finally {
    raw.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  }
}
