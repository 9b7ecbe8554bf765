/** The composition root: what the daemon acts through is made real here, and joined. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InspectionEvent } from 'xstate';
import { clientEnvironment } from '../actors/agent/agent-environment.ts';
import { createAgentPort } from '../actors/agent/agent-port.ts';
import { findCommand } from '../actors/agent/find-command.ts';
import { acquireLocks, type HeldLocks, type RefusedLocks } from '../actors/lock/acquire-locks.ts';
import type { Slots } from '../actors/lock/claim.ts';
import { createLog, type Log } from '../actors/log/log.ts';
import { createClock } from '../actors/process/clock.ts';
import { createHeldClients, endingHeld } from '../actors/process/held-clients.ts';
import { isAlive } from '../actors/process/identity.ts';
import { createProcesses } from '../actors/process/processes.ts';
import { createSignalPort } from '../actors/signals/signal-port.ts';
import { openDaemonStore } from '../actors/store/open-daemon-store.ts';
import { createTmux } from '../actors/tmux/driver.ts';
import { checkAccount } from '../config/guard.ts';
import { serverFolder } from '../config/server-folder.ts';
import type { Slot } from '../config/slots.ts';
import { resolveSocketPath } from '../config/socket-path.ts';
import { storePath } from '../config/store-path.ts';
import type { Account, Config, LogLevel } from '../config/types.ts';
import type { LogEvent } from '../machines/log-events.ts';
import { createAccountBoard } from './account-board.ts';
import { scopeForServer } from './compose-manager.ts';
import { neighboursOf, thisProcess } from './compose-neighbours.ts';
import { type RootParts, rootWith } from './compose-root.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { endingFirst } from './ending-first.ts';
import { newsOnly } from './news-only.ts';
import { supervisedSlots } from './supervised.ts';
import { createUnderWay } from './under-way.ts';
import { untilTmuxAnswers } from './until-tmux-answers.ts';

export interface ComposeOptions {
  readonly config: Config;
  /** Sessions outside the range that are to be ended; their locks are the caller's, too. */
  readonly retiring?: readonly Slot[];
  /** Accounts that have left the config, on which agents may still live. */
  readonly formerAccounts?: readonly Account[];
  /** Told of each retiring session that is gone, or was none of ours. */
  readonly onRetired?: (session: string) => void;
  readonly env: NodeJS.ProcessEnv;
  readonly uid: number;
  readonly version: string;
  readonly log: (entry: LogEvent) => void;
  /** Told since when (epoch milliseconds) tmux is waited for, and null when that is over. */
  readonly onSilent: (since: number | null) => void;
  readonly inspect: (event: InspectionEvent) => void;
  /** Aborted when the daemon is no longer wanted: nothing more is begun then. */
  readonly signal: AbortSignal;
}

/** How long an agent that must go may take before SIGKILL; the client needs about 0.3 s. */
const GRACE_MS = 5000;

/**
 * The daemon with its real effects: the store is opened and fenced, tmux is connected (our server
 * is started when none runs), the pool is brought up. The locks are the caller's: they must be held
 * before this and until after `stop`. When it rejects, all that it had opened is closed again.
 */
export async function composeDaemon(options: ComposeOptions): Promise<Daemon> {
  const opened: Closable[] = [];
  try {
    return await compose(options, (one) => {
      opened.push(one);
      return one;
    });
  } catch (error) {
    for (const one of opened.reverse()) await one.close().catch(() => {});
    throw error;
  }
}

interface Closable {
  close(): Promise<void>;
}

