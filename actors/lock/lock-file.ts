import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { FailoverError } from '../../config/errors.ts';

export interface LockPlace {
  /** Absolute path of the tmux socket, which need not exist yet. */
  readonly socketPath: string;
  readonly uid: number;
}

/**
 * Opens the one lock file of this user and tmux server, beside the socket, and makes it (0600) when
 * it is missing. Its path depends on nothing else: two daemons with different state directories
 * that mean the same server must meet in it. Children never inherit it (Node opens with O_CLOEXEC).
 *
 * @throws FailoverError `TMUX_SOCKET_UNSAFE` when it is a link or somebody else's file,
 *   `LOCK_FAILED` when it cannot be opened.
 */
export function openLockFile(path: string, uid: number): number {
  makeSocketDirectory(dirname(path));
  const fd = openWithoutFollowing(path);
  try {
    refuseForeign(path, fd, uid);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** The same path for every way to write the socket's. */
export function lockPathOf({ socketPath, uid }: LockPlace): string {
  return `${realSocketPath(socketPath)}.claude-failover-${uid}.lock`;
}

/** False when the file was removed or replaced: then others lock another file, and ours is worth nothing. */
export function isAt(path: string, fd: number): boolean {
  const ours = fstatSync(fd);
  const there = statSync(path, { throwIfNoEntry: false });
  return there?.ino === ours.ino && there.dev === ours.dev;
}

/** A socket may be reached by a link; one that does not exist yet will be made at this very path. */
function realSocketPath(socketPath: string): string {
  try {
    return realpathSync(socketPath);
  } catch {
    return socketPath;
  }
}

/** As tmux does it: one level, 0700. Whether an existing one is safe is for tmux to judge. */
function makeSocketDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw lockFailed(directory, error);
  }
}

function openWithoutFollowing(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  } catch (error) {
    if (codeOf(error) === 'ELOOP') throw unsafe(path, 'is a symbolic link');
    throw lockFailed(path, error);
  }
}

function refuseForeign(path: string, fd: number, uid: number): void {
  const found = fstatSync(fd);
  if (!found.isFile()) throw unsafe(path, 'is not a regular file');
  if (found.uid !== uid) throw unsafe(path, `belongs to user ${found.uid}`);
  if (found.nlink > 1) throw unsafe(path, 'has another name (hard link)');
  if ((found.mode & 0o777) !== 0o600) fchmodSync(fd, 0o600);
}

function unsafe(path: string, reason: string): FailoverError {
  return new FailoverError(
    'TMUX_SOCKET_UNSAFE',
    `the lock file ${path} ${reason}: remove it, or use a tmux socket in a directory of your own`,
    { path, reason },
  );
}

/** An error of the file or the kernel as one of ours; one of ours stays as it is. */
export function lockFailed(path: string, cause: unknown): FailoverError {
  if (cause instanceof FailoverError) return cause;
  const code = codeOf(cause) ?? 'unknown';
  return new FailoverError('LOCK_FAILED', `cannot lock ${path}: ${code}`, { path, code }, cause);
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
