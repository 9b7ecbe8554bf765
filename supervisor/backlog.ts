type Write = () => Promise<unknown>;

/** Writes that all have to be done, oldest first. */
export interface Backlog {
  /** Asks for a write: at once when none waits, else after those. */
  keep(write: Write): void;
  /** Asks once more for what waits; resolves when what is under way has ended, well or badly. */
  retry(): Promise<void>;
  /** Resolves when all that is under way has ended, well or badly. */
  settled(): Promise<void>;
}

export interface BacklogOptions {
  /** Told of the first write that has to wait, of one that cannot be done, and of too many. */
  readonly onError: (error: unknown) => void;
  /** Whether the same write may succeed later; else it is given up. */
  readonly isPassing: (error: unknown) => boolean;
  /** How many may wait: a disk that stays full must not fill the memory as well. */
  readonly limit?: number;
}

const LIMIT = 2_000;

/**
 * Keeps what could not be written and writes it later, in order: a crash that was forgiven must not come back.
 * That writes wait is told once, until none does any more.
 */
export function createBacklog({ onError, isPassing, limit = LIMIT }: BacklogOptions): Backlog {
  const waiting: Write[] = [];
  const underWay = new Set<Promise<void>>();
  const told = new Set<'waits' | 'given up'>();
  let draining: Promise<void> | null = null;

  const tellOnce = (what: 'waits' | 'given up', error: unknown) => {
    if (!told.has(what)) onError(error);
    told.add(what);
  };
  const wait = (write: Write) => {
    if (waiting.length < limit) waiting.push(write);
    else tellOnce('given up', new Error(`${limit} writes wait: what comes on top is given up`));
  };
  /** Whether the next one may be tried. */
  const isOver = (error: unknown) => {
    if (!isPassing(error)) onError(error);
    else tellOnce('waits', error);
    return !isPassing(error);
  };
  const drain = async () => {
    for (let write = waiting[0]; write !== undefined; write = waiting[0]) {
      const isDone = await attempt(write).then(() => true, isOver);
      if (!isDone) return;
      waiting.shift();
    }
    told.clear();
  };
  const drainOnce = async () => {
    draining ??= drain().finally(() => {
      draining = null;
    });
    await draining;
  };
  const tryAtOnce = async (write: Write) => {
    const isDone = await attempt(write).then(() => true, isOver);
    if (!isDone) wait(write);
  };
  const settled = async () => {
    await Promise.all([...underWay, draining]);
  };
  return {
    keep: (write) => {
      if (waiting.length > 0) {
        wait(write);
        void drainOnce();
        return;
      }
      const writing = tryAtOnce(write);
      underWay.add(writing);
      void writing.then(() => underWay.delete(writing));
    },
    retry: async () => {
      await settled();
      await drainOnce();
    },
    settled,
  };
}

/** One that throws rather than rejects has failed like any other. */
async function attempt(write: Write): Promise<void> {
  await write();
}
