import { spawnSync } from 'node:child_process';
import { startFailure } from './start-failure.ts';

const PATIENCE_MS = 2000;

/** Whether tmux has exactly this session. Throws `TMUX_MISSING`, and `TMUX_TIMED_OUT` when it hangs. */
export function hasSession(socket: string, name: string): boolean {
  return ask(socket, ['has-session', '-t', `=${name}`]).status === 0;
}

/** Whether the tmux client in whose terminal this program runs is read-only; throws as `hasSession`. */
export function clientIsReadOnly(socket: string): boolean {
  return ask(socket, ['display-message', '-p', '#{client_readonly}']).stdout.trim() === '1';
}

function ask(socket: string, args: readonly string[]) {
  const answer = spawnSync('tmux', ['-S', socket, ...args], {
    encoding: 'utf8',
    timeout: PATIENCE_MS,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (answer.error) throw startFailure(answer.error);
  return answer;
}
