import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Asking {
  /** `-L name` or `-S path`. */
  readonly socketOptions: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly commandTimeoutMs: number;
}

/**
 * The pid of the server that answers at the socket, which attaching would not tell before it has left a hub
 * there; null when none does in time. One fork, so only for when more than one may.
 */
export async function answeringServer(asking: Asking): Promise<number | null> {
  const { socketOptions, env, commandTimeoutMs: timeout } = asking;
  const question = ['-N', ...socketOptions, 'display-message', '-p', '#{pid}'];
  try {
    const { stdout } = await run('tmux', question, { env, timeout, killSignal: 'SIGKILL' });
    return /^\d+$/.test(stdout.trim()) ? Number(stdout) : null;
  } catch {
    return null;
  }
}
