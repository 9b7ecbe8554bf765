import type { AccountState } from '../accounts.ts';
import type { LogEvent } from '../log-events.ts';
import type { AccountContext } from './types.ts';

type Builders = { readonly [S in AccountState]: (context: AccountContext) => LogEvent | null };

const BUILDERS: Builders = {
  available: (c) => ({ event: 'account.available', account: c.account.name }),
  limited: ({ account, facts: { limit } }) =>
    limit && {
      event: 'account.limited',
      account: account.name,
      until: new Date(limit.until).toISOString(),
      window: limit.window,
      evidence: limit.evidence,
    },
  unauthenticated: ({ account, facts: { loginLost } }) =>
    loginLost && {
      event: 'account.unauthenticated',
      account: account.name,
      reason: loginLost.message || (loginLost.error ?? 'its login was refused'),
      evidence: loginLost,
    },
  quarantined: ({ account, brokenLinks }) =>
    brokenLinks && {
      event: 'account.quarantined',
      account: account.name,
      reason: brokenLinks[0]?.message ?? 'its links went wrong',
      evidence: brokenLinks,
    },
  disabled: (c) => ({ event: 'account.disabled', account: c.account.name }),
};

/** The log line that tells that the account is in this state, and why; null when nothing says why. */
export function logEntry(context: AccountContext, state: AccountState): LogEvent | null {
  return BUILDERS[state](context);
}
