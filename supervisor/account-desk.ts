import { accountDetail, accountReport, type KnownAccount } from './account-report.ts';
import type { DaemonParts } from './daemon-parts.ts';
import { HISTORY_SHOWN } from './status.ts';
import type { AccountDetail, AccountReport } from './status-report.ts';

type DeskParts = Pick<DaemonParts, 'config' | 'accounts' | 'store' | 'chance'>;

/** All accounts, in the order of the config, from memory. */
export function accountReports(parts: DeskParts): readonly AccountReport[] {
  return parts.config.accounts.flatMap(({ name }) => {
    const known = knownAccount(parts, name);
    return known === null ? [] : [accountReport(known)];
  });
}

/** One account, what led to its state, and its history; null when none has this name. */
export async function accountNow(parts: DeskParts, name: string): Promise<AccountDetail | null> {
  const known = knownAccount(parts, name);
  if (known === null) return null;
  return accountDetail(known, await parts.store.accountHistory(known.facts.home, HISTORY_SHOWN));
}

function knownAccount({ accounts, chance }: DeskParts, name: string): KnownAccount | null {
  const context = accounts.snapshotOf(name)?.context;
  if (context === undefined) return null;
  return {
    state: accounts.stateOf(name),
    facts: context.facts,
    linksReason: context.brokenLinks?.[0]?.message ?? null,
    now: chance.clock.now(),
  };
}
