import { SimulatedClock } from 'xstate';
import { slotsOf } from '../../config/slots.ts';
import type { Config } from '../../config/types.ts';
import type { LogEvent } from '../../machines/log-events.ts';
import type { AgentStatusWord, FailureSeen } from '../../machines/ports.ts';
import { sessionMachine } from '../../machines/session/machine.ts';
import type { OperatorVerb } from '../../machines/session/types.ts';
import type { Signal, TurnFailure } from '../../machines/signals.ts';
import type { TaskReport } from '../../machines/tasks.ts';
import type { Alarm } from '../../supervisor/alarm.ts';
import { carryOut } from '../../supervisor/operator.ts';
import { sessionsOf } from '../../supervisor/pool.ts';
import { refusedAdoption } from '../../supervisor/refused-adoption.ts';
import { createFakeTmux, type FakeTmux } from './fake-tmux.ts';
import { memoryPlace } from './memory-store.ts';
import { type Life, startLife, statusOf } from './pool-life.ts';
import { createPoolTasks, type PoolTasks, type Prompted, type Said } from './pool-tasks.ts';
import { tempDir } from './temp-dir.ts';
import { testConfig } from './test-config.ts';
import { chanceOf, settle } from './test-session.ts';

/** A client in memory: it says what it does once it is up, and knows its conversation and its account. */
export interface Client extends Prompted {
  readonly account: string;
  status: AgentStatusWord | null;
  /** What it waits for, where that is a dialog. */
  waitingFor?: string;
  /** A person has started it: it has no hooks of ours. */
  readonly isByHand?: boolean;
  /** How its transcript says that its latest turn failed. */
  failed?: FailureSeen;
}

/** Everything outside the daemon, which lives on when a daemon ends. */
export interface Outside {
  readonly fake: FakeTmux;
  readonly place: ReturnType<typeof memoryPlace>;
  readonly clients: Map<number, Client>;
  readonly onDisk: Set<string>;
  readonly timer: SimulatedClock;
  readonly chance: ReturnType<typeof chanceOf>;
  config: Config;
  readonly errors: unknown[];
  readonly tasks: PoolTasks;
  /** Tasks that another session may be given while this client may still run them. */
  readonly breaches: { readonly report: TaskReport; readonly holder: Client }[];
  /** Accounts whose links went wrong. */
  readonly brokenLinks: Set<string>;
  /** What clients said while no daemon ran, oldest first. */
  readonly unheard: Signal[];
  readonly logged: LogEvent[];
  readonly tell: (entry: LogEvent) => void;
  readonly alarm: (ring: () => void) => Alarm;
  /** Told of each effect that a daemon asks for, before it is carried out and before its answer is heard. */
  readonly onCall: () => void;
  readonly session: typeof sessionMachine;
}

export interface PoolWorldOptions {
  /** How many sessions; `pool-9` is the first. */
  readonly sessions?: number;
  readonly dedicated?: Config['pool']['dedicated'];
  readonly failover?: Partial<Config['failover']>;
  readonly accounts?: Config['accounts'];
  /** The session machine; a mutant of it proves that a test can fail. */
  readonly session?: typeof sessionMachine;
  /** What is there before the first daemon starts. */
  readonly before?: (outside: Outside) => void;
}

function configOf({ sessions = 2, dedicated = [], failover, accounts }: PoolWorldOptions): Config {
  const config = testConfig();
  const { autonomous } = config.pool;
  const workdir = tempDir();
  return {
    ...config,
    accounts: accounts ?? config.accounts,
    failover: { ...config.failover, ...failover },
    pool: { dedicated, autonomous: { ...autonomous, min: 1, max: sessions, workdir } },
  };
}

/**
 * A whole pool without a process: the real supervisor, machines and launch actor over a tmux, clients
 * and a store in memory. A daemon can be killed at any await of its effects, and another started.
 */
