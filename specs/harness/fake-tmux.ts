import { readFileSync } from 'node:fs';
import { FailoverError } from '../../config/errors.ts';
import type {
  DeathCause,
  Observation,
  Pane,
  PaneLaunch,
  PaneObservation,
  Presence,
  ProcessIdentity,
  ProcessPort,
  SessionObservation,
  TmuxPort,
} from '../../machines/ports.ts';
import {
  type Attachment,
  attachFake,
  type FakeClient,
  type FakePerson,
  lastKeyOf,
} from './fake-person.ts';

/**
 * tmux in memory, held to the same contract suite as the driver. Its processes live in it, so that
 * `processes` agrees with what it lists.
 */
export interface FakeTmux extends TmuxPort {
  readonly processes: ProcessPort;
  /** Every launch that was carried out, oldest first. */
  readonly launches: readonly PaneLaunch[];
  /** The agent of the session ends. */
  endAgent(session: string, cause: DeathCause): void;
  /** The agent prints a line. */
  print(session: string, text: string): void;
  addOperatorSession(name: string): void;
  /** An operator takes our mark off the session, in which the agent lives on. */
  takeMarkOff(session: string): void;
  renameSession(from: string, to: string): void;
  killSession(session: string): void;
  /** The agent's pane is closed, the session lives on with a split of the operator's. */
  closeAgentPane(session: string): void;
  /** The server is gone with all sessions; the next `create` starts another. */
  loseServer(): void;
  /** From now on an agent whose pane goes lives on, as one that is slow to end on SIGHUP. */
  outlivePanes(): void;
  /** All that live without a pane end, and from now on agents end with theirs. */
  endStragglers(): void;
  /** Somebody attaches a client of their own. */
  attachPerson(session: string, how?: Attachment): FakePerson;
  /** Somebody opens copy mode in the agent's pane. */
  enterMode(session: string): void;
  /** All that the agent of the session was sent so far. */
  received(session: string): string;
  /** Nothing is answered until `resume`. */
  hang(): void;
  resume(): void;
}

interface FakePane {
  readonly paneId: string;
  agent: ProcessIdentity;
  cause: DeathCause | null;
  screen: string;
  received: string;
  /** What stands in the input box. */
  draft: string;
  isInMode: boolean;
}

interface FakeSession {
  mark: string | null;
  readonly clients: Set<FakeClient>;
  agentPane: FakePane | null;
  /** What an operator would type into: adopted with the session. */
  readonly operatorPane: FakePane | null;
}

interface State {
  server: ProcessIdentity | null;
  isHanging: boolean;
  outlivesPanes: boolean;
  nextPid: number;
  nextPane: number;
  readonly sessions: Map<string, FakeSession>;
  readonly alive: Map<number, ProcessIdentity>;
  readonly launches: PaneLaunch[];
  readonly listeners: Set<() => void>;
}

/** An empty server. */
export function createFakeTmux(): FakeTmux {
  const state: State = {
    server: null,
    isHanging: false,
    outlivesPanes: false,
    nextPid: 10_000,
    nextPane: 1,
    sessions: new Map(),
    alive: new Map(),
    launches: [],
    listeners: new Set(),
  };
  startServer(state);
  return {
    ...portOf(state),
    ...worldOf(state),
    processes: processesOf(state),
    launches: state.launches,
  };
}

