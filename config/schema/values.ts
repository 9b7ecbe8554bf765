/**
 * The kinds of value a key can have. Each returns a plain JSON Schema whose literal types survive,
 * so that `FromSchema` can derive the type of a parsed config. `shape` says in words what is
 * expected; error messages print it.
 */

export function text<const S extends object>(description: string, more: S) {
  return { type: 'string', description, minLength: 1, ...more } as const;
}

/** A path: `~` and relative ones are resolved against the config file's directory. */
export function path<const S extends object>(description: string, more: S) {
  return { type: 'string', description, format: 'path', shape: PATH_SHAPE, ...more } as const;
}

export function wholeNumber<const S extends { minimum: number; maximum: number }>(
  description: string,
  more: S,
) {
  return { type: 'integer', description, ...more } as const;
}

/** A length of time with its unit, such as `60s`; `duration` holds its limits. */
export function duration(description: string, fallback: string, duration: DurationLimits) {
  return { type: 'string', description, default: fallback, duration } as const;
}

export interface DurationLimits {
  readonly min: string;
  readonly max: string;
}

/** Longer timers overflow the 32 bits that the runtime counts milliseconds in, and fire at once. */
export const LONGEST_TIMER = '24d';

const PATH_SHAPE = 'a path (absolute, starting with ~/, or relative to the config file)';

/** A section: absent means "every default", so that a missing key inside is reported by its own name. */
export function section<const P extends object, const R extends readonly string[]>(
  description: string,
  properties: P,
  required: R,
) {
  return {
    type: 'object',
    description,
    additionalProperties: false,
    default: {},
    properties,
    required,
  } as const;
}
