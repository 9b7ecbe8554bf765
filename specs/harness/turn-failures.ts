import type { TurnFailure } from '../../machines/signals.ts';
import { START } from './test-session.ts';

/** A turn that a hook told to have ended at a limit, at 6:00 UTC; a test states only what matters to it. */
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

/** An end that says nothing of the account: the server's fault, and the turn's. */
export const BROKEN = turnFailure({
  error: 'server_error',
  message: 'API Error: 529 Overloaded. This is a server-side issue',
  at: START,
});

/** The account is at its limit, as the hook of the turn of this prompt tells. */
export function limited(
  prompt: string | null = 'prompt-1',
  overrides: Partial<TurnFailure> = {},
): TurnFailure {
  return turnFailure({ at: START, prompt, ...overrides });
}

/** The login of the account does not work. */
export const LOGGED_OUT = turnFailure({
  error: 'authentication_failed',
  message: 'Please run /login · API Error: 401',
  at: START,
  prompt: 'prompt-1',
});