function portOf(state: State): TmuxPort {
  return {
    observe: async (names) => observe(state, names),
    create: async (launch) => {
      startServer(state);
      refuseHanging(state);
      if (state.sessions.has(launch.session)) throw nameTaken(launch.session);
      const pane = spawnPane(state, launch);
      state.sessions.set(launch.session, {
        mark: launch.mark,
        agentPane: pane,
        operatorPane: null,
        clients: new Set(),
      });
      wake(state);
      return toPane(pane);
    },
    respawn: async (paneId, launch) => {
      refuseHanging(state);
      const session = [...state.sessions.values()].find((one) => one.agentPane?.paneId === paneId);
      if (!session?.agentPane) throw notFound(launch.session);
      refuseLiving(session, launch.session);
      session.agentPane = spawnPane(state, launch, paneId);
      session.mark = launch.mark;
      return toPane(session.agentPane);
    },
    refill: async (launch) => {
      refuseHanging(state);
      const session = [...state.sessions.values()].find(({ mark }) => mark === launch.mark);
      if (!session) throw notFound(launch.session);
      refuseLiving(session, launch.session);
      session.agentPane = spawnPane(state, launch);
      return toPane(session.agentPane);
    },
    sessionNames: async () => {
      refuseHanging(state);
      return [...state.sessions.keys()];
    },
    activePane: async (name) => toPane(activePane(state, name)),
    adopt: async (name, mark) => {
      const pane = activePane(state, name);
      Object.assign(sessionOf(state, name), { mark, agentPane: pane });
      return toPane(pane);
    },
    remove: async (mark) => {
      refuseHanging(state);
      for (const [name, session] of state.sessions) {
        if (session.mark !== mark) continue;
        refuseLiving(session, name);
        state.sessions.delete(name);
      }
      wake(state);
    },
    presence: async (names) => {
      refuseHanging(state);
      const there = names.filter((name) => state.sessions.has(name));
      return new Map(there.map((name) => [name, presenceAt(sessionOf(state, name))]));
    },
    paste: async (paneId, file) => {
      const pane = livingPane(state, paneId);
      const text = readText(file).replaceAll('\n', '\r');
      pane.isInMode = false;
      pane.received += `\x1b[200~${text}\x1b[201~`;
      pane.draft += text;
    },
    pressEnter: async (paneId) => {
      type(livingPane(state, paneId), '\r');
    },
    pressEscape: async (paneId) => {
      const pane = livingPane(state, paneId);
      if (!pane.isInMode) pane.received += '\x1b';
    },
    onWake: (listener) => {
      const entry = (): void => listener();
      state.listeners.add(entry);
      return () => state.listeners.delete(entry);
    },
    close: async () => state.listeners.clear(),
  };
}

type World = Omit<FakeTmux, keyof TmuxPort | 'processes' | 'launches'>;

function worldOf(state: State): World {
  return {
    endAgent: (name, cause) => {
      const pane = paneIn(state, name);
      state.alive.delete(pane.agent.pid);
      pane.cause = cause;
      wake(state);
    },
    print: (name, text) => {
      const pane = paneIn(state, name);
      pane.screen = `${pane.screen}\n${text}`.trimStart();
    },
    addOperatorSession: (name) => {
      const operatorPane = spawnPane(state);
      state.sessions.set(name, {
        mark: null,
        agentPane: null,
        operatorPane,
        clients: new Set(),
      });
      wake(state);
    },
    takeMarkOff: (name) => {
      sessionOf(state, name).mark = null;
      wake(state);
    },
    renameSession: (from, to) => {
      state.sessions.set(to, sessionOf(state, from));
      state.sessions.delete(from);
      wake(state);
    },
    killSession: (name) => {
      forget(state, sessionOf(state, name).agentPane);
      state.sessions.delete(name);
      wake(state);
    },
    closeAgentPane: (name) => {
      const session = sessionOf(state, name);
      forget(state, session.agentPane);
      session.agentPane = null;
      wake(state);
    },
    loseServer: () => {
      state.server = null;
      state.sessions.clear();
      if (!state.outlivesPanes) state.alive.clear();
      wake(state);
    },
    outlivePanes: () => {
      state.outlivesPanes = true;
    },
    endStragglers: () => {
      state.outlivesPanes = false;
      const inPanes = [...state.sessions.values()].flatMap(({ agentPane, operatorPane }) =>
        [agentPane, operatorPane].map((pane) => pane?.agent.pid),
      );
      for (const pid of state.alive.keys()) if (!inPanes.includes(pid)) state.alive.delete(pid);
    },
    attachPerson: (name, how) => attachPerson(sessionOf(state, name), how),
    enterMode: (name) => {
      paneIn(state, name).isInMode = true;
    },
    received: (name) => paneIn(state, name).received,
    hang: () => {
      state.isHanging = true;
    },
    resume: () => {
      state.isHanging = false;
      wake(state);
    },
  };
}

function processesOf(state: State): ProcessPort {
  const isAlive = ({ pid, startTime }: ProcessIdentity): boolean =>
    state.alive.get(pid)?.startTime === startTime;
  return {
    identify: (pid) => state.alive.get(pid) ?? null,
    isAlive,
    end: async (process) => {
      if (!isAlive(process)) return;
      state.alive.delete(process.pid);
      for (const { agentPane } of state.sessions.values()) {
        if (agentPane?.agent.pid === process.pid) agentPane.cause = { kind: 'signal', signal: 15 };
      }
      wake(state);
    },
    lostAgents: () => [],
  };
}

function observe(state: State, names: readonly string[]): Observation {
  if (state.isHanging) return { kind: 'unknown', reason: 'tmux does not answer' };
  if (!state.server) return { kind: 'server_lost' };
  const sessions = [...state.sessions]
    .filter(([name, { mark }]) => mark !== null || names.includes(name))
    .map(([name, session]) => toSession(name, session));
  return { kind: 'seen', server: state.server, sessions };
}

