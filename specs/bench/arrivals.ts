import { monotonicMs } from './monotonic.ts';

/** Something that was told, and when it was heard. */
export interface Arrival<T> {
  readonly atMs: number;
  readonly told: T;
}

export interface Arrivals<T> {
  hear(told: T): void;
  /** The latest that fits, or else the next that will; null when none comes `withinMs`. */
  find(fits: (arrival: Arrival<T>) => boolean, withinMs?: number): Promise<Arrival<T> | null>;
  readonly all: readonly Arrival<T>[];
}

const PATIENCE_MS = 15_000;

/** Keeps what is told, with the time of its arrival, for those who come to ask for it. */
export function createArrivals<T>(): Arrivals<T> {
  const all: Arrival<T>[] = [];
  const asking = new Set<(arrival: Arrival<T>) => void>();
  return {
    all,
    hear: (told) => {
      const arrival = { atMs: monotonicMs(), told };
      all.push(arrival);
      for (const ask of asking) ask(arrival);
    },
    find: (fits, withinMs = PATIENCE_MS) => {
      const known = all.findLast(fits);
      if (known) return Promise.resolve(known);
      return new Promise((resolve) => {
        const answer = (arrival: Arrival<T> | null): void => {
          clearTimeout(timer);
          asking.delete(ask);
          resolve(arrival);
        };
        const ask = (arrival: Arrival<T>): void => {
          if (fits(arrival)) answer(arrival);
        };
        const timer = setTimeout(() => answer(null), withinMs);
        asking.add(ask);
      });
    },
  };
}
