import type { ComparedTable } from './compared.ts';
import { comparison, headOf, ownersLine, type Shown, tableLine } from './table.ts';

const FIRST = 46;

/** A compared table for a person; `shown`: which columns, if not the usual ones. */
export function comparedLines(
  { title, usual, rows, missed }: ComparedTable,
  shown?: Shown,
): readonly string[] {
  return [
    ownersLine(usual, FIRST),
    ...[
      headOf(`${title}, ms`, shown),
      ...rows.map((row) => [row.what, ...comparison(row.ours, row.usual, shown)]),
    ].map((cells) => tableLine(cells, FIRST)),
    ...(missed.ours + missed.usual > 0
      ? [`missed: ours ${missed.ours}, ${usual} ${missed.usual}.`]
      : []),
  ];
}
