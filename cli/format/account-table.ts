import type { AccountReport, StatusReport, UsageWindow } from '../../supervisor/status-report.ts';
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

/** The accounts for a person: used shares of their windows, and when these are given back. */
export function accountTable(
  report: Pick<StatusReport, 'daemon' | 'accounts'>,
  style: PageStyle,
): string {
  const { accounts } = report;
  const isStored = report.daemon.state === 'down';
  const rows = accounts.map((account): readonly Cell[] => [
    { text: account.name },
    stateCell(account, isStored),
    { text: account.limitedUntil === null ? '' : `free ${until(account.limitedUntil, style.now)}` },
    { text: windowText(account.usage.fiveHour, style.now) },
    { text: windowText(account.usage.sevenDay, style.now) },
  ]);
  const isExplained = accounts.some(({ state }) => state === 'quarantined');
  const shown = table(COLUMNS, rows, style);
  return isExplained ? `${shown}\n${QUARANTINED}` : shown;
}

const QUARANTINED =
  'quarantined: no agent is started there, its links are not in order; see: claude-failover check';

/** That its links are wrong can be seen at any time; whether it is usable only a daemon finds out. */
function stateCell({ state }: AccountReport, isStored: boolean): Cell {
  if (isStored && state === 'available') return { text: '-', style: 'dim' };
  return { text: state, style: state === 'available' ? 'green' : 'yellow' };
}

function windowText(window: UsageWindow | null, now: number): string {
  if (window === null) return '';
  return `${Math.round(window.usedPercent)}%, anew ${until(window.resetsAt, now)}`;
}