async function compose(
  options: ComposeOptions,
  opening: <T extends Closable>(one: T) => T,
): Promise<Daemon> {
  const { config, env, uid, version, log, signal, inspect, onSilent } = options;
  const socketPath = resolveSocketPath(config.tmux.socket, { env, uid });
  const { startIndex } = config.pool.autonomous;
  const { facts, tasks } = await openDaemonStore({
    file: storePath(config),
    scope: socketPath,
    fenceKey: `${socketPath}#${startIndex}`,
    tasks: config.tasks,
  });
  const store = endingFirst(newsOnly(opening(facts)));
  const scope = await scopeForServer({ env, log });
  const connect = () =>
    createTmux({
      socket: config.tmux.socket,
      hub: `_claude-failover-${startIndex}`,
      historyLimit: config.agent.historyLimit,
      env,
      scope,
    });
  const tmux = opening(
    await untilTmuxAnswers(connect, { signal, log, sleep: wait, now: Date.now, onSilent }),
  );
  const stateDir = serverFolder(config.stateDir, socketPath);
  const held = createHeldClients();
  const agent = opening(
    createAgentPort({
      held,
      config,
      formerAccounts: options.formerAccounts ?? [],
      stateDir,
      env,
      ownPaths: [config.file, config.stateDir],
    }),
  );
  const names = supervisedSlots(options).map(({ name }) => name);
  const signals = opening(
    createSignalPort({
      folder: path.join(stateDir, 'sessions'),
      sessions: names,
      onError: (error) => log({ event: 'daemon.error', reason: error.message, error }),
    }),
  );
  const accounts = createAccountBoard();
  const checkLinks = (account: Account) =>
    checkAccount(account, config.sharedState.root, config.accounts);
  const processes = endingHeld(createProcesses(), held);
  const chance = { clock: createClock(), random: Math.random, newId: randomUUID };
  const underWay = createUnderWay();
  const effects: RootParts = {
    underWay,
    accounts: config.accounts,
    tmux,
    agent,
    processes,
    store,
    textOf: tasks.textOf,
    resumePrompt: config.failover.resumePrompt,
    checkAccount: checkLinks,
    findCommand: (workdir) =>
      findCommand(config.agent.command, { env: clientEnvironment(config.agent, env), workdir }),
    onQuarantined: ({ name }, errors) => accounts.tell(name, { type: 'links.broken', errors }),
    onInOrder: ({ name }) => accounts.tell(name, { type: 'links.mended' }),
    isUsable: accounts.isUsable,
    graceMs: GRACE_MS,
    now: chance.clock.now,
    sleep: async (ms, aborted) => await sleep(ms, undefined, { signal: aborted }),
  };
  // What agents said of their usage is told once, in this tick: the daemon listens first of all.
  return await startDaemon({
    config,
    retiring: options.retiring ?? [],
    onRetired: options.onRetired ?? (() => {}),
    underWay: underWay.over,
    version,
    pid: process.pid,
    tmux,
    agent,
    signals,
    processes,
    store,
    tasks,
    neighbours: neighboursOf(socketPath, uid),
    chance,
    sleep: wait,
    signal,
    log,
    machine: rootWith(effects, names),
    inspect,
    accounts,
    checkLinks,
  });
}

/** Ends early, and well, when it is aborted. */
async function wait(ms: number, aborted?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: aborted }).catch(() => {});
}

/** The daemon's log on stdout. */
export function openLog(level: LogLevel): Log {
  return createLog({ level });
}

/** Which places of the pool are to be held. */
export type { Slots } from '../actors/lock/claim.ts';
export type { HeldLocks, RefusedLocks };

/** Holds these places of the pool's tmux server against other daemons, or says who does. */
export async function lockSlots(
  config: Pick<Config, 'tmux'>,
  slots: Slots,
  {
    env,
    uid,
    waitMs,
    range,
  }: {
    readonly env: NodeJS.ProcessEnv;
    readonly uid: number;
    readonly waitMs: number;
    readonly range: Pick<Slots, 'startIndex' | 'max'>;
  },
): Promise<HeldLocks | RefusedLocks> {
  return await acquireLocks({
    socketPath: resolveSocketPath(config.tmux.socket, { env, uid }),
    uid,
    ...slots,
    range,
    waitMs,
    self: thisProcess(),
    isAlive,
    monotonicMs: createClock().monotonicMs,
    sleep: (ms) => sleep(ms),
  });
}
