import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import type { LoadWorld } from './load.ts';
import { isPath, resolvePath } from './paths.ts';
import { readConfigFile } from './read-file.ts';
import type { Config } from './types.ts';
import { stateHome } from './xdg.ts';

/** What is enough of a config to find the daemon that runs with it: every `Config` is one. */
export interface DaemonPlace extends Pick<Config, 'file' | 'stateDir'> {
  readonly pool: { readonly autonomous: Pick<Config['pool']['autonomous'], 'startIndex'> };
}

/**
 * Where the daemon of a config listens that has mistakes: what can be read of it, and defaults for
 * the rest, so that a broken edit locks nobody out. null when the file cannot be read or is not to
 * be trusted (others may write it).
 */
export function daemonPlaceIn(file: string, world: LoadWorld): DaemonPlace | null {
  const read = readConfigFile(resolve(file));
  if (!read.ok) return null;
  const raw = looselyParsed(read.text);
  const stateDir = at(raw, 'state_dir') ?? writtenIn(read.text, 'state_dir');
  const startIndex = Number(
    at(at(at(raw, 'pool'), 'autonomous'), 'start_index') ?? writtenIn(read.text, 'start_index'),
  );
  const base = { home: world.home, directory: dirname(resolve(file)) };
  return {
    file: resolve(file),
    stateDir: isOwnPath(stateDir) ? resolvePath(stateDir, base) : stateHome(world),
    pool: { autonomous: { startIndex: Number.isInteger(startIndex) ? startIndex : 0 } },
  };
}

/** Of a text with errors whatever stands before and between them. */
function looselyParsed(text: string): unknown {
  try {
    return parseDocument(text, { logLevel: 'silent', uniqueKeys: false }).toJS({
      maxAliasCount: 100,
    });
  } catch {
    return null;
  }
}

/** What stands behind a key somewhere in a text that is no YAML any more, such as after a lost quote. */
function writtenIn(text: string, key: string): string | null {
  const written = new RegExp(`^[^#\\n]*\\b${key}["']?:[ \\t]*["']?([^"',}#\\n]+)`, 'm');
  return written.exec(text)?.[1]?.trim() ?? null;
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

function isOwnPath(text: unknown): text is string {
  return typeof text === 'string' && text !== 'auto' && isPath(text);
}
