/**
 * Stand-ins in a text of a command for what only the shell that runs it will know. Both are characters
 * that no argument of a program holds in earnest.
 */

/** What a variable or a command gives: anything, also several names with slashes between. */
export const UNKNOWN = '\0';

/** What a pattern (`*`, `?`, `[…]`) stands for: anything within one name. */
export const ANYTHING = '\u0001';

export function isCertain(text: string): boolean {
  return !text.includes(UNKNOWN) && !text.includes(ANYTHING);
}

/**
 * Whether the shell may make `name` of this part of a path. A part of which nothing at all is known
 * says nothing; a bare `*` says everything.
 */
export function couldBe(part: string, name: string): boolean {
  if (isCertain(part)) return part === name;
  // A pattern leaves out the names that begin with a dot.
  if (part === UNKNOWN || (part.startsWith(ANYTHING) && name.startsWith('.'))) return false;
  const pieces = part.replaceAll(ANYTHING, UNKNOWN).split(UNKNOWN);
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (name.length < first.length + last.length) return false;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  return holdsInOrder(name.slice(first.length, name.length - last.length), pieces.slice(1, -1));
}

/** Whether a part of a path may be one of these names. */
export function couldBeOneOf(part: string, names: readonly string[]): boolean {
  return names.some((name) => couldBe(part, name));
}

/** The text as a person would write it. */
export function legible(text: string): string {
  return text.replaceAll(UNKNOWN, '…').replaceAll(ANYTHING, '*');
}

function holdsInOrder(text: string, pieces: readonly string[]): boolean {
  let from = 0;
  for (const piece of pieces) {
    const found = text.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return true;
}
