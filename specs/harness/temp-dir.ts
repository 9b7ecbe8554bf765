import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { currentScope, type Scope } from './scope.ts';

const made: Record<Scope, string[]> = { test: [], file: [] };

/**
 * A new, empty directory (0700, real path, short enough for a socket), removed when the running
 * test ends, or with the file when made in `beforeAll`.
 *
 * `name` is for odd names (spaces, quotes, newline, unicode): the directory is then called so.
 */
export function tempDir({ name }: { readonly name?: string } = {}): string {
  const dir = mkdtempSync(join(tmpdir(), 't-'));
  made[currentScope()].push(dir);
  if (name === undefined) return dir;
  const named = join(dir, name);
  mkdirSync(named, { mode: 0o700 });
  return named;
}

/** The directories that the scope has made so far. */
export function tempDirsOf(scope: Scope): readonly string[] {
  return made[scope];
}

/** Removes them, also when a spec has taken away its own permissions. */
export function removeTempDirsOf(scope: Scope): void {
  for (const dir of made[scope].splice(0)) removeDir(dir);
}

function removeDir(dir: string): void {
  try {
    rmSync(dir, { recursive: true, force: true });
  } catch {
    makeWritable(dir);
    rmSync(dir, { recursive: true, force: true });
  }
}

function makeWritable(dir: string): void {
  chmodSync(dir, 0o700);
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) makeWritable(join(dir, entry.name));
  }
}
