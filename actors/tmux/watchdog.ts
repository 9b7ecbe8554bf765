/** Notices that nothing happens any more although something should. */
export interface Watchdog {
  /** Something is awaited from now on. */
  watch(): void;
  /** Something happened; is more awaited? */
  progress(isMoreAwaited: boolean): void;
}

/**
 * Calls `onSilence` when something is awaited and nothing has happened for `ms`. Work that is slow because
 * there is much of it (a hundred sessions created at once) is not silent.
 */
export function createWatchdog(ms: number, onSilence: () => void): Watchdog {
  let timer: NodeJS.Timeout | null = null;
  const start = (): void => {
    // What has come while we were held up ourselves is read first: in Node's loop, timers come before the pipes.
    const own = setTimeout(() => {
      setImmediate(() => {
        if (timer !== own) return;
        timer = null;
        onSilence();
      });
    }, ms);
    timer = own;
  };
  return {
    watch: () => {
      if (!timer) start();
    },
    progress: (isMoreAwaited) => {
      if (timer) clearTimeout(timer);
      timer = null;
      if (isMoreAwaited) start();
    },
  };
}
