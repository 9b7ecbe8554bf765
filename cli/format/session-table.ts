import type { SessionReport } from '../../supervisor/status-report.ts';
import type { Paint } from '../terminal/colours.ts';
import { ago } from './ago.ts';
import { shortConversation, stateCell } from './session-words.ts';
import { type Cell, table } from './table.ts';

const HEADER = [
  'SESSION',
  'STATE',
  'ACCOUNT',
  'PID',
  'CONVERSATION',
  'RESTARTS',
  'LAST CRASH',
  'REASON',
];

/** The sessions of the pool for a person; `now` is in epoch milliseconds. */
export function sessionTable(
  sessions: readonly SessionReport[],
  { paint, now }: { readonly paint: Paint; readonly now: number },
): string {
  const rows = sessions.map((session): readonly Cell[] => [
    { text: session.name },
    stateCell(session),
    { text: session.account ?? '' },
    { text: String(session.pid ?? '') },
    { text: shortConversation(session.conversation) },
    { text: String(session.restarts) },
    { text: ago(session.crashedAt, now) },
    { text: session.reason ?? '' },
  ]);
  return table(HEADER, rows, paint);
}
