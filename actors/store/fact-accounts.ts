import type { FactStore } from '../../machines/ports.ts';
import { type AccountRow, accountOfRow, newsOf, rowOfAccount } from './account-row.ts';
import type { FactShelf } from './shelf.ts';

/** What is known of a home that has no row yet. */
const NOTHING: Omit<AccountRow, 'home'> = {
  account: '',
  limited: null,
  login_lost: null,
  disabled_at: null,
  usage: JSON.stringify({ fiveHour: null, sevenDay: null }),
  recovered_at: null,
  probes: 0,
  since: 0,
};

/**
 * Accounts, whose homes daemons of other tmux servers may use too: `accounts` and `saveAccount` of the
 * port. A daemon writes only what is news since it read or wrote of a home itself, so that what another
 * one said meanwhile (an operator has disabled it) is not undone by one that has not heard of it.
 */
export function accountsOn({
  engine,
  write,
}: FactShelf): Pick<FactStore, 'accounts' | 'saveAccount'> {
  const known = new Map<string, AccountRow>();
  return {
    accounts: async (homes) => {
      if (homes.length === 0) return [];
      const rows = await engine.db
        .selectFrom('account')
        .selectAll()
        .where('home', 'in', homes)
        .orderBy('home')
        .execute();
      for (const row of [...rows, ...homes.map((home) => ({ home, ...NOTHING }))]) {
        if (!known.has(row.home)) known.set(row.home, row);
      }
      return rows.map(accountOfRow);
    },

    saveAccount: async (facts) => {
      const row = rowOfAccount(facts);
      await write((tx) => {
        const news = newsOf(row, known.get(row.home));
        // Known again once it is durable: after a commit that failed, everything is news.
        known.delete(row.home);
        return tx
          .insertInto('account')
          .values({ ...row, updated_at: engine.now })
          .onConflict((conflict) =>
            conflict.column('home').doUpdateSet({ ...news, updated_at: engine.now }),
          )
          .execute();
      });
      known.set(row.home, row);
    },
  };
}
