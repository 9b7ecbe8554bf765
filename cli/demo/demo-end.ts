import type { StopWish } from '../daemon-voice.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const PARENT_POLL_MS = 1000;

/** What ends a demo: a signal, or that whoever started it is gone. */
export interface DemoEnd {
  /** Hands in how to stop; when the end has come already it is used at once. */
  onStoppable(stop: (wish: StopWish) => void): void;
  /** No longer listens. */
  dispose(): void;
}

/** Listens from now on; signals no longer end the process by themselves, so that it can clean up. */
export function listenForEnd(): DemoEnd {
  const parent = process.ppid;
  let wish: StopWish | null = null;
  let stop: ((wish: StopWish) => void) | null = null;
  const end = (reason: string) => {
    wish ??= { reason, byVerb: false };
    stop?.(wish);
  };
  for (const signal of SIGNALS) process.on(signal, end);
  const orphaned = setInterval(() => {
    if (process.ppid !== parent) end('whoever started it is gone');
  }, PARENT_POLL_MS);
  orphaned.unref();
  return {
    onStoppable: (given) => {
      stop = given;
      if (wish !== null) given(wish);
    },
    dispose: () => {
      clearInterval(orphaned);
      for (const signal of SIGNALS) process.off(signal, end);
    },
  };
}
