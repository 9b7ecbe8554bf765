import { MATRIX, type MatrixRow } from './matrix-rows.ts';
import { type MatrixWay, WAYS } from './matrix-ways.ts';

type Cells = readonly string[];

/** What follows from each kind of end: a table of Markdown, as docs/FAILOVER.md holds it. */
export function waysTable(): string {
  const head = ['what follows', 'the account', 'the session', 'the task', 'the log'];
  return tableOf(head, Object.entries<MatrixWay>(WAYS).map(cellsOfWay));
}

/** Every row of the matrix, as docs/FAILOVER.md holds it. */
export function matrixTable(): string {
  return tableOf(
    ['the turn ends so', 'the client records an error that begins', 'what follows'],
    MATRIX.map(cellsOf),
  );
}

function cellsOfWay([way, { account, session, task, logged }]: [string, MatrixWay]): Cells {
  return [`**${way}**`, account, session, task, logged.map((event) => `\`${event}\``).join(', ')];
}

function cellsOf({ name, records, way, window }: MatrixRow): Cells {
  const recorded = records === null ? 'no error' : `\`${records.error}\`: ${records.says}`;
  return [name, recorded, window === undefined ? way : `${way} (\`${window}\`)`];
}

/** Its columns are aligned. */
function tableOf(head: Cells, rows: readonly Cells[]): string {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]?.length ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  return [head, rule, ...rows].map((cells) => lineOf(cells, widths)).join('\n');
}

function lineOf(cells: Cells, widths: readonly number[]): string {
  return `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
}
