/** What happened, in words: the sentences of the log, for those who show it to people. */
import { type LogEvent, messageOf } from '../machines/log-events.ts';
import { LIMIT_WORDS } from '../machines/policy/limit-words.ts';
import type { HistoryReport } from './status-report.ts';

export { LIMIT_WORDS, messageOf };

/**
 * An entry of a session's history as the log said it. One of another version, whose event or facts
 * this one does not know, is named by its event.
 */
export function sentenceOf({ event, facts }: Pick<HistoryReport, 'event' | 'facts'>): string {
  try {
    return messageOf({ ...facts, event } as LogEvent);
  } catch {
    return event;
  }
}
