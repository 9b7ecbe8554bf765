import { type GuardCheckError, guardError } from '../check-error.ts';
import type { Account } from '../types.ts';
import { isAbsent, isDirectory, lookAt, realPathOf } from './real-path.ts';

/** Why nothing below an account's home can be looked at; null when it can. The home may be a link. */
export function checkHome(account: Account): GuardCheckError | null {
  const real = realPathOf(account.home);
  if (real.kind === 'failed') return unreached(account, real.errno);
  if (!isDirectory(real.value)) return notADirectory(account);
  // Resolving a directory does not need leave to look into it.
  const inside = lookAt(`${account.home}/.`);
  return inside.kind === 'failed' ? unreached(account, inside.errno) : null;
}

function unreached(account: Account, errno: string): GuardCheckError {
  if (errno === 'ELOOP') {
    const message = `the home of ${account.name} is a loop of links: ${account.home}`;
    return homeError(account, { code: 'guard.loop', message, found: errno });
  }
  return isAbsent(errno)
    ? homeError(account, {
        code: 'guard.home_missing',
        message: `the home of ${account.name} is missing: ${account.home}`,
        found: null,
      })
    : homeError(account, {
        code: 'guard.unreadable',
        message: `the home of ${account.name} cannot be read (${errno}): ${account.home}`,
        found: errno,
      });
}

function notADirectory(account: Account): GuardCheckError {
  const message = `the home of ${account.name} is not a directory: ${account.home}`;
  return homeError(account, { code: 'guard.not_a_directory', message, found: 'not a directory' });
}

function homeError(
  { name, home }: Account,
  facts: Pick<GuardCheckError, 'code' | 'message' | 'found'>,
): GuardCheckError {
  return guardError({ ...facts, path: home, account: name, expected: 'a directory' });
}
