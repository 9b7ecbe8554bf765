import { printable } from '../../config/printable.ts';
import type { AccountReport, StatusReport, UsageWindow } from '../../supervisor/status-report.ts';
import type { AccountHomes } from '../account-homes.ts';
import { accountAdvice, accountStateCell } from './account-words.ts';
import { ago, until } from './ago.ts';
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
    { text: windowText(account, 'fiveHour', style.now) },
    { text: windowText(account, 'sevenDay', style.now) },
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

/**
 * How much of a usage window is used, when it is given back, and how long ago a client said so; that it is
 * over when nothing was told since; empty when nothing is known.
 */
export function windowText(
  { usage, usageOver }: Pick<AccountReport, 'usage' | 'usageOver'>,
  window: keyof AccountReport['usage'],
  now: number,
): string {
  const told = usage[window];
  if (told !== null) return usageText(told, now);
  // A daemon of an older version tells no such thing.
  const overSince = usageOver?.[window] ?? null;
  return overSince === null ? '' : `over ${ago(overSince, now)}`;
}

function usageText({ usedPercent, resetsAt, toldAt }: UsageWindow, now: number): string {
  const age = toldAt ? `, told ${ago(toldAt, now)}` : '';
  return `${Math.round(usedPercent)}%, resets ${until(resetsAt, now)}${age}`;
}
