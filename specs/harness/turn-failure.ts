import type { TurnFailure } from '../../machines/signals.ts';

/** A turn that a hook told to have ended at a limit; a test states only what matters to it. */
export function turnFailure(overrides: Partial<TurnFailure> = {}): TurnFailure {
  return {
    kind: 'failed',
    error: 'rate_limit',
    message: "You've hit your session limit · resets 8:13am (UTC)",
    status: null,
    at: Date.UTC(2026, 10, 22, 6),
    prompt: 'prompt-0',
    source: 'signal',
    ...overrides,
  };
}
