import { printable } from '../../config/printable.ts';
import type { HistoryReport } from '../../supervisor/status-report.ts';

/** An entry of a task's history in words: what happened, and the facts it left. */
export function happening({ event, facts }: Pick<HistoryReport, 'event' | 'facts'>): string {
  const told = Object.entries(facts)
    .filter(([, fact]) => fact !== null)
    .map(([name, fact]) => `${name} ${typeof fact === 'string' ? fact : JSON.stringify(fact)}`);
  const what = event.replaceAll('_', ' ');
  return printable(told.length === 0 ? what : `${what}: ${told.join(', ')}`);
}
