/** The choices of `{a,b{c,d}}`, given without the outer braces; one when there is nothing to choose. */
export function choicesIn(text: string): readonly string[] {
  const choices = [''];
  let depth = 0;
  for (const char of text) {
    if (char === '{') depth += 1;
    if (char === '}') depth -= 1;
    if (char === ',' && depth === 0) choices.push('');
    else choices.push(`${choices.pop() ?? ''}${char}`);
  }
  return choices;
}
