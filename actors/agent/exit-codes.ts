/** Ours, in the launcher: outside what the client (0, 1, 129, 143), `sh` and sysexits use. */
export const WORKDIR_GONE = 113;

const EXPLANATIONS: ReadonlyMap<number, string> = new Map([
  [WORKDIR_GONE, 'workdir gone'],
  [126, 'not executable'],
  [127, 'command not found'],
]);

/**
 * Why an agent that ended with this exit code cannot run at all, as restarting it would not help;
 * null when the code says no such thing.
 */
export function explainExit(code: number): string | null {
  return EXPLANATIONS.get(code) ?? null;
}
