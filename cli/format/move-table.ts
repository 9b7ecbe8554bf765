import type { FailoverMove } from '../../supervisor/status-report.ts';
import type { Style } from '../terminal/colours.ts';
import type { PageStyle } from './page-style.ts';
import { type Cell, type Column, table } from './table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'SESSION' },
  { title: 'FROM' },
  { title: 'TO' },
  { title: 'WHEN' },
  { title: 'WHY' },
];

/** Sessions and where they go, for a person. */
export function moveTable(moves: readonly FailoverMove[], style: PageStyle): string {
  const rows = moves.map(({ session, from, to, action, reason }): readonly Cell[] => [
    { text: session },
    { text: from },
    { text: to ?? '-' },
    { text: WHEN[action], style: STYLES[action] },
    { text: reason },
  ]);
  return table(COLUMNS, rows, style);
}

const WHEN: Readonly<Record<FailoverMove['action'], string>> = {
  move: 'now',
  wait: 'later',
  none: 'stays',
};

const STYLES: Readonly<Record<FailoverMove['action'], Style>> = {
  move: 'green',
  wait: 'yellow',
  none: 'dim',
};
