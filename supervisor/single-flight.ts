/** Work of which one run at a time is enough, however often it is asked for. */
export interface SingleFlight {
  /** Runs it soon; asked for while it runs, it runs once more: that run may have looked too early. */
  ask(): void;
  /** No run begins after this; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/** @param work rejects only by a bug of ours, which is told to `onError` */
export function createSingleFlight(
  work: () => Promise<void>,
  onError: (error: unknown) => void,
): SingleFlight {
  let running: Promise<void> | null = null;
  let isAsked = false;
  let isStopped = false;
  const runAll = async () => {
    // Later: whoever asks may be in the middle of something.
    await Promise.resolve();
    while (isAsked && !isStopped) {
      isAsked = false;
      await work().catch(onError);
    }
    running = null;
  };
  return {
    ask: () => {
      isAsked = true;
      if (!isStopped) running ??= runAll();
    },
    stop: async () => {
      isStopped = true;
      await running;
    },
  };
}
