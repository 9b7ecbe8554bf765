import { fileURLToPath } from 'node:url';
import { createTmux, type TmuxOptions } from '../../actors/tmux/driver.ts';
import type { Pane, PaneLaunch, TmuxPort } from '../../machines/ports.ts';
import { attachOperator } from './attached-operator.ts';
import { createFakeTmux } from './fake-tmux.ts';
import { createRecorder, type Recorder } from './received-bytes.ts';
import { atEnd } from './scope.ts';
import { type TmuxServer, tmuxServer } from './tmux-server.ts';
import { until } from './until.ts';

/** tmux and all that may happen to it: what the contract of `TmuxPort` is stated in. */
export interface TmuxWorld {
  readonly tmux: TmuxPort;
  /** An agent that ends when it is told to. */
  launch(session: string, overrides?: Partial<PaneLaunch>): PaneLaunch;
  /** Somebody kills the agent of the session with a signal. */
  killAgent(session: string, signal: number): Promise<void>;
  /** The agent ends by itself. */
  endAgent(session: string, exitCode: number): Promise<void>;
  /** The agent prints a line. */
  print(session: string, text: string): Promise<void>;
  /** The operator's doing. */
  addOperatorSession(name: string): Promise<void>;
  renameSession(from: string, to: string): Promise<void>;
  killSession(session: string): Promise<void>;
  /** The operator opens a split and closes the agent's pane: the session lives on. */
  closeAgentPane(session: string): Promise<void>;
  /** A session of ours whose agent notes what it is sent; ready for it. */
  createRecorder(session: string): Promise<Pane>;
  /** All that this agent was sent so far. */
  received(session: string): string;
  /** The operator attaches a client of their own. */
  attach(session: string, options?: { readonly isReadOnly?: boolean }): Promise<Person>;
  enterMode(session: string): Promise<void>;
  /** The names of all paste buffers of the server. */
  buffers(): readonly string[];
  /** Resolves when all that has happened so far was told. */
  quiet(): Promise<void>;
  loseServer(): Promise<void>;
  hang(): Promise<void>;
  resume(): Promise<void>;
}

/** Somebody who looks at a session. */
export interface Person {
  type(keys: string): void;
  detach(): void | Promise<void>;
}

const AGENT = fileURLToPath(new URL('../fixtures/obedient-agent.sh', import.meta.url));

/** An agent that ends when it is told to. */
export function agentLaunch(session: string, overrides: Partial<PaneLaunch> = {}): PaneLaunch {
  return {
    session,
    mark: `mark-of-${session}`,
    cwd: '/',
    command: ['/bin/sh', AGENT],
    ...overrides,
  };
}

/** Options for a driver at this server that gives up soon, for tests in which tmux hangs. */
export function tmuxOptions(server: TmuxServer, overrides: Partial<TmuxOptions> = {}): TmuxOptions {
  return { socket: server.socket, hub: '_claude-failover-11', historyLimit: 300, ...overrides };
}

/** The driver at a private server; closed when the test ends. */
export async function openTmux(
  server: TmuxServer,
  overrides: Partial<TmuxOptions> = {},
): Promise<TmuxPort> {
  const tmux = await createTmux(tmuxOptions(server, overrides));
  atEnd(() => tmux.close());
  return tmux;
}

