import type { CheckError, ConfigErrorCode, GuardErrorCode } from './types.ts';

export type ConfigCheckError = CheckError & { readonly code: ConfigErrorCode };
export type GuardCheckError = CheckError & { readonly code: GuardErrorCode };

/** A `config.*` error: what is not said is null. */
export function configError(
  facts: Pick<ConfigCheckError, 'code' | 'path' | 'message'> & Partial<ConfigCheckError>,
): ConfigCheckError {
  return { ...NOTHING_SAID, ...facts };
}

/** A `guard.*` error: what is not said is null. */
export function guardError(
  facts: Pick<GuardCheckError, 'code' | 'path' | 'message'> & Partial<GuardCheckError>,
): GuardCheckError {
  return { ...NOTHING_SAID, ...facts };
}

const NOTHING_SAID = {
  line: null,
  column: null,
  account: null,
  link: null,
  expected: null,
  found: null,
} as const;
