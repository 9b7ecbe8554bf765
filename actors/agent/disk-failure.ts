import { FailoverError } from '../../config/errors.ts';

/** What the kernel says when nothing is wrong with what was asked, only with the machine just now. */
const FAILURES: ReadonlySet<unknown> = new Set([
  ...['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'ESTALE'],
  ...['EMFILE', 'ENFILE', 'ENOMEM', 'EACCES', 'EPERM'],
]);

/**
 * The same outcome as `work`, but a disk that is full, broken or closed to us, and a lack of file
 * descriptors, reject with `DISK_FAILED` and what the kernel said: trouble of the surroundings, which
 * passes, and for which no session gives up.
 */
export async function orDiskFailure<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (!isFailure(cause)) throw cause;
    const { code = '', path = null } = cause;
    throw new FailoverError(
      'DISK_FAILED',
      `files cannot be used: ${cause.message}`,
      { code, path },
      cause,
    );
  }
}

function isFailure(thrown: unknown): thrown is NodeJS.ErrnoException {
  return (
    typeof thrown === 'object' && thrown !== null && 'code' in thrown && FAILURES.has(thrown.code)
  );
}
