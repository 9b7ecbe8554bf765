import { FailoverError } from '../../config/errors.ts';
import type { Pane, PaneLaunch } from '../../machines/ports.ts';
import {
  agentPaneOptions,
  clearPane,
  createSession,
  createWindow,
  exactSession,
  type PaneSettings,
  parseBorn,
  parseBornSession,
  respawnPane,
  sessionOptions,
  showActivePane,
} from './commands.ts';
import type { Connection } from './connection.ts';
import { foreignOutputReaders, LIST_CLIENTS } from './foreign-clients.ts';
import { isAtHome, LIST_PANES, type PaneRow, rowsOf } from './listing.ts';
import { bornAgent, paneAgent } from './pane-agent.ts';
import type { LineReply } from './reply-queue.ts';

/** Where to act, and what is set on everything of ours. */
export interface Place {
  readonly connection: Connection;
  readonly settings: PaneSettings;
}

/** Creates a session with the agent in its only window. Rejects with `TMUX_NAME_TAKEN`, leaving that session alone. */
export async function createAgentSession(place: Place, launch: PaneLaunch): Promise<Pane> {
  const { connection, settings } = place;
  const reply = await connection.run(createSession(launch, settings));
  if (reply.error === null) return claimBorn(place, reply.bodies);
  // The first command takes the name: once it has succeeded, that session is ours to take back. By its
  // id, for the name may be on a session of an operator's by now.
  const born = parseBornSession(reply.bodies);
  if (born !== null) await connection.run([['kill-session', '-t', born]]);
  throw creationFailure(reply, launch.session);
}

/**
 * Starts a new agent in the pane of one that ended. Rejects with `NOT_FOUND` when it is no pane of
 * ours (ids begin anew with each server), with `CONFLICT` while its agent lives.
 *
 * tmux up to 3.7c crashes, and all sessions with it, when a pane is respawned whose output a control client
 * was sent. While such a client of somebody else is there, the agent gets a new window instead.
 */
export async function respawnAgent(
  place: Place,
  paneId: string,
  launch: PaneLaunch,
): Promise<Pane> {
  const { connection, settings } = place;
  const [clients = [], ...listing] = await connection.query([LIST_CLIENTS, ...LIST_PANES]);
  const row = rowsOf(listing).find((one) => one.paneId === paneId && one.isOurs && one.mark !== '');
  if (!row) throw notFound(`tmux has no pane ${paneId} of ours`, launch.session);
  refuseLiving(row, connection);
  const mayRespawn = foreignOutputReaders(clients, connection.clients).length === 0;
  const commands = mayRespawn
    ? respawnPane(paneId, launch, settings)
    : [...createWindow(row.sessionId, launch, settings), ['kill-pane', '-t', paneId]];
  return claimBorn(place, await connection.query(commands));
}

/**
 * A new window for the agent in our session, which is found by its mark (it may have been renamed).
 * Rejects with `NOT_FOUND`, or with `CONFLICT` while an agent lives in it.
 */
export async function refillSession(place: Place, launch: PaneLaunch): Promise<Pane> {
  const { connection, settings } = place;
  const listed = rowsOf(await connection.query(LIST_PANES));
  const rows = listed.filter(({ mark }) => mark === launch.mark);
  const [first] = rows;
  if (!first) throw notFound(`no session bears the mark of ${launch.session}`, launch.session);
  for (const row of rows.filter(isAtHome)) refuseLiving(row, connection);
  return claimBorn(place, await connection.query(createWindow(first.sessionId, launch, settings)));
}

/** The active pane of a session, ours or not; nothing is changed. Rejects with `NOT_FOUND`. */
export async function activePane({ connection }: Place, session: string): Promise<Pane> {
  const { pane } = await activeRow(connection, session);
  return { paneId: pane.paneId, agent: bornAgent(pane.pid) };
}

/** Makes an existing session and its active pane ours, as they are. Rejects with `NOT_FOUND`. */
export async function adoptSession(place: Place, session: string, mark: string): Promise<Pane> {
  const { connection, settings } = place;
  const { pane, others } = await activeRow(connection, session);
  await connection.query([
    ...others.filter(({ isOurs }) => isOurs).flatMap(({ paneId }) => clearPane(paneId)),
    ...sessionOptions(pane.paneId, mark, settings),
    ...agentPaneOptions(pane.paneId, settings),
  ]);
  return { paneId: pane.paneId, agent: bornAgent(pane.pid) };
}

async function activeRow(connection: Connection, session: string) {
  const rows = rowsOf(await connection.query(LIST_PANES));
  const inSession = rows.filter(({ sessionName }) => sessionName === session);
  // Asked only of a session that is listed: a missing one would be answered for as well.
  const target = exactSession(session);
  const [active = []] =
    inSession.length > 0 ? await connection.query([showActivePane(target)]) : [];
  const pane = inSession.find(({ paneId }) => paneId === active[0]);
  if (!pane) throw notFound(`tmux has no session ${session}`, session);
  return { pane, others: inSession.filter((row) => row !== pane) };
}

/**
 * The pane a line has just made. The line could name it only as the active pane of its session; where a
 * hook of the operator made another one active in between, the options are moved to the right one.
 */
async function claimBorn(place: Place, bodies: LineReply['bodies']): Promise<Pane> {
  const { connection, settings } = place;
  const { paneId, pid, activePaneId } = parseBorn(bodies);
  const agent = bornAgent(pid);
  if (activePaneId !== paneId) {
    await connection.query([...agentPaneOptions(paneId, settings), ...clearPane(activePaneId)]);
  }
  return { paneId, agent };
}

/** Two agents on one conversation would lose a branch of it: nothing starts where one still lives. */
export function refuseLiving(row: PaneRow, { server }: Connection): void {
  if (!paneAgent(row.pid, server)) return;
  throw new FailoverError(
    'CONFLICT',
    `the agent in pane ${row.paneId} of ${row.sessionName} is still alive`,
    { session: row.sessionName, pane: row.paneId, pid: row.pid },
  );
}

function creationFailure({ bodies, error }: LineReply, session: string): FailoverError {
  if (bodies.length === 0 && error?.startsWith('duplicate session')) {
    return new FailoverError('TMUX_NAME_TAKEN', `tmux already has a session ${session}`, {
      session,
    });
  }
  return new FailoverError('TMUX_COMMAND_FAILED', `tmux could not create ${session}: ${error}`, {
    session,
    error,
  });
}

function notFound(message: string, session: string): FailoverError {
  return new FailoverError('NOT_FOUND', message, { session });
}
