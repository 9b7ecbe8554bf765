import type { Kysely } from 'kysely';
import type { Engine } from './engine.ts';
import type { Schema } from './schema.ts';

/** Statements that are durable together, or refused together; gives what they give. */
export type Write = <T>(statements: (tx: Kysely<Schema>) => Promise<T>) => Promise<T>;

/** Where things are kept, and who may change them: whoever holds a fence, everybody, or nobody. */
export interface OpenShelf {
  readonly engine: Engine;
  readonly write: Write;
}

/** The same for the sessions of one tmux server. */
export interface Shelf extends OpenShelf {
  /** The socket path of the tmux server whose sessions these are. */
  readonly scope: string;
}

/** The same for whoever keeps facts: its writes give nothing. */
export interface FactShelf extends Omit<Shelf, 'write'> {
  readonly write: (statements: (tx: Kysely<Schema>) => Promise<unknown>) => Promise<void>;
}

/** How tasks are handed out and given back: the config's `tasks` section. */
export interface TaskLimits {
  /** A task that failed this often is dead. */
  readonly maxAttempts: number;
  /** How long a session's claim lasts unless it is renewed. */
  readonly leaseMs: number;
  /** How long a task that failed, or was given back while it ran, is not started again. */
  readonly retryBackoffMs: number;
  /** How long a task that ended is remembered. */
  readonly retentionMs: number;
}

/** The tasks of everybody, as the daemon of one tmux server's sessions deals with them. */
export interface TaskShelf extends Shelf {
  readonly limits: TaskLimits;
}
