import type { AccountFacts } from '../../machines/accounts.ts';
import type { FactStore, HistoryEntry } from '../../machines/ports.ts';
import { copyOf, type MemoryGuard } from './memory-guard.ts';

/** What stays of accounts when a store is closed, by home. */
export interface AccountRows {
  readonly accounts: Map<string, AccountFacts>;
  readonly history: Map<string, HistoryEntry[]>;
}

/** Accounts without a disk; each store writes only what is news since it read or wrote of a home. */
export function accountsIn(
  rows: AccountRows,
  guard: MemoryGuard,
): Pick<FactStore, 'accounts' | 'saveAccount' | 'addAccountHistory' | 'accountHistory'> {
  const known = new Map<string, AccountFacts | typeof NOTHING>();
  return {
    async accounts(homes) {
      guard.refuseWhenClosed();
      for (const home of homes) {
        if (!known.has(home)) known.set(home, rows.accounts.get(home) ?? NOTHING);
      }
      const found = [...rows.accounts.values()].filter(({ home }) => homes.includes(home));
      return found.sort((a, b) => (a.home < b.home ? -1 : 1));
    },
    async saveAccount(facts) {
      guard.refuseWhenFencedOff();
      const stored = rows.accounts.get(facts.home);
      const copy = copyOf(facts);
      const news = newsOf(copy, known.get(facts.home) ?? {});
      rows.accounts.set(facts.home, stored === undefined ? copy : { ...stored, ...news });
      known.set(facts.home, copy);
    },
    async addAccountHistory(home, entry) {
      guard.refuseWhenFencedOff();
      rows.history.set(home, [...(rows.history.get(home) ?? []), copyOf(entry)].slice(-500));
    },
    async accountHistory(home, limit) {
      guard.refuseWhenClosed();
      const kept = rows.history.get(home) ?? [];
      return kept.slice(Math.max(0, kept.length - limit));
    },
  };
}

/** What is known of a home that was never written of. */
const NOTHING = {
  limit: null,
  loginLost: null,
  disabledAt: null,
  usage: { fiveHour: null, sevenDay: null },
  recoveredAt: null,
  probes: 0,
} as const satisfies Partial<AccountFacts>;

function newsOf(facts: AccountFacts, known: Partial<AccountFacts>): Partial<AccountFacts> {
  const wasKnown = new Map<string, unknown>(Object.entries(known));
  const isNews = ([name, fact]: [string, unknown]) =>
    !wasKnown.has(name) || JSON.stringify(fact) !== JSON.stringify(wasKnown.get(name));
  return Object.fromEntries(Object.entries(facts).filter(isNews));
}
