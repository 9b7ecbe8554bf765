import type { LogEvent } from '../machines/log-events.ts';
import { createSingleFlight, type SingleFlight } from './single-flight.ts';

/**
 * Work that is asked for again and again, whatever comes of it. That it fails is said once, until it
 * has succeeded again: a store that is gone would have it said at each wake.
 *
 * @param what the work, as the subject of "… failed"
 */
export function createDogged(
  what: string,
  tell: (entry: LogEvent) => void,
  work: () => Promise<void>,
): SingleFlight {
  let isFailing = false;
  const attempt = async () => {
    await work();
    isFailing = false;
  };
  return createSingleFlight(attempt, (error) => {
    const reason = `${what} failed: it is tried again until it succeeds`;
    if (!isFailing) tell({ event: 'daemon.error', reason, error });
    isFailing = true;
  });
}
