import { FailoverError } from '../../config/errors.ts';
import type { ProcessIdentity } from '../../machines/ports.ts';
import type { ServerScope } from '../manager/server-scope.ts';
import { identify } from '../process/identity.ts';
import { OWNER_VARIABLE } from './clean-env.ts';
import { attachHub, hubOptions } from './commands.ts';
import { type ControlClient, openControlClient } from './control-client.ts';
import { type DeathEdge, followDeaths } from './death-edge.ts';
import type { Words } from './quoting.ts';
import type { LineReply } from './reply-queue.ts';
import { createNudge, type Nudge } from './sigchld-nudge.ts';
import { continueStoppedAt } from './stopped-server.ts';

export interface ConnectionOptions {
  /** `-L name` or `-S path`. */
  readonly socketOptions: readonly string[];
  readonly socket: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where a server that we start lives; null = where we do. */
  readonly scope?: ServerScope | null;
  readonly hub: string;
  readonly channel: string;
  readonly commandTimeoutMs: number;
  readonly heartbeatMs: number;
  /** The socket bears a name that only we use: a server there that was stopped is let go on. */
  readonly isOurPlace: boolean;
  onWake(): void;
}

/** Two control clients attached to the hub of one server, for as long as that server and both clients live. */
export interface Connection {
  readonly server: ProcessIdentity;
  /** Pids of our own clients. */
  readonly clients: readonly number[];
  run(commands: readonly Words[]): Promise<LineReply>;
  /** `run` for commands that are meant to succeed: their bodies. Rejects with `TMUX_COMMAND_FAILED`. */
  query(commands: readonly Words[]): Promise<LineReply['bodies']>;
  /** Makes the server look for ended children. */
  nudge(): void;
  /** Resolves when the connection is over, whatever the reason. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** Something that happened to a session or window, in the words of control mode. */
const WAKING = new Set([
  'sessions-changed',
  'session-renamed',
  'unlinked-window-close',
  'window-close',
  'exit',
]);

/**
 * Attaches to the hub, making it if it is missing. `join` never starts a server, `start` does if
 * none listens. Rejects with `TMUX_MISSING`, `TMUX_SOCKET_UNSAFE`, `TMUX_UNREACHABLE` (with
 * `noServer: true` among its facts when that is proven) or `TMUX_TIMED_OUT`; leaves no client behind then.
 */
export async function openConnection(
  mode: 'join' | 'start',
  options: ConnectionOptions,
): Promise<Connection> {
  const commands = openClient(mode, options);
  const opened: ControlClient[] = [commands];
  try {
    await commands.attached;
    const server = await setUp(commands, options);
    const edge = openClient('edge', options);
    opened.push(edge);
    await edge.attached;
    const deaths = await followDeaths(edge, options.channel, options.onWake);
    return connect({ server, commands, edge, deaths }, options);
  } catch (error) {
    await Promise.all(opened.map((client) => client.close()));
    throw error;
  }
}

function openClient(mode: 'join' | 'start' | 'edge', options: ConnectionOptions): ControlClient {
  const { socketOptions, socket, env, commandTimeoutMs, hub, onWake } = options;
  const scope = mode === 'start' ? options.scope : null;
  // -u: without it tmux replaces everything but ASCII. -f: a server we start reads nobody's config.
  const flags = [
    '-u',
    ...(mode === 'start' ? [] : ['-N']),
    ...socketOptions,
    '-f',
    '/dev/null',
    '-C',
  ];
  return openControlClient({
    through: scope?.words() ?? [],
    args: [...flags, ...attachHub(hub)],
    env: { ...scope?.env, ...env },
    socket,
    silenceMs: commandTimeoutMs,
    // What waits for a death cannot be asked anything meanwhile; it ends with the other one.
    heartbeatMs: mode === 'edge' ? null : options.heartbeatMs,
    onNotification: (name) => {
      if (WAKING.has(name)) onWake();
    },
    onSilent: () => {
      if (options.isOurPlace) continueStoppedAt(socket);
      onWake();
    },
    onRecovered: onWake,
  });
}

/** Options of the hub and, if the server was started by us, of the server; returns who the server is. */
async function setUp(
  client: ControlClient,
  { hub, socket }: ConnectionOptions,
): Promise<ProcessIdentity> {
  const [identity] = await Promise.all([
    client.run([['display-message', '-p', '#{pid}']]),
    client.run(hubOptions(hub)),
    claimNewServer(client),
  ]);
  const server = identify(Number(identity.bodies[0]?.[0]));
  if (server) return server;
  throw new FailoverError('TMUX_UNREACHABLE', `the tmux server at ${socket} is gone again`, {
    socket,
  });
}

/** On a server that was born with our mark it is for us to say that it stays without sessions. */
async function claimNewServer(client: ControlClient): Promise<void> {
  const born = await client.run([['show-environment', '-g', OWNER_VARIABLE]]);
  if (born.error !== null) return;
  await client.run([
    ['set-option', '-s', 'exit-empty', 'off'],
    ['set-environment', '-g', '-u', OWNER_VARIABLE],
  ]);
}

interface Parts {
  readonly server: ProcessIdentity;
  readonly commands: ControlClient;
  readonly edge: ControlClient;
  readonly deaths: DeathEdge;
}

function connect(
  { server, commands, edge, deaths }: Parts,
  { channel }: ConnectionOptions,
): Connection {
  const nudge: Nudge = createNudge(server);
  // One without the other would be deaf or dumb: they end together.
  const ended = Promise.race([commands.ended, edge.ended]).then(async () => {
    nudge.close();
    await Promise.all([commands.close(), edge.close()]);
  });
  return {
    server,
    clients: [commands.pid, edge.pid],
    run: commands.run,
    query: (words) => query(commands, words),
    nudge: nudge.now,
    ended,
    close: async () => {
      deaths.stop();
      await release(commands, channel);
      await Promise.all([commands.close(), edge.close()]);
      await ended;
    },
  };
}

async function query(
  client: ControlClient,
  commands: readonly Words[],
): Promise<LineReply['bodies']> {
  const { bodies, error } = await client.run(commands);
  if (error === null) return bodies;
  const command = commands[bodies.length]?.[0] ?? '';
  throw new FailoverError('TMUX_COMMAND_FAILED', `tmux ${command}: ${error}`, { command, error });
}

/** Lets the edge client's `wait-for` go: no waiter is left in the server for nobody. */
async function release(commands: ControlClient, channel: string): Promise<void> {
  try {
    await commands.run([['wait-for', '-S', channel]]);
  } catch {
    // The connection is over or hangs: then there is nothing to tidy, or no way to.
  }
}
