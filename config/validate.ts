import { Ajv, type ErrorObject } from 'ajv';
import type { ConfigCheckError } from './check-error.ts';
import { durationMs, parseDuration } from './durations.ts';
import { parseListenAddress } from './listen-address.ts';
import { isPath } from './paths.ts';
import type { DurationLimits } from './schema/values.ts';
import { configSchema, type RawConfig } from './schema.ts';
import { schemaError } from './schema-error.ts';
import type { YamlSource } from './yaml-source.ts';

export interface Validated {
  /** With defaults filled in; to be trusted only where no error points. */
  readonly raw: RawConfig;
  readonly errors: readonly ConfigCheckError[];
}

/** Holds a parsed config to the schema: every violation, each with its place in the text. */
export function validate(source: YamlSource): Validated {
  // Validation fills defaults in, and the source must stay what was written.
  const raw = structuredClone(source.value);
  validator(raw);
  const errors = (validator.errors ?? []).map((error: ErrorObject) => schemaError(error, source));
  return { raw: raw as RawConfig, errors: errors.filter(isFirstOfItsPlace) };
}

// A value that breaks several rules is told once: what is expected names all of them.
function isFirstOfItsPlace(
  { path }: ConfigCheckError,
  index: number,
  errors: readonly ConfigCheckError[],
): boolean {
  return errors.findIndex((error) => error.path === path) === index;
}

const validator = new Ajv({
  allErrors: true,
  verbose: true,
  useDefaults: true,
  strict: true,
  allowUnionTypes: true,
  formats: {
    path: isPath,
    'loopback-address': (text: string) => parseListenAddress(text) !== null,
  },
})
  .addVocabulary(['shape'])
  .addKeyword({
    keyword: 'duration',
    type: 'string',
    schemaType: 'object',
    validate: (limits: DurationLimits, text: string) => isDurationWithin(text, limits),
  })
  .compile(configSchema);

function isDurationWithin(text: string, { min, max }: DurationLimits): boolean {
  const milliseconds = parseDuration(text);
  if (milliseconds === null) return false;
  return milliseconds >= durationMs(min) && milliseconds <= durationMs(max);
}
