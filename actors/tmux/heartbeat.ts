/** Asks something when nothing was heard for a while. */
export interface Heartbeat {
  /** Something was heard: the next question may wait. */
  heard(): void;
  stop(): void;
}

/**
 * Calls `ask` after each `everyMs` in which nothing was heard. A server that hangs says nothing of it:
 * without a question its silence looks like peace.
 */
export function createHeartbeat(everyMs: number, ask: () => void): Heartbeat {
  const timer = setInterval(ask, everyMs);
  timer.unref();
  return {
    heard: () => void timer.refresh(),
    stop: () => clearInterval(timer),
  };
}
