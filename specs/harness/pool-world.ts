import { createActor, SimulatedClock } from 'xstate';
import { type LaunchParts, launchAgent } from '../../actors/launch/launch-agent.ts';
import type {
  AgentStatus,
  AgentStatusWord,
  Pane,
  PaneLaunch,
  ProcessIdentity,
} from '../../machines/ports.ts';
import type { LaunchRequest, OperatorVerb } from '../../machines/session/types.ts';
import { hearStatuses } from '../../supervisor/hear-statuses.ts';
import { newsOnly } from '../../supervisor/news-only.ts';
import { carryOut } from '../../supervisor/operator.ts';
import { type RootRef, sessionsOf } from '../../supervisor/pool.ts';
import { record } from '../../supervisor/recorder.ts';
import { sessionInputs } from '../../supervisor/session-inputs.ts';
import { createFakeTmux, type FakeTmux } from './fake-tmux.ts';
import { memoryPlace, openMemoryStore } from './memory-store.ts';
import { rootOver } from './root-over.ts';
import { tempDir } from './temp-dir.ts';
import { testConfig } from './test-config.ts';
import { chanceOf, settle } from './test-session.ts';

/** A client in memory: it says what it does once it is up, and knows its conversation. */
interface Client {
  readonly agent: ProcessIdentity;
  conversation: string;
  status: AgentStatusWord | null;
}

/** Everything outside the daemon, which lives on when a daemon ends. */
interface Outside {
  readonly fake: FakeTmux;
  readonly place: ReturnType<typeof memoryPlace>;
  readonly clients: Map<number, Client>;
  readonly onDisk: Set<string>;
  readonly timer: SimulatedClock;
  readonly chance: ReturnType<typeof chanceOf>;
  readonly config: ReturnType<typeof testConfig>;
  readonly errors: unknown[];
}

/**
 * A whole pool without a process: the real supervisor, machines and launch actor over a tmux, clients
 * and a store in memory. A daemon can be killed at any await of its effects, and another started.
 */
export async function createPoolWorld() {
  const timer = new SimulatedClock();
  const config = testConfig();
  const { autonomous } = config.pool;
  const outside: Outside = {
    fake: createFakeTmux(),
    place: memoryPlace(),
    clients: new Map(),
    onDisk: new Set(),
    timer,
    chance: chanceOf(timer),
    config: {
      ...config,
      pool: { dedicated: [], autonomous: { ...autonomous, max: 2, workdir: tempDir() } },
    },
    errors: [],
  };
  let life = await startLife(outside);
  // A launch looks at the real disk, so that it takes more than one turn of the event loop.
  const rest = async () => {
    do await settle();
    while (life.isLaunching());
  };
  const living = () =>
    [...outside.clients.values()].filter(({ agent }) => outside.fake.processes.isAlive(agent));
  return {
    ...outside,
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
    says: (client: Client, status: AgentStatusWord) => {
      client.status = status;
      life.hear(statusOf(client));
    },
    verb: (name: string, verb: OperatorVerb, restart = false) => {
      void carryOut(life.root, { name, verb, restart });
    },
    restartDaemon: async () => {
      life.kill();
      // A daemon that starts waits until tmux has told what is there.
      outside.fake.resume();
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

async function startLife(outside: Outside) {
  const { fake, place, chance, config, timer, errors } = outside;
  let isKilled = false;
  // What a killed daemon has asked for is never answered, and it asks for nothing more.
  const whileAlive =
    <A extends readonly unknown[], R>(call: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      if (isKilled) return await new Promise<R>(() => {});
      const answer = await call(...given);
      return isKilled ? await new Promise<R>(() => {}) : answer;
    };
  const store = newsOnly(openMemoryStore({ place }));
  const listeners = new Set<(status: AgentStatus) => void>();
  const parts = partsOf(outside, whileAlive, store, listeners);
  const names = ['pool-9', 'pool-10'];
  const observation = await fake.observe(names);
  if (observation.kind === 'unknown') throw new Error('a daemon starts only when tmux answers');
  const sessions = await sessionInputs({ config, store, chance }, observation);
  let launching = 0;
  const launch = async (request: LaunchRequest) => {
    launching += 1;
    return await launchAgent(parts, request).finally(() => {
      launching -= 1;
    });
  };
  const root: RootRef = createActor(rootOver(parts, names, { launch }), {
    clock: timer,
    input: { sessions, reconcileIntervalMs: 15_000 },
  });
  root.subscribe({ error: (error) => void errors.push(error) });
  record(root, { store, log: () => {}, now: chance.clock.now });
  root.on('broke', ({ error }) => void errors.push(error));
  const hearing = hearStatuses(root, parts.agent, (error) => void errors.push(error));
  root.on('reconciled', ({ because }) => {
    if (because === 'interval') hearing.refresh();
  });
  root.start();
  root.send({ type: 'tmux.woke' });
  return {
    root,
    isLaunching: () => launching > 0,
    hear: (status: AgentStatus) => {
      for (const listener of listeners) listener(status);
    },
    kill: () => {
      isKilled = true;
      hearing.stop();
      root.stop();
    },
  };
}

type WhileAlive = <A extends readonly unknown[], R>(
  call: (...given: A) => Promise<R>,
) => (...given: A) => Promise<R>;

function partsOf(
  { fake, clients, onDisk, config }: Outside,
  whileAlive: WhileAlive,
  store: LaunchParts['store'],
  listeners: Set<(status: AgentStatus) => void>,
): LaunchParts {
  const started = (pane: Pane, { command }: PaneLaunch): Pane => {
    const [, conversation = ''] = command;
    clients.set(pane.agent.pid, { agent: pane.agent, conversation, status: null });
    return pane;
  };
  return {
    accounts: config.accounts,
    tmux: {
      ...fake,
      observe: whileAlive(fake.observe),
      create: whileAlive(async (launch) => started(await fake.create(launch), launch)),
      respawn: whileAlive(async (id, launch) => started(await fake.respawn(id, launch), launch)),
      refill: whileAlive(async (launch) => started(await fake.refill(launch), launch)),
      activePane: whileAlive(fake.activePane),
      adopt: whileAlive(fake.adopt),
    },
    agent: {
      prepare: whileAlive(async ({ conversation }) => ['client', conversation]),
      hasTranscript: whileAlive(async (conversation) => onDisk.has(conversation)),
      status: whileAlive(async ({ pid }) => {
        const client = clients.get(pid);
        return client?.status ? statusOf(client) : null;
      }),
      onStatus: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      close: async () => {},
    },
    processes: { ...fake.processes, end: whileAlive(fake.processes.end) },
    store: { noteIntent: whileAlive(store.noteIntent) },
    checkAccount: () => [],
    findCommand: whileAlive(async () => '/bin/client'),
    onQuarantined: () => {},
    graceMs: 5000,
  };
}

function statusOf({ agent, conversation, status }: Client): AgentStatus {
  return {
    agent,
    conversation,
    status: status ?? 'idle',
    waitingFor: null,
    account: 'first',
    cwd: null,
  };
}
