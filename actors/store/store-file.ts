import { chmodSync, closeSync, lstatSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { FailoverError } from '../../config/errors.ts';

const OTHERS_MAY_WRITE = 0o002;
const GROUP_MAY_WRITE = 0o020;

/**
 * Makes sure that the store's file exists, is a regular file of this user with mode 0600, and lies
 * in a directory where nobody else can replace it. A new directory gets 0700. An existing one is
 * the operator's: it is refused rather than changed, but for the write bit of its group.
 *
 * Modes are looked at afterwards, since `mode` is ignored for what exists, and by path: opening and
 * closing the file here would drop the locks that SQLite holds on it in this very process.
 */
export function secureStoreFile(file: string): void {
  const directory = dirname(file);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  secureDirectory(directory);
  createIfMissing(file);
  for (const path of [file, `${file}-wal`, `${file}-shm`]) {
    secureFile(path);
  }
}

function secureDirectory(directory: string): void {
  const { mode, uid } = statSync(directory);
  refuseUnless(uid === ourUid(), directory, 'belongs to another user');
  refuseUnless((mode & OTHERS_MAY_WRITE) === 0, directory, 'can be written by everybody');
  if ((mode & GROUP_MAY_WRITE) !== 0) chmodSync(directory, mode & 0o7777 & ~GROUP_MAY_WRITE);
}

function createIfMissing(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function secureFile(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  refuseUnless(found.isFile(), path, 'is not a regular file');
  refuseUnless(found.uid === ourUid(), path, 'belongs to another user');
  if ((found.mode & 0o777) !== 0o600) chmodSync(path, 0o600);
}

function refuseUnless(condition: boolean, path: string, reason: string): void {
  if (condition) return;
  throw new FailoverError(
    'STORE_FAILED',
    `the store is not safe there: ${path} ${reason}; use a directory that only you can write to`,
    { file: path, reason },
  );
}

function ourUid(): number {
  return process.getuid?.() ?? -1;
}
