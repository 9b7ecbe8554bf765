import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { FailoverError } from '../../config/errors.ts';

/** The client holds its lock for milliseconds; one that is dead has not touched it for ten seconds. */
const RETRIES = { retries: 20, minTimeout: 20, maxTimeout: 500 };

/**
 * Runs `work` while this process holds the lock under which clients read and write the `.claude.json`
 * of this home again (the directory `.claude.json.lock`, the convention of proper-lockfile, which the
 * client uses, too). So neither loses what the other has just written. Rejects with `CONFLICT` when
 * somebody holds it for seconds.
 */
export async function withClientLock<T>(home: string, work: () => Promise<T>): Promise<T> {
  const path = join(home, '.claude.json');
  const release = await lock(path, {
    lockfilePath: `${path}.lock`,
    // It may not exist yet.
    realpath: false,
    retries: RETRIES,
  }).catch((error: unknown) => {
    const message = `another program holds the lock of ${path}: try again`;
    throw new FailoverError('CONFLICT', message, { path }, error);
  });
  try {
    return await work();
  } finally {
    await release();
  }
}
