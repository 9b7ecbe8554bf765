import { printable } from '../../config/printable.ts';
import type { Style } from '../terminal/colours.ts';
import type { PageStyle } from './page-style.ts';

/** One cell: its text, and how it looks when colours are wanted. */
export interface Cell {
  readonly text: string;
  readonly style?: Style;
  /** Its text where only so many characters have room, fewer than it has; else its end is cut. Printable. */
  readonly within?: (room: number) => string;
}

export interface Column {
  readonly title: string;
  /** In a narrow terminal the column with the lowest number goes first; one without it stays. */
  readonly spare?: number;
}

/**
 * Rows below a header, in columns as wide as their widest cell, two spaces apart. Cells are made
 * printable here, so whatever they hold stays on its line. Where the page has a width, columns that
 * can be spared go and the last one is cut, so that no line wraps.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { paint, width }: Pick<PageStyle, 'paint' | 'width'>,
): string {
  const all = columns.map((column, index) => filled(column, index, rows));
  const shown = width === null ? all : fitted(all, width);
  const line = (_: unknown, row: number) =>
    shown.map(({ cells, width: room }) => painted(cells[row] ?? { text: '' }, room, paint));
  return ['header', ...rows]
    .map(line)
    .map((cells) => cells.join(GAP).trimEnd())
    .join('\n');
}

const GAP = '  ';

interface Filled extends Column {
  /** The title first. */
  readonly cells: readonly Cell[];
  readonly width: number;
}

function filled(column: Column, index: number, rows: readonly (readonly Cell[])[]): Filled {
  const below = rows.map((row) => row[index] ?? { text: '' });
  const cells = [
    { text: column.title, style: 'dim' } as const,
    ...below.map((cell) => ({ ...cell, text: printable(cell.text) })),
  ];
  return { ...column, cells, width: Math.max(...cells.map(({ text }) => text.length)) };
}

/** So much of the last column is worth more than a column that can be spared. */
const LAST_COLUMN = 30;

function fitted(columns: readonly Filled[], width: number): readonly Filled[] {
  const last = columns.at(-1);
  if (last === undefined) return columns;
  const before = columns.slice(0, -1);
  const room = width - before.reduce((sum, column) => sum + column.width + GAP.length, 0);
  if (room >= Math.min(last.width, LAST_COLUMN)) return [...before, cut(last, room)];
  const [spared] = before
    .filter(({ spare }) => spare !== undefined)
    .toSorted((a, b) => (a.spare ?? 0) - (b.spare ?? 0));
  if (spared === undefined) return [...before, cut(last, Math.max(1, room))];
  return fitted(
    columns.filter((column) => column !== spared),
    width,
  );
}

function cut(column: Filled, room: number): Filled {
  if (column.width <= room) return column;
  const cells = column.cells.map((cell) => ({ ...cell, text: fittingText(cell, room) }));
  return { ...column, cells, width: room };
}

function fittingText({ text, within }: Cell, room: number): string {
  if (text.length <= room || within === undefined) return shortened(text, room);
  return shortened(within(room), room);
}

/** A text without its end where it has more than `room` characters. No character is cut in two. */
export function shortened(text: string, room: number): string {
  if (text.length <= room) return text;
  return `${text.slice(0, Math.max(0, room - 1)).replace(/[\ud800-\udbff]$/, '')}…`;
}

function painted({ text, style }: Cell, room: number, paint: PageStyle['paint']): string {
  const padding = ' '.repeat(Math.max(0, room - text.length));
  return `${style === undefined ? text : paint(style, text)}${padding}`;
}
