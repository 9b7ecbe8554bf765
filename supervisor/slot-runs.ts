import type { Slot } from '../config/slots.ts';

/** Places of a pool as locks are asked for: a run of indexes, and names of dedicated sessions. */
export interface SlotRun {
  readonly startIndex: number;
  readonly max: number;
  readonly dedicated: readonly string[];
}

/** These places in as few runs as there can be; the dedicated ones in the first. */
export function slotRuns(slots: readonly Slot[]): readonly SlotRun[] {
  const dedicated = slots.flatMap(({ name, index }) => (index === null ? [name] : []));
  const indexes = slots.flatMap(({ index }) => index ?? []).sort((a, b) => a - b);
  const runs: { startIndex: number; max: number }[] = [];
  for (const index of new Set(indexes)) {
    const last = runs.at(-1);
    if (last !== undefined && last.startIndex + last.max === index) last.max += 1;
    else runs.push({ startIndex: index, max: 1 });
  }
  const [first, ...others] = runs;
  if (first === undefined && dedicated.length === 0) return [];
  return [
    { startIndex: 0, max: 0, ...first, dedicated },
    ...others.map((run) => ({ ...run, dedicated: [] })),
  ];
}
