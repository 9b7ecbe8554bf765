import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LoadResult, type LoadWorld, loadConfig } from '../../config/load.ts';
import type { CheckError, Config } from '../../config/types.ts';
import { tempDir } from './temp-dir.ts';

/** The smallest valid config: only what has no default. */
export const MINIMAL_CONFIG = `accounts:
  - name: compte1
    home: ~/.claude-compte1
shared_state:
  root: ~/.claude-shared
pool:
  autonomous:
    prefix: ccl-auto-
    max: 10
agent:
  permission_mode: acceptEdits
`;

export interface WrittenConfig {
  readonly file: string;
  readonly directory: string;
  readonly world: LoadWorld;
}

/** A config file (0600) in a directory of its own, and a home beside it. */
export function writeConfig(text: string | Uint8Array, uid = 1000): WrittenConfig {
  const dir = tempDir();
  const directory = join(dir, 'etc');
  const home = join(dir, 'home');
  for (const made of [directory, home]) mkdirSync(made, { mode: 0o700 });
  const file = join(directory, 'config.yaml');
  writeFileSync(file, text, { mode: 0o600 });
  return { file, directory, world: { env: {}, home, uid } };
}

export function loadText(text: string | Uint8Array, uid?: number): LoadResult {
  const { file, world } = writeConfig(text, uid);
  return loadConfig(file, world);
}

/** The config of a text that must be valid. */
export function configOf(text: string): Config {
  const result = loadText(text);
  if (result.ok) return result.config;
  throw new Error(JSON.stringify(result.errors, null, 2));
}

/** The errors of a text that must not be. */
export function errorsOf(text: string | Uint8Array, uid?: number): readonly CheckError[] {
  const result = loadText(text, uid);
  if (!result.ok) return result.errors;
  throw new Error('the config was accepted');
}
