import { printable } from '../../config/printable.ts';
import type { AccountReport, StatusReport, UsageWindow } from '../../supervisor/status-report.ts';
import type { AccountHomes } from '../account-homes.ts';
import { accountAdvice, accountStateCell } from './account-words.ts';
import { until } from './ago.ts';
import type { PageStyle } from './page-style.ts';
import { type Cell, type Column, table } from './table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'ACCOUNT' },
  { title: 'STATE' },
  { title: 'LIMITED' },
  { title: '5 HOURS', spare: 2 },
  { title: '7 DAYS' },
];

/**
 * The accounts for a person: used shares of their windows, and when these are given back.
 *
 * @param homes where they live, for whoever has to log in there
 */
export function accountTable(
  report: Pick<StatusReport, 'daemon' | 'accounts'>,
  style: PageStyle,
  homes: AccountHomes = new Map(),
): string {
  const { accounts } = report;
  const isStored = report.daemon.state === 'down';
  const rows = accounts.map((account): readonly Cell[] => [
    { text: account.name },
    accountStateCell(account, isStored),
    { text: freeText(account, style.now) },
    { text: windowText(account.usage.fiveHour, style.now) },
    { text: windowText(account.usage.sevenDay, style.now) },
  ]);
  return [table(COLUMNS, rows, style), ...accounts.flatMap((one) => adviceLine(one, homes))].join(
    '\n',
  );
}

/** Below the table, for each account with which a person has something to do. */
function adviceLine(account: AccountReport, homes: AccountHomes): readonly string[] {
  const advice = accountAdvice(account, homes.get(account.name) ?? null);
  return advice === null ? [] : [printable(`${account.name} is ${account.state}: ${advice}`)];
}

/** `free in 10m`; empty for one that is not limited. */
function freeText({ limitedUntil }: AccountReport, now: number): string {
  return limitedUntil === null ? '' : `free ${until(limitedUntil, now)}`;
}

/** How much of a usage window is used, and when it is given back; empty for null. */
export function windowText(window: UsageWindow | null, now: number): string {
  if (window === null) return '';
  return `${Math.round(window.usedPercent)}%, resets ${until(window.resetsAt, now)}`;
}
