import { stripVTControlCharacters } from 'node:util';

/** A screen's rows as text, and the same with blanks where something is drawn dimmed. */
export interface DrawnRows {
  readonly rows: readonly string[];
  readonly undimmed: readonly string[];
}

/** "Select graphic rendition" (ECMA-48). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: such a sequence begins with one.
const STYLE = /\u001b\[([\d;:]*)m/;

/** Reads the rows that `capture-pane -p -e` printed. */
export function readDrawn(lines: readonly string[]): DrawnRows {
  const undimmed: string[] = [];
  // A style goes on from one row to the next: tmux prints only what changes.
  let isDim = false;
  for (const line of lines) {
    // Splitting by a pattern with a group gives text and group by turns.
    const drawn = line.split(STYLE).map((part, n) => {
      if (n % 2 === 0) return isDim ? blanksFor(part) : stripVTControlCharacters(part);
      isDim = isDimAfter(part, isDim);
      return '';
    });
    undimmed.push(drawn.join(''));
  }
  return { rows: lines.map(stripVTControlCharacters), undimmed };
}

function blanksFor(text: string): string {
  return stripVTControlCharacters(text).replace(/./gu, ' ');
}

/** tmux prints attributes together, and each colour by itself: its numbers are no attributes. */
function isDimAfter(style: string, isDim: boolean): boolean {
  if (/^[345]8\b/.test(style)) return isDim;
  return style
    .split(';')
    .reduce((dim, code) => code === '2' || (dim && !['', '0', '22'].includes(code)), isDim);
}
