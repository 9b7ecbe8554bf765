import { readdirSync } from 'node:fs';

/** The path of everything in there, to compare: nothing created means the same list. */
export function filesBelow(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort();
}
