import type { Account, CheckError } from '../config/types.ts';
import type { LogEvent } from '../machines/log-events.ts';

/** The accounts whose links were wrong when they were last looked at: nothing is started on them. */
export interface Quarantine {
  readonly accounts: ReadonlySet<Account['name']>;
  /** Its links went wrong. Said once, however often it is looked at until it is right again. */
  enter(account: Account, errors: readonly CheckError[]): void;
  /** Its links are in order. Said when they were not. */
  leave(account: Account): void;
}

/** No account is in quarantine at first: the guard has just passed them all. */
export function createQuarantine(log: (entry: LogEvent) => void): Quarantine {
  const accounts = new Set<Account['name']>();
  return {
    accounts,
    enter: ({ name }, errors) => {
      if (accounts.has(name)) return;
      accounts.add(name);
      const reason = errors[0]?.message ?? 'its links went wrong';
      log({ event: 'account.quarantined', account: name, reason, evidence: errors });
    },
    leave: ({ name }) => {
      if (accounts.delete(name)) log({ event: 'account.available', account: name });
    },
  };
}
