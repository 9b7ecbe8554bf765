import type { HistoryEntry } from '../../machines/ports.ts';

/** What a line of history is in whichever table: those of sessions, accounts and tasks. */
export interface HistoryColumns {
  at: number;
  event: string;
  /** JSON. */
  facts: string;
}

/** The entry as columns; whose it is comes with the table. Throws for facts that are no JSON. */
export function rowOfHistory({ at, event, facts }: HistoryEntry): HistoryColumns {
  return { at, event, facts: JSON.stringify(facts) };
}

/** The entry that `rowOfHistory` has made these columns of. */
export function historyOfRow({ at, event, facts }: HistoryColumns): HistoryEntry {
  return { at, event, facts: JSON.parse(facts) as HistoryEntry['facts'] };
}
