/** One tmux command as words, unquoted: `['kill-session', '-t', '=ccl-auto-11']`. */
export type Words = readonly string[];

/**
 * Commands as one line of control mode. One line is one step for tmux: it is parsed whole, nothing
 * else runs in between (not even the reaping of a program that ended at once), and the first
 * command that fails drops the rest.
 */
export function renderLine(commands: readonly Words[]): string {
  return commands.map((words) => words.map(quoteWord).join(' ')).join(' ; ');
}

/**
 * One word, quoted so that tmux's parser gives back the same bytes. NUL cannot be carried by an
 * argv and is refused; a lone surrogate is not text and becomes U+FFFD on its way out.
 */
export function quoteWord(word: string): string {
  if (word.includes('\0')) throw new TypeError('a tmux word cannot hold NUL');
  return hasControls(word) ? doubleQuoted(word) : singleQuoted(word);
}

/**
 * Text for an argument that tmux expands as a format (`-c`, `-F`): `#` is doubled, but before `[`,
 * where tmux takes it for the beginning of a style and keeps all of them.
 */
export function escapeFormat(text: string): string {
  return text.replace(/#+(\[?)/g, (run, bracket) => (bracket === '[' ? run : run + run));
}

function hasControls(word: string): boolean {
  return [...word].some(isControl);
}

function isControl(char: string): boolean {
  return char < ' ' || char === '\x7f';
}

/** Nothing is special between single quotes; a single quote itself is written outside of them. */
function singleQuoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** A control character (a newline would end the line) can only be written as octal, in double quotes. */
function doubleQuoted(word: string): string {
  return `"${Array.from(word, escapeInDoubleQuotes).join('')}"`;
}

function escapeInDoubleQuotes(char: string): string {
  if (isControl(char)) return `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`;
  return '"\\$~'.includes(char) ? `\\${char}` : char;
}
