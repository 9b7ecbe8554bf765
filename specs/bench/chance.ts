/** Numbers that look random and are the same for the same seed. */
export interface Chance {
  /** From 0 up to, not including, `limit`. */
  below(limit: number): number;
  /** `count` different ones of `items`. */
  pick<T>(items: readonly T[], count: number): readonly T[];
}

/** Mulberry32: a run with the same seed kills the same sessions at the same moments. */
export function createChance(seed: number): Chance {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (limit) => next() * limit,
    pick: (items, count) => {
      const left = [...items];
      return Array.from({ length: Math.min(count, left.length) }, () =>
        left.splice(Math.floor(next() * left.length), 1),
      ).flat();
    },
  };
}
