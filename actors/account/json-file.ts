import { readFileSync, writeFileSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import { FailoverError } from '../../config/errors.ts';

export type JsonObject = { readonly [key: string]: unknown };

/** A JSON file of the client's as it was read: what to compare with before it is replaced. */
export interface JsonFile {
  readonly path: string;
  /** null when there is no such file. */
  readonly text: string | null;
  readonly object: JsonObject;
}

/** Reads a file with one JSON object in it, empty when there is none. Throws `ACCOUNT_FILE_INVALID`. */
export function readJsonFile(path: string): JsonFile {
  const text = textOf(path);
  const object = text === null ? {} : parsed(text);
  if (isJsonObject(object)) return { path, text, object };
  throw invalid(path, 'it does not hold a JSON object');
}

/** True while nobody has written the file since it was read. */
export function isUnchanged({ path, text }: JsonFile): boolean {
  return textOf(path) === text;
}

/**
 * Keeps the file as it is beside itself, then replaces it in one step. Its mode stays (0600 for a new
 * one), and so does the way it is indented. Resolves to the path of the backup; null for a new file.
 */
export async function replaceJsonFile(file: JsonFile, object: JsonObject): Promise<string | null> {
  const { path, text } = file;
  const backup = text === null ? null : backUp(path, text);
  const next = `${JSON.stringify(object, null, indentOf(text))}${finalNewlineOf(text)}`;
  await writeFileAtomic(path, next, text === null ? { mode: 0o600 } : {});
  return backup;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function invalid(path: string, why: string): FailoverError {
  return new FailoverError('ACCOUNT_FILE_INVALID', `${path} is left as it is: ${why}`, { path });
}

function textOf(path: string): string | null {
  const bytes = bytesOf(path);
  try {
    // Not lenient: what cannot be read exactly must not be written back.
    return bytes && new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalid(path, 'it is not UTF-8 text');
  }
}

function bytesOf(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// The first free number, taken exclusively: an older backup is never written over.
function backUp(path: string, text: string, number = 1): string {
  const backup = `${path}.claude-failover-backup-${number}`;
  try {
    writeFileSync(backup, text, { flag: 'wx', mode: 0o600 });
    return backup;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return backUp(path, text, number + 1);
  }
}

function indentOf(text: string | null): string | number {
  return text === null ? 2 : (/^[ \t]+(?=")/m.exec(text)?.[0] ?? 0);
}

function finalNewlineOf(text: string | null): string {
  return text === null || text.endsWith('\n') ? '\n' : '';
}
