/** Effects that were begun, for whoever has to know that none of them goes on. */
export interface UnderWay {
  /** The same effect, counted until it has ended, well or badly. */
  counted<Args extends readonly unknown[], T>(
    effect: (...args: Args) => Promise<T>,
  ): (...args: Args) => Promise<T>;
  /** Resolves when none goes on; none may be begun meanwhile. */
  over(): Promise<void>;
}

/**
 * Stopping a machine ends no effect that it asked for: one that writes or starts something a moment later
 * would do so behind the back of the next daemon in this process.
 */
export function createUnderWay(): UnderWay {
  const going = new Set<Promise<unknown>>();
  return {
    counted:
      (effect) =>
      async (...args) => {
        const one = effect(...args);
        going.add(one);
        try {
          return await one;
        } finally {
          going.delete(one);
        }
      },
    over: async () => {
      while (going.size > 0) await Promise.allSettled(going);
    },
  };
}
