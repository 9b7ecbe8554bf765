import { printable } from '../../config/printable.ts';
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

/** Sessions and where they go, for a person, and below why they go there and not elsewhere. */
export function moveTable(moves: readonly FailoverMove[], style: PageStyle): string {
  const rows = moves.map(({ session, from, to, action, reason }): readonly Cell[] => [
    { text: session },
    { text: from },
    { text: to ?? '-' },
    { text: WHEN[action], style: STYLES[action] },
    { text: reason },
  ]);
  return [table(COLUMNS, rows, style), ...choices(moves)].join('\n');
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

/** Each once, however many sessions it is the same for; empty when no target was looked for. */
function choices(moves: readonly FailoverMove[]): readonly string[] {
  const lines = new Set(moves.map(choiceLine).filter((line) => line !== ''));
  return lines.size === 0 ? [] : ['', ...lines];
}

/** A daemon of an older version tells none of it. */
function choiceLine({ from, rule = null, passedOver = [] }: Partial<FailoverMove>): string {
  const parts = [
    ...(rule === null ? [] : [rule]),
    ...passedOver.map(({ account, why }) => `${account} ${why}`),
  ];
  return parts.length === 0 ? '' : printable(`from ${from}: ${parts.join('; ')}`);
}