export async function createPoolWorld(options: PoolWorldOptions = {}) {
  const timer = new SimulatedClock();
  const logged: LogEvent[] = [];
  let onCall = () => {};
  const outside: Outside = {
    fake: createFakeTmux(),
    place: memoryPlace(),
    clients: new Map(),
    onDisk: new Set(),
    timer,
    chance: chanceOf(timer),
    config: configOf(options),
    errors: [],
    tasks: createPoolTasks(),
    breaches: [],
    brokenLinks: new Set(),
    unheard: [],
    logged,
    tell: (entry) => void logged.push(entry),
    alarm: (ring) => simulatedAlarm(timer, ring),
    onCall: () => onCall(),
    session: options.session ?? sessionMachine,
  };
  const elsewhere = tempDir();
  options.before?.(outside);
  let life: Life = await startLife(outside);
  const rest = async () => {
    do await settle();
    while (life.isAtDisk());
  };
  const tell = (client: Client, said: Said | null, at = outside.chance.clock.now()) => {
    const { session, conversation } = client;
    if (said !== null) life.deal({ session, conversation, at, ...said } as Signal);
  };
  const living = () =>
    [...outside.clients.values()].filter(({ agent }) => outside.fake.processes.isAlive(agent));
  return {
    ...outside,
    names: slotsOf(outside.config).map(({ name }) => name),
    living,
    /** Whether tmux has the session (with a living agent of ours in it); null while it hangs. */
    has: async (name: string, what: 'session' | 'agent' = 'session') => {
      const observation = await outside.fake.observe([name]);
      if (observation.kind === 'unknown') return null;
      if (observation.kind === 'server_lost') return false;
      const session = observation.sessions.find((one) => one.name === name);
      return what === 'agent' ? session?.pane?.state === 'alive' : session !== undefined;
    },
    sessions: () => sessionsOf(life.root).map((session) => session.getSnapshot()),
    root: () => life.root,
    accounts: () => life.accounts,
    /** Why a session is left alone that is not ours; null = it is not, or nothing is said. */
    whyLeft: (session: string) => life.byHand.whyLeft(session),
    says: (client: Client, status: AgentStatusWord) => {
      client.status = status;
      life.hear(statusOf(client));
    },
    verb: (name: string, verb: OperatorVerb, restart = false) => {
      void carryOut(life.root, { name, verb, restart });
    },
    /** Why `session adopt` is refused before anything is begun; null = it is not. */
    refusedAdoption: async (name: string) =>
      await refusedAdoption(life.root, life.parts, { name, verb: 'adopt', restart: false }),
    /** A task is leased for the session; `far`: not in the directory that it works in. */
    assign: (name: string, far: boolean) => {
      const project = far ? elsewhere : outside.config.pool.autonomous.workdir;
      life.send(name, outside.tasks.assign(name, project));
    },
    cancel: (name: string) => life.send(name, outside.tasks.cancel(name)),
    take: (client: Client) => {
      if (client.task !== null) outside.onDisk.add(client.conversation);
      tell(client, outside.tasks.take(client));
    },
    endTurn: (client: Client) => tell(client, outside.tasks.end(client)),
    /** Its turn ends in this error: that of its task, or a person's. */
    failTurn: (client: Client, failure: TurnFailure) =>
      tell(client, outside.tasks.fail(client, failure), failure.at),
    /** Told of each effect from now on. */
    watchCalls: (told: () => void) => {
      onCall = told;
    },
    /** The daemon is gone at once: what it has asked for is never answered. */
    kill: () => life.kill(),
    /** The next daemon has as many sessions, and the same accounts, unless others are said. */
    restartDaemon: async (changes: Pick<PoolWorldOptions, 'sessions' | 'accounts'> = {}) => {
      life.kill();
      // A daemon that starts waits until tmux has told what is there.
      outside.fake.resume();
      const isChanged = Object.keys(changes).length > 0;
      if (isChanged) outside.config = configOf({ ...options, ...changes });
      life = await startLife(outside);
    },
    pass: async (ms: number) => {
      const step = ms / 10;
      for (let i = 0; i < 10; i++) {
        timer.increment(step);
        await rest();
      }
    },
    rest,
    stop: () => life.kill(),
  };
}

export type PoolWorld = Awaited<ReturnType<typeof createPoolWorld>>;

/** An alarm that rings when simulated time has come so far. */
function simulatedAlarm(timer: SimulatedClock, ring: () => void): Alarm {
  let id: number | null = null;
  return {
    set: (inMs) => {
      if (id !== null) timer.clearTimeout(id);
      id = inMs === null ? null : timer.setTimeout(ring, Math.max(50, inMs));
    },
  };
}
