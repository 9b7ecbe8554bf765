import type { ErrorObject } from 'ajv';
import { type ConfigCheckError, configError } from './check-error.ts';
import { parseDuration } from './durations.ts';
import { nearestKey } from './nearest-key.ts';
import { dotted, isWithin, pointerOf, segmentsOf } from './pointer.ts';
import { printable } from './printable.ts';
import type { DurationLimits } from './schema/values.ts';
import type { ConfigErrorCode } from './types.ts';
import type { YamlSource } from './yaml-source.ts';

/** What a person needs to know of one violation of the schema. */
export function schemaError(error: ErrorObject, source: YamlSource): ConfigCheckError {
  if (error.keyword === 'additionalProperties') return unknownKey(error, source);
  if (error.keyword === 'required') return missingKey(error, source);
  return wrongValue(error, source);
}

function unknownKey(error: ErrorObject, source: YamlSource): ConfigCheckError {
  const key = String(error.params['additionalProperty']);
  const path = error.instancePath + pointerOf([key]);
  const { message, expected } = keySuggestion(key, schemaOf(error));
  return configError({
    code: 'config.unknown_key',
    path,
    message: `unknown key ${dotted(path)}: ${message}`,
    expected,
    found: printable(key),
    ...source.place(path, 'key'),
  });
}

interface Suggestion {
  readonly message: string;
  readonly expected: string;
}

function keySuggestion(key: string, schema: SchemaWords): Suggestion {
  if (schema.properties === undefined) {
    const expected = expectedWords(schema);
    return { message: `must be ${expected}`, expected };
  }
  const known = Object.keys(schema.properties);
  const nearest = nearestKey(key, known);
  return nearest === null
    ? { message: `known here are ${known.join(', ')}`, expected: known.join(', ') }
    : { message: `did you mean ${nearest}?`, expected: nearest };
}

function missingKey(error: ErrorObject, source: YamlSource): ConfigCheckError {
  const key = String(error.params['missingProperty']);
  const path = error.instancePath + pointerOf([key]);
  const wanted = schemaOf(error).properties?.[key];
  return configError({
    code: 'config.required',
    path,
    message: `${dotted(path)} is missing. ${wanted?.description ?? ''}`.trimEnd(),
    expected: wanted === undefined ? null : expectedWords(wanted),
    ...source.place(path, 'key'),
  });
}

function wrongValue(error: ErrorObject, source: YamlSource): ConfigCheckError {
  const path = error.instancePath;
  const expected = expectedWords(schemaOf(error));
  const found = foundWords(path, error.data);
  return configError({
    code: codeOf(error),
    path,
    message: `${dotted(path)} must be ${expected}, not ${found}`,
    expected,
    found,
    ...source.place(path, 'value'),
  });
}

function codeOf({ keyword, data }: ErrorObject): ConfigErrorCode {
  const isNoDuration = keyword === 'duration' && parseDuration(String(data)) === null;
  return keyword === 'type' || isNoDuration ? 'config.type' : 'config.range';
}

/** The parts of a sub-schema that say in words what it accepts. */
interface SchemaWords {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly shape?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly duration?: DurationLimits;
  readonly properties?: Readonly<Record<string, SchemaWords>>;
}

function schemaOf(error: ErrorObject): SchemaWords {
  return (error.parentSchema ?? {}) as SchemaWords;
}

function expectedWords(schema: SchemaWords): string {
  if (schema.shape !== undefined) return schema.shape;
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`;
  if (schema.duration !== undefined) return durationWords(schema.duration);
  const kinds = [schema.type ?? []].flat().map((type) => TYPE_WORDS[type] ?? type);
  return kinds.join(' or ') + limitWords(schema);
}

function durationWords({ min, max }: DurationLimits): string {
  return `a length of time with its unit, from ${min} to ${max}, such as 60s or 10m`;
}

function limitWords({ minimum, maximum }: SchemaWords): string {
  return minimum === undefined ? '' : ` from ${minimum} to ${maximum}`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: 'a mapping',
  array: 'a list',
  string: 'text that is not empty',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
};

const LONGEST_FOUND = 80;

function foundWords(path: string, value: unknown): string {
  // The operator's tokens are in there: say what kind of value it is and no more.
  if (isWithin(path, '/agent/env') && segmentsOf(path).length > 2) return kindOf(value);
  if (value === null || value === undefined) return 'nothing (a lone ~ is nothing, too)';
  if (typeof value === 'object') return kindOf(value);
  const shown = printable(JSON.stringify(value));
  return shown.length > LONGEST_FOUND ? `${shown.slice(0, LONGEST_FOUND)}…` : shown;
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : `a ${typeof value}`;
}
