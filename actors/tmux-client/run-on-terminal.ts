import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { startFailure } from './start-failure.ts';

export interface TmuxCall {
  /** argv of tmux, without its name. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs tmux on this terminal until it leaves; resolves to its exit code. Ctrl-C is the session's:
 * in raw mode it never becomes a signal, and one that is sent anyway must not leave tmux behind.
 */
export function runOnTerminal({ args, env }: TmuxCall): Promise<number> {
  const child = spawn('tmux', args, { stdio: 'inherit', env });
  const pass = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  return new Promise<number>((resolve, reject) => {
    child.once('error', (error) => reject(startFailure(error)));
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGHUP']),
    );
  }).finally(() => {
    for (const signal of SIGNALS) process.off(signal, pass);
  });
}
