import type { AccountReport, UsageWindow } from '../../supervisor/status-report.ts';
import type { Paint } from '../terminal/colours.ts';
import { until } from './ago.ts';
import { type Cell, table } from './table.ts';

const HEADER = ['ACCOUNT', 'STATE', 'LIMITED', '5 HOURS', '7 DAYS'];

/** The accounts for a person: used shares of their windows, and when these are given back. */
export function accountTable(
  accounts: readonly AccountReport[],
  { paint, now }: { readonly paint: Paint; readonly now: number },
): string {
  const rows = accounts.map((account): readonly Cell[] => [
    { text: account.name },
    { text: account.state, style: account.state === 'available' ? 'green' : 'yellow' },
    { text: account.limitedUntil === null ? '' : `free ${until(account.limitedUntil, now)}` },
    { text: windowText(account.usage.fiveHour, now) },
    { text: windowText(account.usage.sevenDay, now) },
  ]);
  return table(HEADER, rows, paint);
}

function windowText(window: UsageWindow | null, now: number): string {
  if (window === null) return '';
  return `${Math.round(window.usedPercent)}%, anew ${until(window.resetsAt, now)}`;
}
