export type Row = Readonly<Record<string, unknown>>;

/** A row of a transcript; null for one cut short by a kill, which is no row: the client drops it too. */
export function rowIn(line: string): Row | null {
  try {
    const row: unknown = JSON.parse(line);
    return isRecord(row) ? row : null;
  } catch {
    return null;
  }
}

/** The text of a row's message, which is a string or blocks, of which only some are text. */
export function textIn(row: Row): string {
  return blocksIn(row)
    .flatMap(({ type, text }) => (type === 'text' && typeof text === 'string' ? [text] : []))
    .join('\n');
}

export function blocksIn({ message }: Row): readonly Row[] {
  const content = isRecord(message) ? message['content'] : undefined;
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.filter(isRecord) : [];
}

export function isRecord(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