function toSession(name: string, { mark, agentPane }: FakeSession): SessionObservation {
  // A pane that was ours is told also where the mark was taken off its session, as long as its agent lives.
  const isTold = agentPane !== null && (mark !== null || agentPane.cause === null);
  return { name, mark, pane: isTold ? toObservation(agentPane) : null };
}

function toObservation({ paneId, agent, cause, screen }: FakePane): PaneObservation {
  if (!cause) return { state: 'alive', paneId, agent };
  return { state: 'dead', paneId, pid: agent.pid, cause, lastScreen: screen };
}

function toPane({ paneId, agent }: FakePane): Pane {
  return { paneId, agent };
}

function presenceAt({ mark, agentPane, clients }: FakeSession): Presence {
  return {
    lastActiveAt: lastKeyOf(clients),
    inMode: mark !== null && (agentPane?.isInMode ?? false),
    hasDraft: mark !== null && agentPane !== null && agentPane.draft !== '',
  };
}

function attachPerson(session: FakeSession, how?: Attachment): FakePerson {
  const pass = (keys: string): void => {
    const { agentPane } = session;
    if (agentPane && !agentPane.isInMode) type(agentPane, keys);
  };
  return attachFake(session.clients, pass, how);
}

/** Enter sends off what stands in the input box, Ctrl-U clears it. */
function type(pane: FakePane, keys: string): void {
  pane.received += keys;
  pane.draft = (pane.draft + keys).replaceAll('\x15', '\r').split('\r').at(-1) ?? '';
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new FailoverError('TMUX_COMMAND_FAILED', `tmux cannot read ${file}`, { file }, cause);
  }
}

/** The pane of ours with this id in which an agent lives. */
function livingPane(state: State, paneId: string): FakePane {
  refuseHanging(state);
  const panes = [...state.sessions.values()].flatMap(({ mark, agentPane }) =>
    mark !== null && agentPane ? [agentPane] : [],
  );
  const pane = panes.find((one) => one.paneId === paneId && !one.cause);
  if (pane) return pane;
  throw new FailoverError('NOT_FOUND', `tmux has no pane ${paneId} of ours`, { pane: paneId });
}

function startServer(state: State): void {
  state.server ??= newProcess(state);
}

function newProcess(state: State): ProcessIdentity {
  state.nextPid += 1;
  return { pid: state.nextPid, startTime: String(state.nextPid * 10) };
}

function activePane(state: State, name: string): FakePane {
  refuseHanging(state);
  const session = state.sessions.get(name);
  const pane = session?.agentPane ?? session?.operatorPane;
  if (!pane) throw notFound(name);
  return pane;
}

function spawnPane(state: State, launch?: PaneLaunch, paneId = `%${state.nextPane++}`): FakePane {
  const agent = newProcess(state);
  state.alive.set(agent.pid, agent);
  if (launch) state.launches.push(launch);
  return { paneId, agent, cause: null, screen: '', received: '', draft: '', isInMode: false };
}

function forget(state: State, pane: FakePane | null): void {
  if (pane && !state.outlivesPanes) state.alive.delete(pane.agent.pid);
}

function sessionOf(state: State, name: string): FakeSession {
  const session = state.sessions.get(name);
  if (!session) throw new Error(`the fake tmux has no session ${name}`);
  return session;
}

function paneIn(state: State, name: string): FakePane {
  const { agentPane } = sessionOf(state, name);
  if (!agentPane) throw new Error(`no agent runs in ${name} of the fake tmux`);
  return agentPane;
}

/** Listeners are told later, as by the real one: never from within the call that made the change. */
function wake({ listeners }: State): void {
  queueMicrotask(() => {
    for (const listener of listeners) listener();
  });
}

function refuseHanging({ isHanging }: State): void {
  if (isHanging) throw new FailoverError('TMUX_TIMED_OUT', 'tmux did not answer');
}

function refuseLiving({ agentPane }: FakeSession, session: string): void {
  if (!agentPane || agentPane.cause) return;
  throw new FailoverError('CONFLICT', `the agent of ${session} is still alive`, { session });
}

function nameTaken(session: string): FailoverError {
  return new FailoverError('TMUX_NAME_TAKEN', `tmux already has a session ${session}`, { session });
}

function notFound(session: string): FailoverError {
  return new FailoverError('NOT_FOUND', `tmux has no session ${session}`, { session });
}
