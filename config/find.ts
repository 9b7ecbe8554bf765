import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { configError } from './check-error.ts';
import type { CheckError } from './types.ts';
import { configHome, type Environment } from './xdg.ts';

export interface FindRequest {
  /** The value of `--config`; null when it was not given. */
  readonly explicit: string | null;
  readonly env: Environment;
  readonly home: string;
  /** Where the machine's own config lives; `/etc` unless a spec says otherwise. */
  readonly etc?: string;
}

export type Found =
  | { readonly ok: true; readonly file: string }
  | { readonly ok: false; readonly errors: readonly CheckError[] };

/**
 * The config file to read, absolute: `--config`, else `$CLAUDE_FAILOVER_CONFIG`, else the first that
 * exists of the user's and the machine's. One that was named is never passed over in favour of
 * another: when it is missing, `loadConfig` says so.
 */
export function findConfig({ explicit, env, home, etc = '/etc' }: FindRequest): Found {
  const named = explicit ?? (env['CLAUDE_FAILOVER_CONFIG'] || null);
  if (named !== null) return { ok: true, file: resolve(named) };
  const places = [
    join(configHome({ env, home }), 'config.yaml'),
    join(etc, 'claude-failover', 'config.yaml'),
  ];
  const file = places.find((place) => existsSync(place));
  return file === undefined ? { ok: false, errors: [noneFound(places)] } : { ok: true, file };
}

function noneFound(places: readonly string[]): CheckError {
  const looked = places.join(' or ');
  return configError({
    code: 'config.required',
    path: '',
    message: `there is no config file: give one with --config, or write ${looked}`,
    expected: looked,
  });
}
