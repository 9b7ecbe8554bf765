import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { FailoverError } from '../../config/errors.ts';

const TIMEOUT_MS = 10_000;

/**
 * What `<command> --version` says with that environment, e.g. `2.1.197 (Claude Code)`. Rejects with
 * `COMMAND_NOT_FOUND` when it does not run. Starts the client once: for `doctor`, never in steady state.
 */
export async function clientVersion(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const [program = '', ...rest] = command;
  try {
    const { stdout } = await promisify(execFile)(program, [...rest, '--version'], {
      env,
      timeout: TIMEOUT_MS,
    });
    return stdout.trim();
  } catch (cause) {
    throw new FailoverError(
      'COMMAND_NOT_FOUND',
      `${program} does not tell its version`,
      { command: program },
      cause,
    );
  }
}
