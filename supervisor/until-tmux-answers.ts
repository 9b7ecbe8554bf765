import { FailoverError } from '../config/errors.ts';
import type { LogEvent } from '../machines/log-events.ts';

export interface Patience {
  readonly signal: AbortSignal;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: (entry: LogEvent) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Told since when (epoch milliseconds) it does not answer, and null when that is over. */
  readonly onSilent: (since: number | null) => void;
}

const AGAIN_MS = 1000;

/**
 * Asks tmux again and again while it does not answer: a server that hangs has lost nothing, and a
 * process manager would only give up on a daemon that does. Said once. Every other error is thrown,
 * and so is the abort when nobody wants the answer any more.
 */
export async function untilTmuxAnswers<T>(ask: () => Promise<T>, patience: Patience): Promise<T> {
  const { signal, sleep, now, onSilent } = patience;
  const begun = now();
  for (let isTold = false; ; isTold = true) {
    signal.throwIfAborted();
    try {
      const answer = await ask();
      onSilent(null);
      return answer;
    } catch (error) {
      if (!(error instanceof FailoverError) || error.code !== 'TMUX_TIMED_OUT') throw error;
      if (!isTold) tellSilence(patience, begun, error);
      await sleep(AGAIN_MS);
    }
  }
}

function tellSilence({ log, onSilent }: Patience, since: number, error: FailoverError): void {
  const reason = 'tmux does not answer: nothing is done until it does';
  log({ event: 'daemon.error', reason, error });
  onSilent(since);
}
