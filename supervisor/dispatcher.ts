import { type DispatchParts, dispatchOnce } from './dispatch-pass.ts';
import { createWokenPasses, type WokenPasses, type WokenPassesParts } from './woken-passes.ts';

export interface DispatcherParts extends Omit<DispatchParts, 'signal'>, WokenPassesParts {
  /** Called after each pass that was not broken off. */
  readonly onPassed: () => void;
}

/**
 * Gives tasks to sessions whenever something may have changed: a task was added, a session became ready, news
 * were stored. What goes wrong is tried again at the next wake: nothing is lost, since what is not leased is
 * still queued, and what is leased without anybody knowing is found.
 */
export function createDispatcher(parts: DispatcherParts): WokenPasses {
  return createWokenPasses('giving out tasks', parts, async (signal) => {
    const next = await dispatchOnce({ ...parts, signal });
    parts.onPassed();
    return next;
  });
}
