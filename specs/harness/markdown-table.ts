/** A table for a Markdown file, its columns as wide as what is in them; the first row is the head. */
export function markdownTable([head = [], ...body]: readonly (readonly string[])[]): string {
  const widths = head.map((_, i) =>
    Math.max(...[head, ...body].map((line) => line[i]?.length ?? 0)),
  );
  const rule = widths.map((width) => '-'.repeat(width));
  return [head, rule, ...body]
    .map((line) => `| ${line.map((text, i) => text.padEnd(widths[i] ?? 0)).join(' | ')} |`)
    .join('\n');
}
