import { closest, distance } from 'fastest-levenshtein';

/** The known key a person most likely meant; null when none is at all like it. */
export function nearestKey(unknownKey: string, known: readonly string[]): string | null {
  if (known.length === 0) return null;
  const nearest = closest(unknownKey, [...known]);
  const longer = Math.max(unknownKey.length, nearest.length);
  return distance(unknownKey, nearest) <= longer / 2 ? nearest : null;
}
