import type { LogEvent } from '../machines/log-events.ts';
import type { Alarm } from './alarm.ts';
import { createDogged } from './dogged.ts';

export interface WokenPasses {
  /** Something may have changed: a pass follows. */
  wake(): void;
  /** Nothing is decided after this; resolves when the pass under way has ended. */
  stop(): Promise<void>;
}

export interface WokenPassesParts {
  readonly tell: (entry: LogEvent) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly alarm: (ring: () => void) => Alarm;
}

/**
 * One pass after the other: whenever it is woken, and when time alone has changed something. A pass that
 * failed is made again at the next wake.
 *
 * @param what what a pass does, as the subject of "… failed"
 * @param pass resolves with the epoch milliseconds at which time alone will have changed something, null
 *   when it will not; its signal is aborted when nothing is to be decided any more
 */
export function createWokenPasses(
  what: string,
  { tell, now, alarm: createAlarm }: WokenPassesParts,
  pass: (signal: AbortSignal) => Promise<number | null>,
): WokenPasses {
  const abort = new AbortController();
  const flight = createDogged(what, tell, async () => {
    const next = await pass(abort.signal);
    if (!abort.signal.aborted) alarm.set(next === null ? null : next - now());
  });
  const alarm = createAlarm(flight.ask);
  return {
    wake: flight.ask,
    stop: async () => {
      abort.abort();
      alarm.set(null);
      await flight.stop();
    },
  };
}
