import { dirname, resolve } from 'node:path';
import { type ConfigCheckError, configError } from './check-error.ts';
import type { ConsistencyWorld, Finding } from './consistency/finding.ts';
import { findInconsistencies } from './consistency.ts';
import { FailoverError } from './errors.ts';
import { normalise, socketOf } from './normalise.ts';
import { resolvePath } from './paths.ts';
import { segmentsOf } from './pointer.ts';
import { printable } from './printable.ts';
import { readConfigFile } from './read-file.ts';
import { resolveSocketPath } from './socket-path.ts';
import type { CheckError, Config } from './types.ts';
import { validate } from './validate.ts';
import { type Environment, stateHome } from './xdg.ts';
import { parseYaml, type YamlSource } from './yaml-source.ts';

/** What of the outside a config depends on; handed in, so that specs never meet the real home. */
export interface LoadWorld {
  readonly env: Environment;
  /** The operator's home directory, absolute. */
  readonly home: string;
  readonly uid: number;
}

export type LoadResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly errors: readonly CheckError[] };

/**
 * Reads, checks and completes a config file. Every mistake of the file is returned at once, in the
 * order of the text, with line and column. Never throws.
 */
export function loadConfig(file: string, world: LoadWorld): LoadResult {
  const absolute = resolve(file);
  const read = readConfigFile(absolute);
  if (!read.ok) return { ok: false, errors: [read.error] };
  const { errors, source } = parseYaml(read.text);
  return source === null ? { ok: false, errors } : complete(absolute, { errors, source }, world);
}

interface Parsed {
  readonly errors: readonly ConfigCheckError[];
  readonly source: YamlSource;
}

function complete(file: string, { errors, source }: Parsed, world: LoadWorld): LoadResult {
  const directory = dirname(file);
  const resolveHere = (path: string) => resolvePath(path, { home: world.home, directory });
  const { raw, errors: schemaErrors } = validate(source);
  const findings = findInconsistencies(raw, schemaErrors, lookingAt(source, resolveHere, world));
  const all = [...errors, ...schemaErrors, ...findings.map((finding) => placed(finding, source))];
  if (all.length > 0) return { ok: false, errors: all.toSorted(byPlace) };
  const defaultStateDir = stateHome(world);
  return {
    ok: true,
    config: normalise(raw, { file, directory, resolve: resolveHere, defaultStateDir }),
  };
}

function lookingAt(
  source: YamlSource,
  resolveHere: (path: string) => string,
  world: LoadWorld,
): ConsistencyWorld {
  return {
    resolve: resolveHere,
    uid: world.uid,
    isGiven: (pointer) => valueAt(source.value, pointer) !== undefined,
    socketProblem: (tmux) => {
      try {
        resolveSocketPath(socketOf(tmux, resolveHere), world);
        return null;
      } catch (error) {
        return error instanceof FailoverError ? error.message : String(error);
      }
    },
  };
}

function valueAt(value: unknown, pointer: string): unknown {
  return segmentsOf(pointer).reduce(
    (at, segment) => (at as Readonly<Record<string, unknown>> | null | undefined)?.[segment],
    value,
  );
}

function placed(finding: Finding, source: YamlSource): ConfigCheckError {
  const message = printable(finding.message);
  const found = printable(finding.found);
  return configError({ ...finding, message, found, ...source.place(finding.path, 'value') });
}

function byPlace(a: CheckError, b: CheckError): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
