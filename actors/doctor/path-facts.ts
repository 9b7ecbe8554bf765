import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PathFacts } from '../../machines/doctor-facts.ts';

/** Who may do what with a path; empty when it is not there. */
export function pathFacts(
  path: string,
  { what, uid }: { readonly what: PathFacts['what']; readonly uid: number },
): readonly PathFacts[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  return [{ path, what, mode: found.mode & 0o777, isOurs: found.uid === uid }];
}

/** Bytes that this user can write at a path, or where it would be created; null when it cannot be told. */
export function freeBytes(path: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    const parent = dirname(path);
    return parent === path ? null : freeBytes(parent);
  }
}
