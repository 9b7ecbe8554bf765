import { printable } from '../../config/printable.ts';
import type { Paint, Style } from '../terminal/colours.ts';

/** One cell: its text, and how it looks when colours are wanted. */
export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

/**
 * Rows below a header, in columns as wide as their widest cell, two spaces apart. Cells are made
 * printable here, so whatever they hold stays on its line.
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  paint: Paint,
): string {
  const titles = header.map((text): Cell => ({ text, style: 'dim' }));
  const lines = [titles, ...rows].map((row) =>
    row.map(({ text, ...cell }) => ({ ...cell, text: printable(text) })),
  );
  const widths = header.map((_, column) =>
    Math.max(...lines.map((row) => row[column]?.text.length ?? 0)),
  );
  return lines.map((row) => lineOf(row, widths, paint)).join('\n');
}

function lineOf(row: readonly Cell[], widths: readonly number[], paint: Paint): string {
  const cells = row.map(({ text, style }, column) => {
    const padding = ' '.repeat((widths[column] ?? 0) - text.length);
    return `${style === undefined ? text : paint(style, text)}${padding}`;
  });
  return cells.join('  ').trimEnd();
}
