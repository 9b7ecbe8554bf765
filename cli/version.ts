import { readFileSync } from 'node:fs';

/** The version of package.json, which stands one folder above `dist/`, or above `cli/` in the sources. */
export const VERSION: string = versionOf(
  new URL('../package.json', import.meta.url),
  new URL('../../package.json', import.meta.url),
);

function versionOf(...places: readonly URL[]): string {
  for (const place of places) {
    try {
      return (JSON.parse(readFileSync(place, 'utf8')) as { version: string }).version;
    } catch {
      // Not there: the next place.
    }
  }
  return 'unknown';
}
