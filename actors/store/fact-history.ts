import type { FactStore } from '../../machines/ports.ts';
import { historyOfRow, rowOfHistory } from './history-row.ts';
import { keepNewest } from './keep-newest.ts';
import type { FactShelf } from './shelf.ts';

/** Per session, and per account: enough for a person, bounded for the disk. */
const HISTORY_KEPT = 500;

/** What happened to each session: `addHistory` and `history` of the port. */
export function sessionHistoryOn({
  engine,
  scope,
  write,
}: FactShelf): Pick<FactStore, 'addHistory' | 'history'> {
  return {
    addHistory: (session, entry) =>
      write(async (tx) => {
        const row = { scope, session, ...rowOfHistory(entry) };
        await tx.insertInto('history').values(row).execute();
        await keepNewest(tx, 'history', { scope, session }, HISTORY_KEPT);
      }),

    history: async (session, limit) => {
      const newestFirst = await engine.db
        .selectFrom('history')
        .select(['at', 'event', 'facts'])
        .where('scope', '=', scope)
        .where('session', '=', session)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return newestFirst.reverse().map(historyOfRow);
    },
  };
}

/** The same of each account, told by every daemon that uses its home. */
export function accountHistoryOn({
  engine,
  write,
}: FactShelf): Pick<FactStore, 'addAccountHistory' | 'accountHistory'> {
  return {
    addAccountHistory: (home, entry) =>
      write(async (tx) => {
        const row = { home, ...rowOfHistory(entry) };
        await tx.insertInto('account_history').values(row).execute();
        await keepNewest(tx, 'account_history', { home }, HISTORY_KEPT);
      }),

    accountHistory: async (home, limit) => {
      const newestFirst = await engine.db
        .selectFrom('account_history')
        .select(['at', 'event', 'facts'])
        .where('home', '=', home)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return newestFirst.reverse().map(historyOfRow);
    },
  };
}
