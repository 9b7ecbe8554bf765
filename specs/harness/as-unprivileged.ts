/** nobody: a user that owns nothing. */
const NOBODY = 65_534;

/**
 * Runs something as a user whom permissions bind. The superuser may read everything, so the effective
 * user is another one meanwhile; everybody else is bound already. Synchronous only: the whole process
 * changes its user.
 */
export function asUnprivileged<T>(run: () => T): T {
  if (process.geteuid?.() !== 0) return run();
  process.seteuid?.(NOBODY);
  try {
    return run();
  } finally {
    process.seteuid?.(0);
  }
}
