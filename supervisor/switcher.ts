import type { LogEvent } from '../machines/log-events.ts';
import type { Alarm } from './alarm.ts';
import { createDogged } from './dogged.ts';
import { type SwitchOnceParts, switchOnce } from './switch-once.ts';

export interface Switcher {
  /** Something may have changed: a session, an account, a failover. */
  wake(): void;
  /** Nothing is decided after this; resolves when the pass under way has ended. */
  stop(): Promise<void>;
}

export interface SwitcherParts extends Omit<SwitchOnceParts, 'signal'> {
  readonly tell: (entry: LogEvent) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly alarm: (ring: () => void) => Alarm;
}

/**
 * Decides which sessions change their account whenever it is woken, and when time alone has changed
 * something. What goes wrong is tried again at the next wake: the plan compares what is, so that nothing
 * is lost.
 */
export function createSwitcher(parts: SwitcherParts): Switcher {
  const abort = new AbortController();
  const pass = { ...parts, signal: abort.signal };
  const flight = createDogged('deciding who changes the account', parts.tell, async () => {
    const next = await switchOnce(pass);
    if (!abort.signal.aborted) alarm.set(next === null ? null : next - parts.now());
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
