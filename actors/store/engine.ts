import type { Kysely, RawBuilder } from 'kysely';
import type { Schema } from './schema.ts';

/**
 * All that differs between databases. The store is written once over it; a second engine is a
 * second implementation of these five members, not of the store.
 */
export interface Engine {
  readonly kind: 'sqlite' | 'postgres';
  /** Typed reads. Never read-then-write outside `exclusive`. */
  readonly db: Kysely<Schema>;
  /** The database's clock in epoch milliseconds, as an SQL expression. */
  readonly now: RawBuilder<number>;
  /**
   * One serialised write transaction, in the order of the calls: either everything in `fn` is
   * durable when the promise resolves, or nothing happened. No I/O but `tx` inside `fn`.
   */
  exclusive<T>(fn: (tx: Kysely<Schema>) => Promise<T>): Promise<T>;
  /** Waits for the writes that were asked for. */
  close(): Promise<void>;
}
