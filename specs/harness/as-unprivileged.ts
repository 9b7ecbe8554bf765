/** nobody: a user that owns nothing. */
const NOBODY = 65_534;

/**
 * Runs something as a user whom permissions bind. The superuser may read everything, so the effective
 * user is another one meanwhile; everybody else is bound already. The whole process changes its user:
 * nothing else may be under way in it.
 */
export function asUnprivileged<T>(run: () => T): T {
  const back = becomeNobody();
  try {
    return run();
  } finally {
    back();
  }
}

/** The same until what `run` gives has settled. */
export async function untilSettledAsUnprivileged<T>(run: () => Promise<T>): Promise<T> {
  const back = becomeNobody();
  try {
    return await run();
  } finally {
    back();
  }
}

function becomeNobody(): () => void {
  if (process.geteuid?.() !== 0) return () => {};
  process.seteuid?.(NOBODY);
  return () => process.seteuid?.(0);
}
