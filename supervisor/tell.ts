import type { LogEvent } from '../machines/log-events.ts';
import type { HistoryEntry } from '../machines/ports.ts';

export interface TellParts {
  readonly log: (entry: LogEvent) => void;
  readonly addHistory: (session: string, entry: HistoryEntry) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * A log that remembers: what is about a session is in that session's history, too. It never throws: a
 * log that cannot be written has nobody left to be told, and must not end the supervision.
 */
export function createTeller({ log, addHistory, now }: TellParts): (entry: LogEvent) => void {
  return (entry) => {
    try {
      log(entry);
    } catch {}
    if ('session' in entry) addHistory(entry.session, historyOf(entry, now()));
  };
}

function historyOf({ event, ...facts }: LogEvent, at: number): HistoryEntry {
  return { at, event, facts };
}
