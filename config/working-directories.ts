import { statSync } from 'node:fs';
import type { Config } from './types.ts';

/** Where agents are to work: they are given, never made. Each once. */
export function workingDirectories({ pool }: Pick<Config, 'pool'>): readonly string[] {
  const { autonomous, dedicated } = pool;
  return [...new Set([autonomous.workdir, ...dedicated.map(({ project }) => project)])];
}

/** Those of some directories that are not there, or are none. */
export function missingDirectories(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => !isDirectory(path));
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
