import { resolveSocketPath } from '../../config/socket-path.ts';
import type { TmuxSocket } from '../../config/types.ts';
import type { Observation, TmuxPort } from '../../machines/ports.ts';
import type { ServerScope } from '../manager/server-scope.ts';
import {
  activePane,
  adoptSession,
  createAgentSession,
  type Place,
  refillSession,
  respawnAgent,
} from './agent-panes.ts';
import { answeringServer } from './answering-server.ts';
import { cleanEnv } from './clean-env.ts';
import { endLeftoverClients, ownerAt } from './client-owner.ts';
import type { PaneSettings } from './commands.ts';
import { type Connection, type ConnectionOptions, openConnection } from './connection.ts';
import { isServerLost, type Way } from './join-server.ts';
import { createLastScreens } from './last-screens.ts';
import { observeSessions } from './observe.ts';
import { pasteFile, pressEnter, pressEscape } from './paste.ts';
import { presenceAt } from './presence.ts';
import { removeSession } from './remove-session.ts';
import { createServerLink } from './server-link.ts';
import { serversAt } from './servers-at.ts';
import { listSessionNames } from './session-names.ts';
import { createWakes } from './wakes.ts';

const WAKE_GAP_MS = 10;
/** What `tmux` without `-L` means. */
const OPERATORS_SOCKET = 'default';

export interface TmuxOptions {
  readonly socket: TmuxSocket;
  /** Name of the control hub, `_claude-failover-<start_index>`: the only session of ours beside the pool. */
  readonly hub: string;
  /** Lines of scrollback of each agent's pane. */
  readonly historyLimit: number;
  /** Where the few variables that tmux may see are taken from; ours by default. */
  readonly env?: NodeJS.ProcessEnv;
  /** Where a server that we start lives; else where we do. */
  readonly scope?: ServerScope | null;
  readonly commandTimeoutMs?: number;
  /** After how long without a word from it tmux is asked whether it still answers. */
  readonly heartbeatMs?: number;
}

/**
 * tmux through control mode: two clients attached to the hub, one for commands, one that waits for deaths;
 * no fork per command. Connects first, and starts a server of our own (clean environment, no
 * config file) when none listens at the socket. On a server of somebody else nothing global is set.
 *
 * Rejects with `TMUX_MISSING`, `TMUX_SOCKET_UNSAFE`, `TMUX_UNREACHABLE` or `TMUX_TIMED_OUT`, and with
 * `CONFIG_INVALID` for a socket path that is too long. The methods that
 * act reject with these too, with `TMUX_COMMAND_FAILED`, and as `machines/ports.ts` says.
 * A command that timed out may still be carried out: the mark tells its result at the next observation.
 */
export async function createTmux(options: TmuxOptions): Promise<TmuxPort> {
  const wakes = createWakes(WAKE_GAP_MS);
  const readScreens = createLastScreens();
  const settings = paneSettings(options);
  const connectionOptions = toConnectionOptions(options, settings, wakes.wake);
  const link = createServerLink(wayTo(connectionOptions), wakes.wake);
  const place = async (connection: Promise<Connection>): Promise<Place> => ({
    connection: await connection,
    settings,
  });
  await endLeftoverClients(connectionOptions.socket);
  await link.start();

  return {
    observe: async (names) => {
      try {
        return await observeSessions(await link.join(), names, readScreens);
      } catch (error) {
        return unobserved(error);
      }
    },
    create: async (launch) => createAgentSession(await place(link.start()), launch),
    respawn: async (paneId, launch) => respawnAgent(await place(link.join()), paneId, launch),
    refill: async (launch) => refillSession(await place(link.join()), launch),
    adopt: async (session, mark) => adoptSession(await place(link.join()), session, mark),
    remove: async (mark) => {
      try {
        await removeSession(await place(link.join()), mark);
      } catch (error) {
        if (!isServerLost(error)) throw error;
      }
    },
    sessionNames: async () => {
      try {
        return await listSessionNames(await link.join());
      } catch (error) {
        if (isServerLost(error)) return [];
        throw error;
      }
    },
    activePane: async (session) => activePane(await place(link.join()), session),
    presence: async (sessions) => {
      try {
        return await presenceAt(await link.join(), sessions);
      } catch (error) {
        if (isServerLost(error)) return new Map();
        throw error;
      }
    },
    paste: async (paneId, file) => pasteFile(await link.join(), paneId, file),
    pressEnter: async (paneId) => pressEnter(await link.join(), paneId),
    pressEscape: async (paneId) => pressEscape(await link.join(), paneId),
    onWake: wakes.onWake,
    close: async () => {
      wakes.close();
      await link.close();
    },
  };
}

/** How the server at this socket is reached. */
function wayTo(options: ConnectionOptions): Way {
  return {
    open: (mode) => openConnection(mode, options),
    servers: () => serversAt(options.socket),
    answering: () => answeringServer(options),
  };
}

/** The channel bears the hub's name, so that the hooks of sessions made by an earlier daemon signal the next one. */
function paneSettings({ hub, historyLimit }: TmuxOptions): PaneSettings {
  return { historyLimit, channel: hub.replace(/^_/, '') };
}

function toConnectionOptions(
  {
    socket,
    hub,
    env = process.env,
    scope = null,
    commandTimeoutMs = 2_000,
    heartbeatMs = 5_000,
  }: TmuxOptions,
  { channel }: PaneSettings,
  onWake: () => void,
): ConnectionOptions {
  const path = resolveSocketPath(socket, { env, uid: process.getuid?.() ?? 0 });
  return {
    socketOptions: socket.kind === 'path' ? ['-S', socket.path] : ['-L', socket.name],
    socket: path,
    env: cleanEnv(env, ownerAt(path)),
    scope,
    hub,
    channel,
    commandTimeoutMs,
    heartbeatMs,
    isOurPlace: socket.kind === 'name' && socket.name !== OPERATORS_SOCKET,
    onWake,
  };
}

/** Only a proof that no server runs means that the sessions are gone. */
function unobserved(error: unknown): Observation {
  if (isServerLost(error)) return { kind: 'server_lost' };
  return { kind: 'unknown', reason: error instanceof Error ? error.message : String(error) };
}
