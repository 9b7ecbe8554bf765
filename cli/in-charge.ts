import type { Daemon } from '../supervisor/daemon.ts';
import { within } from './within.ts';

/** Who is asked about the pool: the daemon under the config that is in force. */
export interface InCharge {
  now(): Daemon | null;
  /** While one takes the place of another it is waited for, a moment; null when there is none then. */
  soon(): Promise<Daemon | null>;
  /** null = the one before has ended, and the next one comes up. */
  become(daemon: Daemon | null): void;
}

/** Whoever asks wants to hear something within half a second. */
const PATIENCE_MS = 350;

export function createInCharge(): InCharge {
  let current: Daemon | null = null;
  let next: Promise<void> | null = null;
  let arrive: () => void = () => {};
  return {
    now: () => current,
    soon: async () => {
      if (current === null && next !== null) await within(PATIENCE_MS, next);
      return current;
    },
    become: (daemon) => {
      current = daemon;
      if (daemon !== null) return arrive();
      next = new Promise((resolve) => {
        arrive = resolve;
      });
    },
  };
}
