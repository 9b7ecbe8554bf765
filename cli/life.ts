import type { Slot } from '../config/slots.ts';
import { type ComposeOptions, composeDaemon } from '../supervisor/compose.ts';
import type { Daemon } from '../supervisor/daemon.ts';
import type { InForce } from './holdings.ts';

/** One pool under one config, from its composition to its stop; a process may see several, one after the other. */
export interface Life {
  /** As it is now: sessions that were ended are not among those that are to be. */
  inForce(): InForce;
  /** Rejects when it does not come up, or was stopped before. */
  readonly up: Promise<Daemon>;
  /** Stops it, wherever it is; every session stays. */
  stop(): Promise<void>;
  /** The same, and waits until nothing that it had begun goes on: for the next life in this process. */
  end(): Promise<void>;
}

export type LifeOptions = Omit<ComposeOptions, 'signal' | 'onRetired' | keyof InForce> & {
  readonly inForce: InForce;
  /** Told of each session outside the range that is ended, or was none of ours. */
  readonly onRetired: (slot: Slot) => void;
};

/** Begins it at once. */
export function beginLife({ inForce, onRetired, ...options }: LifeOptions): Life {
  const abort = new AbortController();
  const left = new Map(inForce.retiring.map((slot) => [slot.name, slot]));
  const up = composeDaemon({
    ...options,
    ...inForce,
    signal: abort.signal,
    onRetired: (name) => {
      const slot = left.get(name);
      left.delete(name);
      if (slot !== undefined) onRetired(slot);
    },
  });
  // Whoever waits for it is told; when nobody does any more, nobody misses it.
  up.catch(() => {});
  const stopped = async () => {
    abort.abort();
    const daemon = await up.catch(() => null);
    await daemon?.stop();
    return daemon;
  };
  return {
    inForce: () => ({ ...inForce, retiring: [...left.values()] }),
    up,
    stop: async () => void (await stopped()),
    end: async () => await (await stopped())?.ended(),
  };
}
