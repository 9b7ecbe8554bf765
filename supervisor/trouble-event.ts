import type { AccountEvent } from '../machines/accounts.ts';
import type { SessionTrouble } from '../machines/ports.ts';

/** What an account is told of a turn on it that ended in trouble. */
export function troubleEvent({ trouble, evidence }: SessionTrouble): AccountEvent {
  if (trouble.kind === 'login') return { type: 'login.lost', evidence };
  const { window, resetsAt } = trouble;
  return { type: 'limit.seen', window, resetsAt, evidence };
}
