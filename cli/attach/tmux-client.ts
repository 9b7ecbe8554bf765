import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { FailoverError } from '../../config/errors.ts';
import type { AttachPlan } from './plan-attach.ts';

const PATIENCE_MS = 2000;

/** Whether tmux has exactly this session. Throws `TMUX_MISSING`, and `TMUX_TIMED_OUT` when it hangs. */
export function hasSession(socket: string, name: string): boolean {
  return ask(socket, ['has-session', '-t', `=${name}`]).status === 0;
}

export function clientIsReadOnly(socket: string): boolean {
  return ask(socket, ['display-message', '-p', '#{client_readonly}']).stdout.trim() === '1';
}

/**
 * Runs tmux on this terminal until it leaves; resolves to its exit code. Ctrl-C is the session's:
 * in raw mode it never becomes a signal, and one that is sent anyway must not leave tmux behind.
 */
export function runTmux({ args, env }: AttachPlan): Promise<number> {
  const child = spawn('tmux', args, { stdio: 'inherit', env });
  const pass = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  return new Promise<number>((resolve, reject) => {
    child.once('error', (error) => reject(tmuxFailure(error)));
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGHUP']),
    );
  }).finally(() => {
    for (const signal of SIGNALS) process.off(signal, pass);
  });
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function ask(socket: string, args: readonly string[]) {
  const answer = spawnSync('tmux', ['-S', socket, ...args], {
    encoding: 'utf8',
    timeout: PATIENCE_MS,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (answer.error) throw tmuxFailure(answer.error);
  return answer;
}

function tmuxFailure(error: NodeJS.ErrnoException): FailoverError {
  if (error.code === 'ENOENT') {
    return new FailoverError('TMUX_MISSING', 'tmux is not installed', {}, error);
  }
  if (error.code === 'ETIMEDOUT') {
    return new FailoverError('TMUX_TIMED_OUT', 'the tmux server does not answer', {}, error);
  }
  return new FailoverError(
    'TMUX_COMMAND_FAILED',
    `tmux does not start: ${error.message}`,
    {},
    error,
  );
}
