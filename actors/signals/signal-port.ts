import path from 'node:path';
import type { FailoverError } from '../../config/errors.ts';
import type { AccountUsage, Signal, SignalPort } from '../../machines/signals.ts';
import { orDiskFailure } from '../agent/disk-failure.ts';
import { openSessionSignals } from './session-signals.ts';
import { watchUsage } from './usage-watch.ts';

export interface SignalPortOptions {
  /** `<stateDir>/sessions`: each session has its own directory in it, made when it is first launched. */
  readonly folder: string;
  /** The names of the pool. */
  readonly sessions: readonly string[];
  /**
   * Told what nobody else would hear of: `SIGNAL_REFUSED` a file that is no signal and was moved aside,
   * `SIGNAL_KEPT` one whose deal failed and which is tried again at the next look, `DISK_FAILED`.
   */
  readonly onError: (error: FailoverError) => void;
}

/**
 * What the hooks and status lines of the agents say, from the spools that they write to. Event-driven
 * (inotify), no timers: `refresh` at some slow interval catches what the kernel did not tell. Usage is
 * watched at once: subscribe in the same tick to miss nothing. Throws `WATCH_FAILED` when the kernel
 * refuses to watch.
 */
export function createSignalPort({ folder, sessions, onError }: SignalPortOptions): SignalPort {
  const listeners = new Set<(session: string, usage: AccountUsage) => void>();
  const spools = sessions.map((session) =>
    openSessionSignals({ session, folder: path.join(folder, session), onError }),
  );
  const usages = sessions.map((session) =>
    watchUsage(path.join(folder, session), (usage) => {
      for (const listener of listeners) listener(session, usage);
    }),
  );

  return {
    pending: async () =>
      byTime(await orDiskFailure(Promise.all(spools.map((spool) => spool.pending())))),
    listen: (deal) => {
      for (const spool of spools) spool.listen(deal);
    },
    refresh: () => {
      for (const one of [...spools, ...usages]) one.refresh();
    },
    onUsage: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      listeners.clear();
      for (const one of [...spools, ...usages]) one.close();
    },
  };
}

/**
 * Those of all sessions, oldest first. Those of one session stay in their order, whatever became of
 * the clock meanwhile.
 */
function byTime(spools: readonly (readonly Signal[])[]): readonly Signal[] {
  return spools
    .flatMap((signals) => {
      let latest = 0;
      return signals.map((signal) => {
        latest = Math.max(latest, signal.at);
        return { signal, latest };
      });
    })
    .sort((a, b) => a.latest - b.latest)
    .map(({ signal }) => signal);
}
