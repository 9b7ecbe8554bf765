import type { Terminal } from '../terminal/terminal.ts';

const ESC = '\u001b[';
/** The alternate screen, no cursor, and lines that are too long are cut rather than wrapped. */
const ENTER = `${ESC}?1049h${ESC}?25l${ESC}?7l`;
const LEAVE = `${ESC}?7h${ESC}?25h${ESC}?1049l`;

export interface FullScreen {
  /** Replaces what is shown, in one write and line by line, so that nothing flickers. */
  draw(text: string): void;
  /** Gives the terminal back as it was. */
  leave(): void;
}

/** Takes the whole terminal. `onQuit` is called for q, Escape or Ctrl-C. */
export function enterFullScreen({ stdin, stdout }: Terminal, onQuit: () => void): FullScreen {
  const onKey = (key: Buffer) => {
    if (['q', 'Q', '\u001b', '\u0003', '\u0004'].includes(key.toString())) onQuit();
  };
  stdout.write(ENTER);
  if (stdin.isTTY) stdin.setRawMode(true).on('data', onKey);
  return {
    draw: (text) => void stdout.write(frame(text, stdout.rows)),
    leave: () => {
      if (stdin.isTTY) stdin.off('data', onKey).setRawMode(false).pause();
      stdout.write(LEAVE);
    },
  };
}

/** Each line clears what was behind it, and the end clears what was below: the screen is never empty. */
export function frame(text: string, rows: number): string {
  const lines = text.split('\n').slice(0, Math.max(1, rows));
  return `${ESC}H${lines.map((line) => `${line}${ESC}K`).join('\r\n')}${ESC}J`;
}
