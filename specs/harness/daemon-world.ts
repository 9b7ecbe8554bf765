import { SimulatedClock } from 'xstate';
import type { LogEvent } from '../../machines/log-events.ts';
import type { Signal } from '../../machines/signals.ts';
import { createAccountBoard } from '../../supervisor/account-board.ts';
import { type Daemon, startDaemon } from '../../supervisor/daemon.ts';
import type { DaemonParts } from '../../supervisor/daemon-parts.ts';
import { brokenLink } from './broken-link.ts';
import { openTasks } from './open-tasks.ts';
import { playSignals } from './played-signals.ts';
import { type RootOverOptions, type RootOverParts, rootOver } from './root-over.ts';
import { atEnd } from './scope.ts';
import { tempDir } from './temp-dir.ts';
import { testConfig } from './test-config.ts';
import { createTestLaunch } from './test-launch.ts';
import { chanceOf } from './test-session.ts';
import { until } from './until.ts';

/** The sessions of the daemons of this world. */
export const NAMES = ['pool-9', 'pool-10', 'pool-11'];

/** The scope is that of the store that a daemon's specs are given. */
const NO_NEIGHBOURS = {
  scope: '/run/tmux.sock',
  isSupervised: () => false,
  isServerGone: async () => false,
};

type Said = Signal extends infer One
  ? One extends Signal
    ? Omit<One, 'session' | 'at' | 'conversation'>
    : never
  : never;

/** What is different in the config of a daemon: how many sessions there are, and which are to be ended. */
type DaemonChanges = Pick<DaemonParts, 'retiring' | 'onRetired'> & { readonly max?: number };

/** The world of a daemon: ports in memory, and a real store of tasks, that outlive it. */
export async function createDaemonWorld() {
  const launch = createTestLaunch();
  const store = await openTasks();
  const signals = playSignals();
  const project = tempDir();
  const config = testConfig();
  const { autonomous } = config.pool;
  const chance = chanceOf(new SimulatedClock());
  const logged: LogEvent[] = [];
  const sleeps: number[] = [];
  const broken = new Set<string>();
  const spoilt = { tasks: {} as Partial<typeof store.tasks>, onSleep: () => {} };
  const world = {
    ...launch,
    ...store,
    spoilt,
    /** Accounts whose links are wrong. */
    broken,
    signals,
    logged,
    sleeps,
    /** A directory for tasks. */
    project,
    start: async (
      machines: Pick<RootOverOptions, 'session' | 'account'> = {},
      { max = autonomous.max, ...more }: DaemonChanges = {},
    ): Promise<Daemon> => {
      const accounts = createAccountBoard();
      const parts: RootOverParts = {
        ...launch.parts,
        textOf: store.tasks.textOf,
        store: { ...launch.parts.store, saveFailover: launch.store.saveFailover },
        onQuarantined: ({ name }, errors) => accounts.tell(name, { type: 'links.broken', errors }),
        onInOrder: ({ name }) => accounts.tell(name, { type: 'links.mended' }),
        isUsable: accounts.isUsable,
        checkAccount: ({ name }) => (broken.has(name) ? [brokenLink(name)] : []),
      };
      const daemon = await startDaemon({
        config: {
          ...config,
          pool: { dedicated: [], autonomous: { ...autonomous, max, workdir: tempDir() } },
        },
        version: '1',
        pid: 42,
        tmux: parts.tmux,
        agent: parts.agent,
        signals: signals.open(),
        processes: launch.fake.processes,
        // A daemon closes its store; the next one here opens the same again.
        store: { ...launch.store, close: async () => {} },
        tasks: { ...store.tasks, ...spoilt.tasks },
        neighbours: NO_NEIGHBOURS,
        chance,
        sleep: async (ms) => {
          sleeps.push(ms);
          spoilt.onSleep();
        },
        log: (entry) => void logged.push(entry),
        machine: rootOver(parts, NAMES, machines),
        inspect: () => {},
        signal: new AbortController().signal,
        accounts,
        checkLinks: parts.checkAccount,
        ...more,
      });
      atEnd(() => daemon.stop());
      return daemon;
    },
    count: (event: LogEvent['event']) => logged.filter((one) => one.event === event).length,
    /** Waits until this has been logged so often. */
    logs: (event: LogEvent['event'], times = 1) =>
      until(() => world.count(event) >= times, {
        withinMs: 5000,
        what: `${event}, ${times} times`,
        everyMs: 1,
      }),
    /** The agent of the session says this, of the conversation that it is in. */
    says: (daemon: Daemon, session: string, said: Said) => {
      const { conversation } = reportOf(daemon, session);
      signals.say({ session, at: 0, conversation: conversation ?? '', ...said } as Signal);
    },
    /** The session that holds the task. */
    holderOf: (daemon: Daemon, task: string) =>
      until(() => daemon.status().sessions.find((one) => one.task === task)?.name, {
        withinMs: 5000,
        what: `a session that holds ${task}`,
        everyMs: 1,
      }),
  };
  return world;
}

function reportOf(daemon: Daemon, session: string) {
  const report = daemon.status().sessions.find(({ name }) => name === session);
  if (report === undefined) throw new Error(`no session ${session}`);
  return report;
}
