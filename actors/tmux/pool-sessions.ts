import { isAtHome, type PaneRow } from './listing.ts';

/** A session that bears a name of the pool or our mark, or into which a pane of ours was moved, with the row of that pane. */
export interface PoolSession {
  readonly sessionId: string;
  readonly name: string;
  readonly mark: string | null;
  readonly pane: PaneRow | null;
}

/**
 * Sorts the rows of a listing into the sessions that concern the pool; all others are left out. A living pane of ours
 * that is in no session of ours any more was taken by an operator, who moved it or took the mark off its session: it
 * is told with the session in which it is, as one that is not ours, also when that is another one of the pool.
 */
export function poolSessions(
  rows: readonly PaneRow[],
  names: ReadonlySet<string>,
): readonly PoolSession[] {
  const isTaken = takenAmong(rows);
  const isConcerned = ([first]: readonly PaneRow[]): boolean =>
    first !== undefined && (first.mark !== '' || names.has(first.sessionName));
  const sessions = [...bySession(rows).values()].filter(isConcerned).flatMap(toSession);
  const taken = rows.filter(isTaken).map(takenTo);
  const isToldThere = ({ sessionId, mark }: PoolSession): boolean =>
    mark === null && taken.some((other) => other.sessionId === sessionId);
  return [...sessions.filter((session) => !isToldThere(session)), ...taken];
}

/** Whether a row is that of a pane which an operator has taken. */
function takenAmong(rows: readonly PaneRow[]): (row: PaneRow) => boolean {
  const atHome = new Set(rows.filter(isAtHome).map(({ paneId }) => paneId));
  return (row) => row.isOurs && !row.isDead && !atHome.has(row.paneId);
}

function bySession(rows: readonly PaneRow[]): ReadonlyMap<string, readonly PaneRow[]> {
  const found = new Map<string, PaneRow[]>();
  for (const row of rows) found.set(row.sessionId, [...(found.get(row.sessionId) ?? []), row]);
  return found;
}

function toSession(rows: readonly PaneRow[]): readonly PoolSession[] {
  const [first] = rows;
  if (!first) return [];
  const { sessionId, sessionName: name, mark } = first;
  return [{ sessionId, name, mark: mark === '' ? null : mark, pane: ourPane(rows) }];
}

function takenTo(pane: PaneRow): PoolSession {
  return { sessionId: pane.sessionId, name: pane.sessionName, mark: null, pane };
}

/** There is one, but for an instant when the agent moves to a new window: then the living one. */
function ourPane(rows: readonly PaneRow[]): PaneRow | null {
  const ours = rows.filter(isAtHome);
  return ours.find((row) => !row.isDead) ?? ours.at(-1) ?? null;
}
