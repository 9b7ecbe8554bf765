/**
 * The captured parts of a request path, percent-decoded; null when the path does not match or is
 * not valid percent-encoding. A group that took no part is the empty string.
 */
export function pathWords(pattern: RegExp, path: string): readonly string[] | null {
  const match = pattern.exec(path);
  try {
    return match ? match.slice(1).map((word) => decodeURIComponent(word ?? '')) : null;
  } catch {
    return null;
  }
}
