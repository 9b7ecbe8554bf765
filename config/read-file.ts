import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { configError } from './check-error.ts';
import type { CheckError } from './types.ts';

/** A pool of a thousand dedicated sessions is a tenth of this; what is larger is not a config. */
const MAX_BYTES = 256 * 1024;

export type ReadResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly error: CheckError };

/** The text of a config file, or the reason why it is not to be used. Never throws. */
export function readConfigFile(file: string): ReadResult {
  try {
    // Not blocking: a named pipe would wait for ever for someone to write.
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return readOpened(file, descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return refused(notOpened(file, error));
  }
}

function readOpened(file: string, descriptor: number): ReadResult {
  const error = unfit(file, fstatSync(descriptor));
  if (error !== null) return refused(error);
  const bytes = readFileSync(descriptor);
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return refused(syntaxError(`${file} is not UTF-8 text`, 'UTF-8 text'));
  }
}

function unfit(file: string, stats: Stats): CheckError | null {
  if (!stats.isFile()) return syntaxError(`${file} is not a regular file`, 'a regular file');
  if (stats.size > MAX_BYTES) {
    return syntaxError(`${file} is larger than ${MAX_BYTES} bytes`, `at most ${MAX_BYTES} bytes`);
  }
  return (stats.mode & 0o022) === 0 ? null : writableByOthers(file, stats);
}

// Who can write the config chooses the command that runs with the operator's logins.
function writableByOthers(file: string, stats: Stats): CheckError {
  return configError({
    code: 'config.range',
    path: '',
    message: `${file} can be written by others than its owner: chmod go-w it`,
    expected: 'a file that only its owner can write',
    found: `mode ${(stats.mode & 0o777).toString(8).padStart(4, '0')}`,
  });
}

function notOpened(file: string, error: unknown): CheckError {
  const errno = (error as NodeJS.ErrnoException).code ?? 'an error';
  if (errno !== 'ENOENT')
    return syntaxError(`${file} cannot be read (${errno})`, 'a readable file');
  return configError({
    code: 'config.required',
    path: '',
    message: `there is no file ${file}`,
    expected: 'a config file',
  });
}

function syntaxError(message: string, expected: string): CheckError {
  return configError({ code: 'config.syntax', path: '', message, expected });
}

function refused(error: CheckError): ReadResult {
  return { ok: false, error };
}
