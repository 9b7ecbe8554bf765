/** Lets the launches of one account pass one after the other; those of other accounts go on beside them. */
export interface AccountTurns {
  /**
   * Runs the launch when its turn has come, and rejects with the signal's reason when that is aborted
   * before. The next one of the account comes `SPACING_MS` after the agent has been heard, or at once
   * when the launch fails. Where one was heard within `FRESH_MS`, the next comes `SPACING_MS` after this
   * one has begun.
   */
  pass<T>(account: string, start: TurnStart<T>): Promise<T>;
}

export interface TurnStart<T> {
  readonly launch: () => Promise<T>;
  /** Resolves when the agent has said its first word; false: it is not waited for any more. */
  readonly heard: (launched: T) => Promise<boolean>;
  readonly signal: AbortSignal;
}

/**
 * At its start a client renews a login that is about to expire, and writes the new one down. The client
 * that comes next reads that one; of many that start at the same moment all but one would wait for it at
 * the client's own lock, and give up after a few tries. By its first word a client has begun to.
 */
const SPACING_MS = 250;

/** A login that a client has just come up with is not about to expire. */
const FRESH_MS = 60_000;

export interface TurnTime {
  /** Rejects when it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  monotonicMs(): number;
}

export function createAccountTurns({ sleep, monotonicMs }: TurnTime): AccountTurns {
  const turns = new Map<string, Promise<unknown>>();
  const heardAt = new Map<string, number>();
  const isFresh = (account: string) =>
    monotonicMs() - (heardAt.get(account) ?? Number.NEGATIVE_INFINITY) < FRESH_MS;
  return {
    pass(account, { launch, heard, signal }) {
      const before = turns.get(account) ?? Promise.resolve();
      const begun = orAborted(before, signal);
      const passed = begun.then(launch);
      const told = passed.then(heard).then((isHeard) => {
        if (isHeard) heardAt.set(account, monotonicMs());
      });
      told.catch(() => {});
      const over = begun
        .then(() => (isFresh(account) ? undefined : told))
        .then(() => sleep(SPACING_MS, NEVER));
      // Whoever was stopped while it waited is no reason to come earlier.
      turns.set(account, Promise.allSettled([before, over]));
      return passed;
    },
  };
}

const NEVER = new AbortController().signal;

async function orAborted(turn: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    turn.then(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, reject);
  });
}
