import { createActor, SimulatedClock } from 'xstate';
import type { DeliverParts } from '../../actors/deliver/look.ts';
import { pasteTask } from '../../actors/deliver/paste-task.ts';
import { type LaunchParts, launchAgent } from '../../actors/launch/launch-agent.ts';
import type { GoneParts } from '../../actors/process/until-gone.ts';
import type { AgentStatus, AgentStatusWord, Pane, PaneLaunch } from '../../machines/ports.ts';
import type {
  LaunchRequest,
  OperatorVerb,
  PasteRequest,
  SessionEvent,
} from '../../machines/session/types.ts';
import type { TaskReport } from '../../machines/tasks.ts';
import { hearStatuses } from '../../supervisor/hear-statuses.ts';
import { newsOnly } from '../../supervisor/news-only.ts';
import { carryOut } from '../../supervisor/operator.ts';
import { createPendingWrites } from '../../supervisor/pending-writes.ts';
import { type RootRef, sessionNamed, sessionsOf } from '../../supervisor/pool.ts';
import { record } from '../../supervisor/recorder.ts';
import { sessionInputs } from '../../supervisor/session-inputs.ts';
import { createFakeTmux, type FakeTmux } from './fake-tmux.ts';
import { memoryPlace, openMemoryStore } from './memory-store.ts';
import { createPoolTasks, type PoolTasks, type Prompted, startedClient } from './pool-tasks.ts';
import { rootOver } from './root-over.ts';
import { tempDir } from './temp-dir.ts';
import { testConfig } from './test-config.ts';
import { chanceOf, settle } from './test-session.ts';

/** A client in memory: it says what it does once it is up, and knows its conversation. */
interface Client extends Prompted {
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
  readonly tasks: PoolTasks;
  /** Tasks that another session may be given while this client may still run them. */
  readonly breaches: { readonly report: TaskReport; readonly holder: Client }[];
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
    tasks: createPoolTasks(),
    breaches: [],
  };
  const elsewhere = tempDir();
  let life = await startLife(outside);
  // A launch and a paste are at the real disk, so that they take more than one turn of the event loop.
  const rest = async () => {
    do await settle();
    while (life.isAtDisk());
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
    /** A task is leased for the session; `far`: not in the directory that it works in. */
    assign: (name: string, far: boolean) => {
      const project = far ? elsewhere : outside.config.pool.autonomous.workdir;
      life.send(name, outside.tasks.assign(name, project));
    },
    cancel: (name: string) => life.send(name, outside.tasks.cancel(name)),
    take: (client: Client) => {
      if (client.task !== null) outside.onDisk.add(client.conversation);
      life.send(client.session, outside.tasks.take(client));
    },
    endTurn: (client: Client) => life.send(client.session, outside.tasks.end(client)),
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
  const { fake, place, chance, config, timer, errors, tasks, clients } = outside;
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
  const resumed = tasks.resumed();
  const sessions = await sessionInputs({ config, store, chance, resumed }, observation);
  let underWay = 0;
  const counted = async <T>(effect: Promise<T>): Promise<T> => {
    underWay += 1;
    return await effect.finally(() => {
      underWay -= 1;
    });
  };
  const effects = {
    launch: (request: LaunchRequest) => counted(launchAgent(parts, request)),
    paste: (request: PasteRequest, signal: AbortSignal) =>
      counted(pasteTask(parts, request, signal)),
  };
  const root: RootRef = createActor(rootOver(parts, names, effects), {
    clock: timer,
    input: { sessions, reconcileIntervalMs: 15_000 },
  });
  root.subscribe({ error: (error) => void errors.push(error) });
  const writes = createPendingWrites(() => {});
  record(root, { store, keep: writes.keep, tell: () => {} });
  root.on('broke', ({ error }) => void errors.push(error));
  root.on('task', ({ report }) => {
    const holder = [...clients.values()].find(
      ({ agent, task }) => task === report.lease.id && fake.processes.isAlive(agent),
    );
    if (holder !== undefined && isForAnother(report)) outside.breaches.push({ report, holder });
    tasks.store(report);
  });
  const hearing = hearStatuses(root, parts.agent, (error) => void errors.push(error));
  root.on('reconciled', ({ because }) => {
    if (because === 'interval') hearing.refresh();
  });
  root.start();
  root.send({ type: 'tmux.woke' });
  return {
    root,
    isAtDisk: () => underWay > 0,
    send: (name: string, event: SessionEvent | null) => {
      if (event !== null) sessionNamed(root, name)?.send(event);
    },
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

/** Whether this news says that somebody else may be given the task. */
function isForAnother({ news }: TaskReport): boolean {
  return news.kind === 'returned' || (news.kind === 'failed' && news.retryable);
}

type WhileAlive = <A extends readonly unknown[], R>(
  call: (...given: A) => Promise<R>,
) => (...given: A) => Promise<R>;

function partsOf(
  { fake, clients, onDisk, config, chance, tasks }: Outside,
  whileAlive: WhileAlive,
  store: LaunchParts['store'],
  listeners: Set<(status: AgentStatus) => void>,
): LaunchParts & DeliverParts & GoneParts {
  const started = (pane: Pane, { session, command }: PaneLaunch): Pane => {
    clients.set(pane.agent.pid, { ...startedClient(session, pane, command), status: null });
    return pane;
  };
  const inPane = (paneId: string) =>
    [...clients.values()].findLast((client) => client.paneId === paneId);
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
      paste: whileAlive(async (paneId, file) => {
        await fake.paste(paneId, file);
        tasks.paste(inPane(paneId), file);
      }),
    },
    agent: {
      prepare: whileAlive(async ({ conversation, prompt }) => [
        'client',
        conversation,
        ...(prompt === null ? [] : [prompt]),
      ]),
      hasTranscript: whileAlive(async (conversation) => onDisk.has(conversation)),
      turnOf: whileAlive(tasks.turnOf),
      writePaste: whileAlive(tasks.writePaste),
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
    store: {
      noteIntent: whileAlive(async (session, intent) => {
        tasks.intend(session);
        await store.noteIntent(session, intent);
      }),
    },
    checkAccount: () => [],
    findCommand: whileAlive(async () => '/bin/client'),
    onQuarantined: () => {},
    graceMs: 5000,
    textOf: whileAlive(tasks.textOf),
    resumePrompt: 'Go on.',
    now: chance.clock.now,
    sleep: whileAlive(async () => {}),
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
