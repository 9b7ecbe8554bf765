import type { StatusReport } from '../../supervisor/status-report.ts';
import { ago } from './ago.ts';
import type { PageStyle } from './page-style.ts';
import { shortConversation, stateCell, storedStateCell } from './session-words.ts';
import { type Cell, type Column, table } from './table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'SESSION' },
  { title: 'STATE' },
  { title: 'ACCOUNT', spare: 5 },
  { title: 'PID', spare: 3 },
  { title: 'CONVERSATION', spare: 1 },
  { title: 'RESTARTS', spare: 4 },
  { title: 'LAST CRASH', spare: 2 },
  { title: 'REASON' },
];

/** The sessions of the pool for a person. */
export function sessionTable(
  { daemon, sessions }: Pick<StatusReport, 'daemon' | 'sessions'>,
  style: PageStyle,
): string {
  const stateOf = daemon.state === 'down' ? storedStateCell : stateCell;
  const rows = sessions.map((session): readonly Cell[] => [
    { text: session.name },
    stateOf(session),
    { text: session.account ?? '' },
    { text: String(session.pid ?? '') },
    { text: shortConversation(session.conversation) },
    { text: String(session.restarts) },
    { text: ago(session.crashedAt, style.now) },
    { text: session.reason ?? '' },
  ]);
  return table(COLUMNS, rows, style);
}
