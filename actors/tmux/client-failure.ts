import { FailoverError } from '../../config/errors.ts';

/** How one tmux client ended. */
export interface ClientEnd {
  /** What it printed on stderr, or why it could not be spawned. */
  readonly text: string;
  /** errno of a failed spawn (`ENOENT`, `EAGAIN`); null when it ran. */
  readonly spawnError: string | null;
}

/** The words of tmux 3.2 to 3.6 for "nobody listens at this socket" (its exit code says nothing). */
const NO_SERVER = /no server running on|error connecting to .*\((No such file|Connection refused)/;
const UNSAFE = /unsafe permissions|not a directory|Permission denied/;

/** True when the failure proves that no server listens; anything else proves nothing. */
export function provesNoServer(end: ClientEnd): boolean {
  return end.spawnError === null && NO_SERVER.test(end.text);
}

/** The error for a client that could not connect, or whose connection broke. */
export function failureOf(end: ClientEnd, socket: string): FailoverError {
  if (end.spawnError === 'ENOENT') {
    return new FailoverError('TMUX_MISSING', 'tmux is not installed, or not on PATH', { socket });
  }
  const reason = end.text.trim() || 'the connection ended';
  const code = UNSAFE.test(reason) ? 'TMUX_SOCKET_UNSAFE' : 'TMUX_UNREACHABLE';
  return new FailoverError(code, `tmux at ${socket}: ${reason}`, {
    socket,
    reason,
    noServer: provesNoServer(end),
  });
}
