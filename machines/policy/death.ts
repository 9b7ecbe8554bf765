import type { DeathCause } from '../ports.ts';

const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
  24: 'SIGXCPU',
};

/** The cause of a death in words for a person. */
export function describeDeath(cause: DeathCause): string {
  switch (cause.kind) {
    case 'exit':
      return `the agent exited with status ${cause.code}`;
    case 'signal':
      return `the agent was ended by ${SIGNALS[cause.signal] ?? `signal ${cause.signal}`}`;
    case 'vanished':
      return 'its tmux session or pane is gone';
    case 'server_lost':
      return 'the tmux server is gone';
    case 'not_ready':
      return 'the agent did not reach its prompt in time';
    case 'stalled':
      return 'the turn of its task showed no sign of progress';
    case 'unknown':
      return 'the agent ended; tmux reported neither status nor signal';
  }
}
