import type { LogEvent } from '../machines/log-events.ts';

/**
 * What systemd is told when the daemon has logged this; null = nothing. See sd_notify(3).
 *
 * @param monotonicMs time of the machine's monotonic clock
 */
export function wordsForSystemd(entry: LogEvent, monotonicMs: number): readonly string[] | null {
  switch (entry.event) {
    case 'daemon.starting':
      return ['STATUS=starting'];
    case 'daemon.ready':
      return ['READY=1', `STATUS=supervises ${entry.sessions} session(s)`];
    case 'daemon.reloading':
      return ['RELOADING=1', `MONOTONIC_USEC=${Math.floor(monotonicMs * 1000)}`];
    case 'daemon.reloaded':
      return ['READY=1', `STATUS=supervises ${entry.sessions} session(s)`];
    case 'daemon.reload_refused':
      return ['READY=1'];
    case 'daemon.escalated':
      return [`STATUS=no session is created any more: ${oneLine(entry.reason)}`];
    case 'daemon.resumed':
      return ['STATUS=sessions are created again'];
    case 'daemon.stopping':
      return ['STOPPING=1', `STATUS=stopping (${oneLine(entry.reason)}); every session stays`];
    default:
      return null;
  }
}

/**
 * The same over the life of a daemon: what comes of a reload is told only between `ready` and `stopping`, for
 * whoever waits for the start would take it for the end of that.
 */
export function createManagerWords(): typeof wordsForSystemd {
  let isUp = false;
  return (entry, monotonicMs) => {
    const { event } = entry;
    if (event === 'daemon.ready') isUp = true;
    if (event === 'daemon.stopping') isUp = false;
    return isUp || !event.startsWith('daemon.reload') ? wordsForSystemd(entry, monotonicMs) : null;
  };
}

/** A line break would begin another assignment. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

/**
 * How often the daemon must say that it is alive, as a service of systemd with a watchdog: twice as
 * often as is asked for. null = it is not asked, or somebody else is.
 */
export function watchdogEveryMs(env: NodeJS.ProcessEnv, pid: number): number | null {
  const { WATCHDOG_USEC, WATCHDOG_PID } = env;
  if (WATCHDOG_PID !== undefined && Number(WATCHDOG_PID) !== pid) return null;
  const everyMs = Number(WATCHDOG_USEC) / 1000 / 2;
  return everyMs > 0 ? everyMs : null;
}
