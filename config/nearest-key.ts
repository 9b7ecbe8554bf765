import { distance } from 'fastest-levenshtein';

/** The known key a person most likely meant; null when none is at all like it. */
export function nearestKey(unknownKey: string, known: readonly string[]): string | null {
  const [nearest] = known
    .map((key) => ({ key, difference: differenceOf(unknownKey, key) }))
    .toSorted((a, b) => a.difference - b.difference);
  return nearest !== undefined && nearest.difference <= 0.5 ? nearest.key : null;
}

/** From 0, the same, to 1. Relative, or the shortest key would be the nearest to any abbreviation. */
function differenceOf(a: string, b: string): number {
  return distance(a, b) / Math.max(a.length, b.length, 1);
}
