import { createInterface } from 'node:readline';
import type { LogEvent, LogEventName } from '../../machines/log-events.ts';
import type { DaemonRun } from '../harness/test-pool.ts';
import { type Arrival, type Arrivals, createArrivals } from './arrivals.ts';

export type Log = Arrivals<LogEvent>;
export type Of<E extends LogEventName> = Extract<LogEvent, { event: E }>;

const BOOT_MS = 300_000;

/** The daemon's log with the time at which each line is heard; `also` hears each as it comes. */
export function follow(
  { child: { stdout } }: DaemonRun,
  also: (event: LogEvent) => void = () => {},
): Log {
  const log = createArrivals<LogEvent>();
  if (stdout === null) throw new Error('the daemon was started without a log');
  createInterface({ input: stdout }).on('line', (line) => {
    const event: LogEvent = JSON.parse(line);
    log.hear(event);
    also(event);
  });
  return log;
}

/** The sessions, once so many have been at their prompt. Rejects with what the daemon complained of. */
export async function allReady(
  log: Log,
  size: number,
  { stderr }: Pick<DaemonRun, 'stderr'>,
): Promise<readonly string[]> {
  const ready = new Set<string>();
  const isLast = ({ told }: Arrival<LogEvent>): boolean => {
    if (told.event === 'session.ready') ready.add(told.session);
    return ready.size === size;
  };
  if ((await log.find(isLast, BOOT_MS)) === null) {
    throw new Error(`the pool did not come up: ${stderr()}`);
  }
  return [...ready];
}

/** The latest line of this event that fits, or else the next that will; null when none comes in time. */
export async function logged<E extends LogEventName>(
  log: Log,
  event: E,
  fits: (told: Of<E>, atMs: number) => boolean,
): Promise<Arrival<Of<E>> | null> {
  const found = await log.find((one) => isOf(one, event) && fits(one.told, one.atMs));
  return found !== null && isOf(found, event) ? found : null;
}

export function isOf<E extends LogEventName>(
  arrival: Arrival<LogEvent>,
  event: E,
): arrival is Arrival<Of<E>> {
  return arrival.told.event === event;
}
