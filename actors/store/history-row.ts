import type { Insertable, Selectable } from 'kysely';
import type { HistoryEntry } from '../../machines/ports.ts';
import type { HistoryTable } from './schema.ts';

export function rowOfHistory(session: string, entry: HistoryEntry): Insertable<HistoryTable> {
  return { session, at: entry.at, event: entry.event, facts: JSON.stringify(entry.facts) };
}

export function historyOfRow(row: Selectable<HistoryTable>): HistoryEntry {
  return {
    at: row.at,
    event: row.event,
    facts: JSON.parse(row.facts) as HistoryEntry['facts'],
  };
}
