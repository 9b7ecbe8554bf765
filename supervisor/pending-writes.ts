import { type Backlog, createBacklog } from './backlog.ts';

type Write = () => Promise<unknown>;

/** Writes that nobody waits for when they are asked for. */
export interface PendingWrites {
  /** Asks for a write, which is kept until it is done when it failed for a reason that passes; see `createBacklog`. */
  keep: Backlog['keep'];
  /**
   * The same, of which only the newest of its key counts: it is kept until it is stored, and told of once. What is
   * kept is tried again as soon as another one was stored.
   */
  keepNewest(key: string, write: Write): void;
  /** Resolves when all that was asked for so far has ended, well or badly. */
  settled(): Promise<void>;
  /** Asks once more for what could not be stored, and may be tried; resolves when that has ended. */
  retry(): Promise<void>;
  /**
   * Resolves when what was asked for by these keys is stored, or newer facts in its place; tries once more what was
   * not. Rejects with the error when it still is not.
   */
  durable(isConcerned: (key: string) => boolean): Promise<void>;
}

export interface PendingWritesOptions {
  readonly onError: (error: unknown) => void;
  /** Whether a write that is not the newest of anything may succeed later; without it none does. */
  readonly isPassing?: (error: unknown) => boolean;
  /** False while something newer may be written of it by somebody else: what is kept would undo that. */
  readonly mayRetry?: (key: string) => boolean;
}

/** Facts that are not stored yet. */
interface Unwritten {
  readonly write: Write;
  isUnderWay: boolean;
  isTold: boolean;
  error: unknown;
}

export function createPendingWrites({
  onError,
  isPassing = () => false,
  mayRetry = () => true,
}: PendingWritesOptions): PendingWrites {
  const backlog = createBacklog({ onError, isPassing });
  const pending = new Set<Promise<void>>();
  const unwritten = new Map<string, Unwritten>();
  const wait = (writing: Promise<void>) => {
    pending.add(writing);
    void writing.then(() => pending.delete(writing));
  };
  const settled = async () => {
    await Promise.all([...pending, backlog.settled()]);
  };
  const tryToWrite = async (key: string, one: Unwritten): Promise<void> => {
    one.isUnderWay = true;
    try {
      await one.write();
      if (unwritten.get(key) === one) unwritten.delete(key);
      tryKept();
    } catch (error) {
      one.error = error;
      if (!one.isTold) onError(error);
      one.isTold = true;
    } finally {
      one.isUnderWay = false;
    }
  };
  const tryKept = () => {
    for (const [key, one] of unwritten) {
      if (!one.isUnderWay && mayRetry(key)) wait(tryToWrite(key, one));
    }
  };
  const retry = async () => {
    tryKept();
    await Promise.all([backlog.retry(), settled()]);
  };
  return {
    keep: backlog.keep,
    keepNewest: (key, write) => {
      const isTold = unwritten.get(key)?.isTold ?? false;
      const one: Unwritten = { write, isUnderWay: false, isTold, error: null };
      unwritten.set(key, one);
      wait(tryToWrite(key, one));
    },
    settled,
    retry,
    durable: async (isConcerned) => {
      await settled();
      const left = [...unwritten.keys()].filter(isConcerned);
      if (left.length > 0) await retry();
      const still = left.flatMap((key) => unwritten.get(key) ?? []);
      for (const { error } of still) throw error ?? new Error('newer facts are not stored yet');
    },
  };
}
