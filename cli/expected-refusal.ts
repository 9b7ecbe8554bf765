import { FailoverError } from '../config/errors.ts';

/** Whether this is no failure of the daemon's, but another one is there before it: its range is held. */
export function isExpectedRefusal(error: unknown): error is FailoverError {
  return error instanceof FailoverError && error.code === 'LOCK_HELD';
}

/** What the log says of an error: where in the program it was refused helps nobody. */
export function loggedError(error: unknown): unknown {
  if (!isExpectedRefusal(error)) return error;
  const told = new FailoverError(error.code, error.message, error.facts);
  delete told.stack;
  return told;
}