export async function realWorld(): Promise<TmuxWorld> {
  const server = tmuxServer();
  const tmux = await openTmux(server, { commandTimeoutMs: 1000 });
  const agentPid = async (session: string): Promise<number> => {
    const observation = await tmux.observe([]);
    if (observation.kind !== 'seen') throw new Error(`tmux does not tell: ${observation.kind}`);
    const pane = observation.sessions.find(({ name }) => name === session)?.pane;
    if (pane?.state !== 'alive') throw new Error(`no living agent in ${session}`);
    return pane.agent.pid;
  };
  const isReady = async (session: string): Promise<void> => {
    const ready = `ready ${await agentPid(session)}\n`;
    const title = () => server.run('display-message', '-p', '-t', `=${session}:`, '#{pane_title}');
    await until(() => title() === ready, { withinMs: 5000, what: 'the agent to be ready' });
  };
  const type = async (session: string, text: string): Promise<void> => {
    await isReady(session);
    server.run('send-keys', '-t', `=${session}:`, '-l', text);
    server.run('send-keys', '-t', `=${session}:`, 'Enter');
  };
  const recorders = new Map<string, Recorder>();
  const signalServer = (signal: NodeJS.Signals): void => {
    for (const { pid } of server.servers()) process.kill(pid, signal);
  };
  return {
    tmux,
    launch: agentLaunch,
    killAgent: async (session, signal) => {
      process.kill(await agentPid(session), signal);
    },
    endAgent: (session, exitCode) => type(session, `exit ${exitCode}`),
    print: async (session, text) => {
      await type(session, `say ${text}`);
      const screen = () => server.run('capture-pane', '-p', '-t', `=${session}:`);
      await until(() => screen().includes(text), { withinMs: 5000, what: 'the text' });
    },
    addOperatorSession: async (name) => {
      server.run('new-session', '-d', '-s', name, 'cat', '-');
    },
    renameSession: async (from, to) => {
      server.run('rename-session', '-t', `=${from}`, to);
    },
    killSession: async (session) => {
      server.run('kill-session', '-t', `=${session}`);
    },
    closeAgentPane: async (session) => {
      server.run('split-window', '-d', '-t', `=${session}:`, 'cat', '-');
      server.run('kill-pane', '-t', `=${session}:`);
    },
    createRecorder: async (session) => {
      const recorder = createRecorder();
      recorders.set(session, recorder);
      const pane = await tmux.create(agentLaunch(session, { command: recorder.command }));
      await isReady(session);
      return pane;
    },
    received: (session) => recorders.get(session)?.received() ?? '',
    attach: async (session, { isReadOnly = false } = {}) => {
      const flags = isReadOnly ? ['read-only'] : [];
      const where = { socketPath: server.path, env: process.env };
      const { press, detach, screen } = await attachOperator(where, session, flags);
      await until(screen, { withinMs: 5000, what: 'the session on the operator’s screen' });
      return { type: press, detach };
    },
    enterMode: async (session) => {
      server.run('copy-mode', '-t', `=${session}:`);
    },
    buffers: () => server.run('list-buffers', '-F', '#{buffer_name}').split('\n').filter(Boolean),
    quiet: () => untilQuiet(tmux),
    loseServer: server.kill,
    hang: async () => signalServer('SIGSTOP'),
    resume: async () => signalServer('SIGCONT'),
  };
}

/** Resolves when all that has happened so far was told. */
export async function untilQuiet(tmux: TmuxPort): Promise<void> {
  let isQuiet = false;
  const stop = tmux.onWake(() => {
    isQuiet = false;
  });
  await until(
    () => {
      const wasQuiet = isQuiet;
      isQuiet = true;
      return wasQuiet;
    },
    { withinMs: 4000, everyMs: 200, what: 'tmux to be quiet' },
  );
  stop();
}

/** The stand-in that other specs use. */
export async function fakeWorld(): Promise<TmuxWorld> {
  const tmux = createFakeTmux();
  return {
    tmux,
    launch: agentLaunch,
    killAgent: async (session, signal) => tmux.endAgent(session, { kind: 'signal', signal }),
    endAgent: async (session, code) => tmux.endAgent(session, { kind: 'exit', code }),
    print: async (session, text) => tmux.print(session, text),
    addOperatorSession: async (name) => tmux.addOperatorSession(name),
    renameSession: async (from, to) => tmux.renameSession(from, to),
    killSession: async (session) => tmux.killSession(session),
    closeAgentPane: async (session) => tmux.closeAgentPane(session),
    createRecorder: (session) => tmux.create(agentLaunch(session)),
    received: (session) => tmux.received(session),
    attach: async (session, options) => tmux.attachPerson(session, options),
    enterMode: async (session) => tmux.enterMode(session),
    buffers: () => [],
    quiet: () => untilQuiet(tmux),
    loseServer: async () => tmux.loseServer(),
    hang: async () => tmux.hang(),
    resume: async () => tmux.resume(),
  };
}
