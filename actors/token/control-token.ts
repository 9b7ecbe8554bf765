import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { FailoverError } from '../../config/errors.ts';

/**
 * The lasting secret with which programs (a metrics scraper, a script) ask the page's API: read from
 * its file, which is made (0600) the first time.
 *
 * @throws FailoverError `LISTEN_FAILED` when the file is not this user's alone: what others can read
 *   or write is no secret.
 */
export function controlToken(file: string): string {
  makeOnce(file);
  const fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    refuseShared(file, fd);
    const token = readFileSync(fd, 'utf8').trim();
    if (token.length >= 32) return token;
    throw unfit(file, 'holds no token of at least 32 characters');
  } finally {
    closeSync(fd);
  }
}

function makeOnce(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function refuseShared(file: string, fd: number): void {
  const { mode, uid } = fstatSync(fd);
  if ((mode & 0o077) === 0 && uid === process.getuid?.()) return;
  throw unfit(file, 'must be yours with mode 0600');
}

function unfit(file: string, why: string): FailoverError {
  return new FailoverError('LISTEN_FAILED', `the token file ${file} ${why}`, { file });
}
