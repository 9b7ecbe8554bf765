/**
 * Tells listeners that something may have changed. The first of a burst at once, the rest of it
 * together: no two calls are closer than `gapMs`.
 */
export function createWakes(gapMs: number) {
  const listeners = new Set<() => void>();
  let quiet: NodeJS.Timeout | null = null;
  let isMissed = false;

  const tell = (): void => {
    quiet = setTimeout(() => {
      quiet = null;
      if (isMissed) tell();
    }, gapMs);
    isMissed = false;
    for (const listener of listeners) listener();
  };
  return {
    wake: (): void => {
      if (quiet) isMissed = true;
      else tell();
    },
    /** Returns how to stop listening. */
    onWake: (listener: () => void): (() => void) => {
      // A listener added twice is two: each call has its own entry.
      const entry = (): void => listener();
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    close: (): void => {
      listeners.clear();
      if (quiet) clearTimeout(quiet);
    },
  };
}
