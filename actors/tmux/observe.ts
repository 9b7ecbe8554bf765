import { setTimeout as sleep } from 'node:timers/promises';
import type { Observation, PaneObservation, SessionObservation } from '../../machines/ports.ts';
import type { Connection } from './connection.ts';
import type { ReadLastScreens } from './last-screens.ts';
import { LIST_PANES, type PaneRow, parseListing } from './listing.ts';
import { paneAgent } from './pane-agent.ts';
import { type PaneState, paneState } from './pane-state.ts';
import { type PoolSession, poolSessions } from './pool-sessions.ts';

/** How long tmux gets to notice what the kernel already shows; it needs a few ms, if it is nudged. */
const SETTLE_MS = [5, 10, 20, 40, 80] as const;

interface Judged {
  readonly session: PoolSession;
  readonly pane: { readonly row: PaneRow; readonly state: PaneState } | null;
}

/** One listing of the pool's sessions, confirmed with the kernel, with the last screens of the dead. */
export async function observeSessions(
  connection: Connection,
  names: readonly string[],
  readScreens: ReadLastScreens,
): Promise<Observation> {
  const wanted = new Set(names);
  const judged = await settled(connection, wanted);
  if ('unclear' in judged) return { kind: 'unknown', reason: judged.unclear };
  const dead = judged.flatMap(({ pane }) =>
    pane && pane.state.kind !== 'alive' ? [pane.row] : [],
  );
  const lastScreens = await readScreens(connection, dead);
  const screenOf = (row: PaneRow): string => lastScreens.get(row) ?? '';
  return {
    kind: 'seen',
    server: connection.server,
    sessions: judged.map((one) => toObservation(one, screenOf)),
  };
}

type Judgement = readonly Judged[] | { readonly unclear: string };

/** Lists until tmux and the kernel agree on every pane of ours, or the time for that is over. */
async function settled(connection: Connection, names: ReadonlySet<string>): Promise<Judgement> {
  let judgement = await judge(connection, names);
  for (const waitMs of SETTLE_MS) {
    if (!isUnsettled(judgement)) break;
    connection.nudge();
    await sleep(waitMs);
    judgement = await judge(connection, names);
  }
  return judgement;
}

async function judge(connection: Connection, names: ReadonlySet<string>): Promise<Judgement> {
  const listing = parseListing(await connection.query(LIST_PANES));
  if (listing.kind === 'unparsed') {
    return { unclear: `tmux listed a line that does not parse: ${listing.line}` };
  }
  // Our own hub has a pane. A server that is about to end has put all of them away and still answers.
  if (listing.rows.length === 0) return { unclear: 'tmux listed no pane, not even ours' };
  return poolSessions(listing.rows, names).map((session) => ({
    session,
    pane: session.pane && {
      row: session.pane,
      state: paneState(session.pane, paneAgent(session.pane.pid, connection.server)),
    },
  }));
}

function isUnsettled(judgement: Judgement): boolean {
  return 'unclear' in judgement
    ? false
    : judgement.some(({ pane }) => pane?.state.kind === 'unsettled');
}

function toObservation(
  { session, pane }: Judged,
  screenOf: (row: PaneRow) => string,
): SessionObservation {
  const { name, mark } = session;
  return { name, mark, pane: pane && toPane(pane.row, pane.state, screenOf) };
}

/**
 * A pane that did not settle is dead: that its process is gone is a fact of the kernel, however long tmux
 * takes (it waits for a child of the agent that floods the terminal). Only the cause is not known.
 */
function toPane(
  row: PaneRow,
  state: PaneState,
  screenOf: (row: PaneRow) => string,
): PaneObservation {
  const { paneId, pid } = row;
  if (state.kind === 'alive') return { state: 'alive', paneId, agent: state.agent };
  const cause = state.kind === 'dead' ? state.cause : ({ kind: 'unknown' } as const);
  return { state: 'dead', paneId, pid, cause, lastScreen: screenOf(row) };
}
