/** Writes that nobody waits for when they are asked for. */
export interface PendingWrites {
  /** Asks for a write; that it failed is told once it has. */
  keep(write: () => Promise<unknown>): void;
  /** Resolves when all that was asked for so far has ended, well or badly. */
  settled(): Promise<void>;
}

export function createPendingWrites(onError: (error: unknown) => void): PendingWrites {
  const pending = new Set<Promise<void>>();
  return {
    keep: (write) => {
      const writing = attempt(write).catch(onError);
      pending.add(writing);
      void writing.then(() => pending.delete(writing));
    },
    settled: async () => {
      await Promise.all(pending);
    },
  };
}

/** One that throws rather than rejects has failed like any other. */
async function attempt(write: () => Promise<unknown>): Promise<void> {
  await write();
}
