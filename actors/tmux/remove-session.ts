import { type Place, refuseLiving } from './agent-panes.ts';
import type { Connection } from './connection.ts';
import { isAtHome, LIST_PANES, type PaneRow, rowsOf } from './listing.ts';
import { SESSION_MARK } from './marks.ts';
import type { Words } from './quoting.ts';

/** What makes a session ours, and would keep it as we wanted it. */
const OUR_OPTIONS = [SESSION_MARK, 'history-limit', 'destroy-unattached'];

/**
 * Closes our pane in the session with this mark. A session ends with its last pane; where an operator has
 * opened others in it, it stays, without our mark. Rejects with `CONFLICT` while an agent lives in it.
 */
export async function removeSession(
  { connection }: Pick<Place, 'connection'>,
  mark: string,
): Promise<void> {
  const rows = await rowsMarked(connection, mark);
  const ours = rows.filter(isAtHome);
  for (const row of ours) refuseLiving(row, connection);
  const panes = new Set(ours.map(({ paneId }) => paneId));
  if (panes.size > 0) await connection.query([...panes].map((id) => ['kill-pane', '-t', id]));
  const left = new Set((await rowsMarked(connection, mark)).map(({ sessionId }) => sessionId));
  if (left.size > 0) await connection.query([...left].flatMap(madeTheirs));
}

async function rowsMarked(connection: Connection, mark: string): Promise<readonly PaneRow[]> {
  return rowsOf(await connection.query(LIST_PANES)).filter((row) => row.mark === mark);
}

function madeTheirs(sessionId: string): readonly Words[] {
  return OUR_OPTIONS.map((option) => ['set-option', '-q', '-u', '-t', `${sessionId}:`, option]);
}
