import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const PATIENCE_MS = 2000;

/** What a short command prints; null when it is not there, fails, or takes too long. */
export async function runBriefly(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { env, timeout: PATIENCE_MS });
    return stdout.trim();
  } catch {
    return null;
  }
}
