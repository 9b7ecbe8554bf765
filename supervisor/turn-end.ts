import type { Signal, TurnOutcome } from '../machines/signals.ts';

export interface TurnEnd {
  readonly outcome: TurnOutcome;
  /** How much of the turn still runs. */
  readonly background: number;
}

/** The end of a turn that a signal tells; null when it tells something else. */
export function turnEndOf(signal: Signal): TurnEnd | null {
  switch (signal.kind) {
    case 'stopped':
      return { outcome: { kind: 'done', result: signal.result }, background: signal.background };
    case 'failed': {
      const { error, message, at, prompt } = signal;
      // What the API answered is in the transcript only.
      const told = { error, message, status: null, at, prompt, source: 'signal' } as const;
      return { outcome: { kind: 'failed', ...told }, background: 0 };
    }
    default:
      return null;
  }
}
