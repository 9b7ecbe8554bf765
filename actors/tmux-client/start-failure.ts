import { FailoverError } from '../../config/errors.ts';

/** Why a tmux command did not even run, as an error of ours: `TMUX_MISSING`, `TMUX_TIMED_OUT`… */
export function startFailure(error: NodeJS.ErrnoException): FailoverError {
  if (error.code === 'ENOENT') {
    return new FailoverError('TMUX_MISSING', 'tmux is not installed', {}, error);
  }
  if (error.code === 'ETIMEDOUT') {
    return new FailoverError('TMUX_TIMED_OUT', 'the tmux server does not answer', {}, error);
  }
  const message = `tmux does not start: ${error.message}`;
  return new FailoverError('TMUX_COMMAND_FAILED', message, {}, error);
}
