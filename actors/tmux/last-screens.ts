import type { Connection } from './connection.ts';
import type { PaneRow } from './listing.ts';

/** Reads what was on the screens of dead panes. Rejects only when the connection breaks. */
export type ReadLastScreens = (
  connection: Connection,
  dead: readonly PaneRow[],
) => Promise<ReadonlyMap<PaneRow, string>>;

/** A dead pane stays as it is until it is respawned, so each is captured once and remembered while it is listed. */
export function createLastScreens(): ReadLastScreens {
  let known: ReadonlyMap<string, string> = new Map();
  return async (connection, dead) => {
    const keyOf = ({ paneId, pid }: PaneRow): string =>
      [connection.server.pid, connection.server.startTime, paneId, pid].join(' ');
    const before = known;
    const screens = await Promise.all(
      dead.map(
        async (row) => [row, before.get(keyOf(row)) ?? (await capture(connection, row))] as const,
      ),
    );
    known = new Map(screens.map(([row, screen]) => [keyOf(row), screen]));
    return new Map(screens);
  };
}

/** The visible screen without the empty lines below its last text; '' when the pane is gone meanwhile. */
async function capture(connection: Connection, { paneId }: PaneRow): Promise<string> {
  const { bodies } = await connection.run([['capture-pane', '-p', '-t', paneId]]);
  return (bodies[0] ?? []).join('\n').trimEnd();
}
