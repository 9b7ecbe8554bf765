import type { Insertable, Selectable } from 'kysely';
import type { HistoryEntry } from '../../machines/ports.ts';
import type { HistoryTable } from './schema.ts';

export function rowOfHistory(
  { scope, session }: Pick<HistoryTable, 'scope' | 'session'>,
  { at, event, facts }: HistoryEntry,
): Insertable<HistoryTable> {
  return { scope, session, at, event, facts: JSON.stringify(facts) };
}

export function historyOfRow(row: Selectable<HistoryTable>): HistoryEntry {
  return {
    at: row.at,
    event: row.event,
    facts: JSON.parse(row.facts) as HistoryEntry['facts'],
  };
}
