import type { PaneRow } from './listing.ts';

/** A session that bears a name of the pool or our mark, with the row of our pane in it, if any. */
export interface PoolSession {
  readonly sessionId: string;
  readonly name: string;
  readonly mark: string | null;
  readonly pane: PaneRow | null;
}

/** Sorts the rows of a listing into the sessions that concern the pool; all others are left out. */
export function poolSessions(
  rows: readonly PaneRow[],
  names: ReadonlySet<string>,
): readonly PoolSession[] {
  const bySession = new Map<string, PaneRow[]>();
  for (const row of rows) {
    if (row.mark === '' && !names.has(row.sessionName)) continue;
    bySession.set(row.sessionId, [...(bySession.get(row.sessionId) ?? []), row]);
  }
  return [...bySession.values()].flatMap(toSession);
}

function toSession(rows: readonly PaneRow[]): readonly PoolSession[] {
  const [first] = rows;
  if (!first) return [];
  const { sessionId, sessionName: name, mark } = first;
  const isMarked = mark !== '';
  return [{ sessionId, name, mark: isMarked ? mark : null, pane: isMarked ? ourPane(rows) : null }];
}

/** There is one, but for an instant when the agent moves to a new window: then the living one. */
function ourPane(rows: readonly PaneRow[]): PaneRow | null {
  const ours = rows.filter((row) => row.isOurs);
  return ours.find((row) => !row.isDead) ?? ours.at(-1) ?? null;
}
