import type { Words } from './quoting.ts';

export const LIST_CLIENTS: Words = [
  'list-clients',
  '-F',
  '#{client_pid} #{client_control_mode} #{client_flags}',
];

/**
 * From the reply to `LIST_CLIENTS`, the pids of control clients of others that are sent the output of
 * panes. All of the server count, not only those attached now to the session in question: tmux remembers
 * a pane for a client that has moved on.
 */
export function foreignOutputReaders(
  lines: readonly string[],
  own: readonly number[],
): readonly number[] {
  return lines
    .map((line) => line.split(' '))
    .filter(([, isControl, flags]) => isControl === '1' && !flags?.split(',').includes('no-output'))
    .map(([pid]) => Number(pid))
    .filter((pid) => !own.includes(pid));
}
