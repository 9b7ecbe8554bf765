import type { DrawnRows } from './dim-text.ts';

/** What a pane shows, and where its cursor stands. Cells and rows are counted from 0. */
export interface PaneScreen extends DrawnRows {
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
 * what was typed, or was moved back into it. Behind the cursor of an empty box a placeholder may be drawn.
 */
export function hasDraft(screen: PaneScreen): boolean {
  const { rows, cursorX, cursorY } = screen;
  const firstOf = (y: number): string => [...(rows[y] ?? '')][0] ?? '';
  for (let y = cursorY; y >= 0 && firstOf(y) !== BORDER; y -= 1) {
    const first = firstOf(y);
    if (first !== PROMPT && first !== SHELL_PROMPT) continue;
    const isTyped = cursorX > FIRST_CELL || isTypedBehind(screen);
    // Elsewhere than at the cursor, and for `!`, only the border tells the box from what was said above it.
    if (firstOf(y - 1) === BORDER) return y < cursorY || isTyped || first !== PROMPT;
    return y === cursorY && first === PROMPT && isTyped;
  }
  return false;
}

/** A placeholder is dimmed but for the letter under the cursor, and longer than that. */
function isTypedBehind({ rows, undimmed, cursorY }: PaneScreen): boolean {
  const [under = '', ...behind] = [...(undimmed[cursorY] ?? '')].slice(FIRST_CELL);
  const isPlaceholder = undimmed[cursorY]?.trimEnd() !== rows[cursorY]?.trimEnd();
  return behind.some((cell) => cell.trim()) || (!isPlaceholder && under.trim() !== '');
}
