import type { AccountUsage, Signal, SignalPort } from '../../machines/signals.ts';

/** Signals that a test plays. They outlive the daemon: the next one gets a port of the same place. */
export interface PlayedSignals {
  /** The port of a daemon that starts. */
  open(): SignalPort;
  /** The agent of a session says something. */
  say(signal: Signal): void;
  /** Its status line tells what its account has used. */
  tellUsage(session: string, usage: AccountUsage): void;
  /** What nobody has dealt with yet, oldest first. */
  unread(): readonly Signal[];
}

export function playSignals(): PlayedSignals {
  let unread: readonly Signal[] = [];
  let look = () => {};
  const usageListeners = new Set<(session: string, usage: AccountUsage) => void>();
  const open = (): SignalPort => {
    let isClosed = false;
    let turn = Promise.resolve();
    const dealWithAll = async (deal: (signal: Signal) => Promise<void>) => {
      for (const signal of unread) {
        if (isClosed) return;
        await deal(signal);
        unread = unread.filter((one) => one !== signal);
      }
    };
    return {
      pending: async () => unread,
      listen: (deal) => {
        look = () => {
          // What fails is kept, as everything behind it is, until somebody looks again.
          turn = turn.then(() => dealWithAll(deal)).catch(() => {});
        };
        look();
      },
      refresh: () => look(),
      onUsage: (listener) => {
        usageListeners.add(listener);
        return () => usageListeners.delete(listener);
      },
      close: async () => {
        isClosed = true;
      },
    };
  };
  return {
    open,
    say: (signal) => {
      unread = [...unread, signal];
      look();
    },
    tellUsage: (session, usage) => {
      for (const listener of usageListeners) listener(session, usage);
    },
    unread: () => unread,
  };
}
