import type { Row } from './agent-lab.ts';

/**
 * The rows of a transcript as words, as far as anybody goes by them: `prompt typed`, `says`, `tool_use`,
 * `turn_duration`… Notes beside the conversation, attachments, what was half said and what waits in the
 * queue are left out.
 */
export function toldRows(rows: readonly Row[]): readonly string[] {
  return rows.flatMap((row) => toldBy(row) ?? []);
}

function toldBy(row: Row): string | null {
  switch (row.type) {
    case 'user':
      return toldByUser(row);
    case 'assistant':
      return toldByAssistant(row);
    case 'system':
      return row.subtype ?? null;
    default:
      return null;
  }
}

function toldByUser({ message, isMeta, promptSource }: Row): string {
  const [first] = blocksIn(message);
  if (first?.type === 'tool_result') return `tool_result${first.is_error === true ? ' error' : ''}`;
  if (isMeta === true) return `note: ${first?.text}`;
  const [, interrupted] = /^\[(Request interrupted.*)\]$/.exec(first?.text ?? '') ?? [];
  return interrupted ?? `prompt ${promptSource ?? 'of the shell'}`;
}

function toldByAssistant(row: Row): string | null {
  const { message, isApiErrorMessage, error, apiErrorStatus } = row;
  if (isApiErrorMessage === true) return `error ${error} ${apiErrorStatus ?? 'no status'}`;
  const [first] = blocksIn(message);
  if (first?.type === 'tool_use') return `tool_use ${first.name}`;
  if (first?.text === 'No response requested.') return first.text;
  return message?.model === '<synthetic>' ? null : 'says';
}

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly name?: string;
  readonly is_error?: boolean;
}

function blocksIn(message: Row['message']): readonly Block[] {
  const content = message?.content;
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? (content as readonly Block[]) : [];
}
