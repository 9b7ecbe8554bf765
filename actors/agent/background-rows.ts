import { isRecord, type Row, textIn } from './transcript-row.ts';

/**
 * The shells that still run in the background after one more row, by the client's ids: a tool's result
 * says that one was begun, a notification that it came to its end. One that the agent stopped itself
 * is believed to run for too long: of a turn nothing is told rather than something untrue.
 */
export function backgroundAfter(ids: readonly string[], row: Row): readonly string[] {
  const begun = isRecord(row['toolUseResult'])
    ? row['toolUseResult']['backgroundTaskId']
    : undefined;
  if (typeof begun === 'string') return [...ids, begun];
  const note = notificationIn(row);
  return note === null ? ids : ids.filter((id) => !note.includes(`<task-id>${id}</task-id>`));
}

/** A prompt of its own when the agent was idle, else an attachment of what it was doing. */
function notificationIn(row: Row): string | null {
  const { attachment } = row;
  const text = isRecord(attachment) ? attachment['prompt'] : textIn(row);
  return typeof text === 'string' && isNotification(text) ? text : null;
}

/** What the client tells the model by itself, in the form of a prompt. */
export function isNotification(prompt: string): boolean {
  return prompt.startsWith('<task-notification>');
}
