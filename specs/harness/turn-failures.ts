import type { TurnFailure } from '../../machines/signals.ts';
import { START } from './test-session.ts';

/** An end that says nothing of the account: the server's fault, and the turn's. */
export const BROKEN = {
  kind: 'failed',
  error: 'server_error',
  message: 'API Error: 529 Overloaded. This is a server-side issue',
  status: null,
  at: START,
  prompt: 'prompt-0',
  source: 'signal',
} as const satisfies TurnFailure;

/** The account is at its limit, as the hook of the turn of this prompt tells. */
export function limited(
  prompt: string | null = 'prompt-1',
  overrides: Partial<TurnFailure> = {},
): TurnFailure {
  const message = "You've hit your session limit · resets 8:13am (UTC)";
  return { ...BROKEN, error: 'rate_limit', message, prompt, ...overrides };
}

/** The login of the account does not work. */
export const LOGGED_OUT: TurnFailure = {
  ...BROKEN,
  error: 'authentication_failed',
  message: 'Please run /login · API Error: 401',
  prompt: 'prompt-1',
};
