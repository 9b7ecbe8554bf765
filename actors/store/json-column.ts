/** A structured fact as the text of a column; null stays null. */
export function textOf(fact: object | null): string | null {
  return fact === null ? null : JSON.stringify(fact);
}

/**
 * The fact that `textOf` has made this text of. Nobody else writes the column; a file that was meddled
 * with fails the quick check or the parse.
 */
export function factOf<Fact extends object>(text: string | null): Fact | null {
  return text === null ? null : (JSON.parse(text) as Fact);
}
