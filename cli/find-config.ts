import { FailoverError } from '../config/errors.ts';
import { findConfig } from '../config/find.ts';
import { formatCheckErrors } from '../config/format-check-errors.ts';
import { loadConfig } from '../config/load.ts';
import type { CheckError, Config } from '../config/types.ts';
import type { CliWorld, CommonOptions } from './world.ts';

export type ConfigOutcome =
  | { readonly ok: true; readonly config: Config }
  /** `file` is null when none was found. */
  | { readonly ok: false; readonly file: string | null; readonly errors: readonly CheckError[] };

type Refused = Extract<ConfigOutcome, { ok: false }>;

/** The config this command is about, found as DESIGN section 6 says, or all that is wrong with it. */
export function lookForConfig(world: CliWorld, { config }: CommonOptions): ConfigOutcome {
  const found = findConfig({ explicit: config ?? null, ...world });
  if (!found.ok) return { ok: false, file: null, errors: found.errors };
  const loaded = loadConfig(found.file, world);
  return loaded.ok ? loaded : { ...loaded, file: found.file };
}

/** As `lookForConfig`; throws `CONFIG_INVALID` with every mistake in its message. */
export function requireConfig(world: CliWorld, options: CommonOptions): Config {
  const outcome = lookForConfig(world, options);
  if (outcome.ok) return outcome.config;
  throw configRefused(outcome);
}

/** `CONFIG_INVALID`, with all that is wrong. */
export function configRefused({ file, errors }: Refused): FailoverError {
  if (file === null) return new FailoverError('CONFIG_INVALID', sentences(errors));
  const details = formatCheckErrors(errors, file).trimEnd();
  return new FailoverError('CONFIG_INVALID', `${file} cannot be used\n${details}`, { file });
}

function sentences(errors: readonly CheckError[]): string {
  return [
    ...errors.map(({ message }) => message),
    'To write a first one: claude-failover init',
  ].join('\n');
}
