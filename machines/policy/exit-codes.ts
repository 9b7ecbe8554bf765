/** Ours, in the launcher: outside what the client (0, 1, 129, 143), `sh` and sysexits use. */
export const WORKDIR_GONE = 113;

export interface ExitExplanation {
  readonly code: 'WORKDIR_MISSING' | 'COMMAND_NOT_EXECUTABLE' | 'COMMAND_NOT_FOUND';
  /** What is wrong, and what to do about it. */
  readonly reason: string;
}

const EXPLANATIONS: ReadonlyMap<number, ExitExplanation> = new Map([
  [
    WORKDIR_GONE,
    {
      code: 'WORKDIR_MISSING',
      reason: 'the directory is gone; make it again',
    },
  ],
  [
    126,
    {
      code: 'COMMAND_NOT_EXECUTABLE',
      reason: 'the program of agent.command may not be executed; mend its permissions',
    },
  ],
  [
    127,
    {
      code: 'COMMAND_NOT_FOUND',
      reason: 'the program of agent.command, or its interpreter, was not found; install it',
    },
  ],
]);

/**
 * Why an agent that ended with this exit code before it was at its prompt cannot run at all, so that
 * restarting it would not help; null when the code says no such thing.
 */
export function explainExit(code: number): ExitExplanation | null {
  return EXPLANATIONS.get(code) ?? null;
}
