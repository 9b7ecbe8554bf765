/** What a pane shows, and where its cursor stands. Cells and rows are counted from 0. */
export interface PaneScreen {
  readonly rows: readonly string[];
  readonly cursorX: number;
  readonly cursorY: number;
}

/** The input box begins with one of these and a blank; behind `!` whatever is sent off is run as a command. */
const PROMPT = '❯';
const SHELL_PROMPT = '!';
const FIRST_CELL = 2;
/** The line above the input box. */
const BORDER = '─';

/**
 * Whether a line that was not sent off seems to stand in the client's input box. The cursor stands behind
 * what was typed. One that was moved to the begin of the line is not told from an empty box, for there the
 * box shows a placeholder behind it.
 */
export function hasDraft({ rows, cursorX, cursorY }: PaneScreen): boolean {
  const firstOf = (y: number): string => [...(rows[y] ?? '')][0] ?? '';
  for (let y = cursorY; y >= 0 && firstOf(y) !== BORDER; y -= 1) {
    const first = firstOf(y);
    if (first !== PROMPT && first !== SHELL_PROMPT) continue;
    // Elsewhere than at the cursor, and for `!`, only the border tells the box from what was said above it.
    if (firstOf(y - 1) === BORDER) return y < cursorY || cursorX > FIRST_CELL || first !== PROMPT;
    return y === cursorY && first === PROMPT && cursorX > FIRST_CELL;
  }
  return false;
}
