import { FailoverError } from '../config/errors.ts';
import type { LogEvent } from '../machines/log-events.ts';

export interface Patience {
  readonly signal: AbortSignal;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: (entry: LogEvent) => void;
}

const AGAIN_MS = 1000;

/**
 * Asks tmux again and again while it does not answer: a server that hangs has lost nothing, and a
 * process manager would only give up on a daemon that does. Said once. Every other error is thrown,
 * and so is the abort when nobody wants the answer any more.
 */
export async function untilTmuxAnswers<T>(
  ask: () => Promise<T>,
  { signal, sleep, log }: Patience,
): Promise<T> {
  for (let isTold = false; ; isTold = true) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof FailoverError) || error.code !== 'TMUX_TIMED_OUT') throw error;
      const reason = 'tmux does not answer: nothing is done until it does';
      if (!isTold) log({ event: 'daemon.error', reason, error });
      await sleep(AGAIN_MS);
    }
  }
}
