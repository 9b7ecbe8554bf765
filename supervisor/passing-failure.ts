import { FailoverError } from '../config/errors.ts';

/** The store's reasons that lie in its surroundings: a disk that is full or for reading only, a lock, no descriptors. */
const SURROUNDINGS = /^(SQLITE_(FULL|IOERR|READONLY|CANTOPEN|PERM|BUSY|LOCKED|NOMEM)|E[A-Z]+$)/;

/** Whether the same write of the store may succeed later; a bug of ours, or a newer daemon's fence, stays. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof FailoverError) || error.code !== 'STORE_FAILED') return false;
  return SURROUNDINGS.test(String(error.facts['reason']));
}
