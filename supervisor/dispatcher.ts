import type { Alarm } from './alarm.ts';
import { type DispatchParts, dispatchOnce } from './dispatch-pass.ts';
import { createDogged } from './dogged.ts';

export interface Dispatcher {
  /** Something may have changed: a task was added, a session became ready, news were stored. */
  wake(): void;
  /** Nothing is leased after this; resolves when the pass under way has ended. */
  stop(): Promise<void>;
}

export interface DispatcherParts extends Omit<DispatchParts, 'signal'> {
  readonly alarm: (ring: () => void) => Alarm;
  /** Called after each pass that was not broken off. */
  readonly onPassed: () => void;
}

/**
 * Gives tasks to sessions whenever it is woken, and when time alone has made one startable. What goes
 * wrong is tried again at the next wake: nothing is lost, since what is not leased is still queued,
 * and what is leased without anybody knowing is found.
 */
export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const abort = new AbortController();
  const pass = { ...parts, signal: abort.signal };
  const flight = createDogged('giving out tasks', parts.tell, async () => {
    const next = await dispatchOnce(pass);
    if (!abort.signal.aborted) alarm.set(next === null ? null : next - parts.now());
    parts.onPassed();
  });
  const alarm = parts.alarm(flight.ask);
  return {
    wake: flight.ask,
    stop: async () => {
      abort.abort();
      alarm.set(null);
      await flight.stop();
    },
  };
}
