import type { StatusReport } from '../../supervisor/status-report.ts';
import { ago } from './ago.ts';
import { firstDue } from './first-due.ts';
import type { PageStyle } from './page-style.ts';
import {
  reasonOf,
  shortConversation,
  shortTask,
  stateCell,
  storedStateCell,
} from './session-words.ts';
import { type Cell, type Column, table } from './table.ts';

/** Only where a session has one. */
const TASK: Column = { title: 'TASK', spare: 3 };

const COLUMNS: readonly Column[] = [
  { title: 'SESSION' },
  { title: 'STATE' },
  { title: 'ACCOUNT', spare: 6 },
  { title: 'PID', spare: 4 },
  TASK,
  { title: 'CONVERSATION', spare: 1 },
  { title: 'RESTARTS', spare: 5 },
  { title: 'LAST CRASH', spare: 2 },
  { title: 'REASON' },
];

/** The sessions of the pool for a person. */
export function sessionTable(
  { daemon, sessions, accounts }: Pick<StatusReport, 'daemon' | 'sessions' | 'accounts'>,
  style: PageStyle,
): string {
  const stateOf = daemon.state === 'down' ? storedStateCell : stateCell;
  const due = firstDue(accounts, style.now);
  const hasTasks = sessions.some(({ task }) => task !== null);
  const rows = sessions.map((session): readonly Cell[] => [
    { text: session.name },
    stateOf(session),
    { text: session.account ?? '' },
    { text: String(session.pid ?? '') },
    ...(hasTasks ? [{ text: shortTask(session.task) }] : []),
    { text: shortConversation(session.conversation) },
    { text: String(session.restarts) },
    { text: ago(session.crashedAt, style.now) },
    { text: reasonOf(session, due) },
  ]);
  return table(hasTasks ? COLUMNS : COLUMNS.filter((column) => column !== TASK), rows, style);
}
