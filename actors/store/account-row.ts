import type { AccountFacts, Evidence, Limit } from '../../machines/accounts.ts';
import type { AccountUsage, WindowUsage } from '../../machines/signals.ts';
import type { AccountTable } from './account-tables.ts';
import { factOf, textOf } from './json-column.ts';

/** All but when the row was written. */
export type AccountRow = Readonly<Omit<AccountTable, 'updated_at'>>;

/** The whole record as columns. */
export function rowOfAccount(facts: AccountFacts): AccountRow {
  return {
    home: facts.home,
    account: facts.account,
    limited: textOf(facts.limit),
    login_lost: textOf(facts.loginLost),
    disabled_at: facts.disabledAt,
    usage: JSON.stringify(facts.usage),
    recovered_at: facts.recoveredAt,
    probes: facts.probes,
    since: facts.since,
  };
}

/** The record that `rowOfAccount` has made these columns of. */
export function accountOfRow(row: AccountRow): AccountFacts {
  return {
    account: row.account,
    home: row.home,
    limit: factOf<Limit>(row.limited),
    loginLost: factOf<Evidence>(row.login_lost),
    disabledAt: row.disabled_at,
    usage: usageOf(row.usage),
    recoveredAt: row.recovered_at,
    // A store that is only read may be of the version before the column.
    probes: row.probes ?? 0,
    since: row.since,
  };
}

/** A version that did not note when it was told may have written it. */
function usageOf(text: string): AccountUsage {
  const { fiveHour, sevenDay } = JSON.parse(text) as AccountUsage;
  const dated = (window: WindowUsage | null) =>
    window && { ...window, toldAt: window.toldAt ?? null };
  return { fiveHour: dated(fiveHour), sevenDay: dated(sevenDay) };
}

/** The columns that differ from those of an earlier row; all of them when there is none. */
export function newsOf(row: AccountRow, earlier: AccountRow | undefined): Partial<AccountRow> {
  const columns = Object.keys(row) as (keyof AccountRow)[];
  const news = columns.filter((column) => row[column] !== earlier?.[column]);
  return Object.fromEntries(news.map((column) => [column, row[column]]));
}
