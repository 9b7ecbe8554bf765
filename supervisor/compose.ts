/** The composition root: the only file that joins machines to effects. */
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromCallback, fromPromise, type InspectionEvent } from 'xstate';
import { clientEnvironment } from '../actors/agent/agent-environment.ts';
import { createAgentPort } from '../actors/agent/agent-port.ts';
import { findCommand } from '../actors/agent/find-command.ts';
import { adoptSession } from '../actors/launch/adopt-session.ts';
import { type LaunchParts, launchAgent } from '../actors/launch/launch-agent.ts';
import { createLaunchGate } from '../actors/launch/launch-gate.ts';
import { acquireLocks, type HeldLocks, type RefusedLocks } from '../actors/lock/acquire-locks.ts';
import { createLog, type Log } from '../actors/log/log.ts';
import { createClock } from '../actors/process/clock.ts';
import { identify, isAlive } from '../actors/process/identity.ts';
import { createProcesses } from '../actors/process/processes.ts';
import { openFactStore } from '../actors/store/open-fact-store.ts';
import { createTmux } from '../actors/tmux/driver.ts';
import { FailoverError } from '../config/errors.ts';
import { checkAccount } from '../config/guard.ts';
import { serverFolder } from '../config/server-folder.ts';
import { slotsOf } from '../config/slots.ts';
import { resolveSocketPath } from '../config/socket-path.ts';
import { storePath } from '../config/store-path.ts';
import type { Config, LogLevel } from '../config/types.ts';
import type { LogEvent } from '../machines/log-events.ts';
import type { AgentPort } from '../machines/ports.ts';
import { sessionMachine } from '../machines/session/machine.ts';
import type {
  Adopted,
  AdoptRequest,
  Launched,
  LaunchRequest,
  SessionContext,
  StatusSeen,
} from '../machines/session/types.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { newsOnly } from './news-only.ts';
import { createQuarantine } from './quarantine.ts';
import type { Belief } from './reconcile.ts';
import { type Listing, rootMachine } from './root-machine.ts';
import { untilTmuxAnswers } from './until-tmux-answers.ts';

export interface ComposeOptions {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  readonly uid: number;
  readonly version: string;
  readonly log: (entry: LogEvent) => void;
  readonly inspect: (event: InspectionEvent) => void;
  /** Aborted when the daemon is no longer wanted: nothing more is begun then. */
  readonly signal: AbortSignal;
}

/** How long an agent that must go may take before SIGKILL; the client needs about 0.3 s. */
const GRACE_MS = 5000;
/** Cold starts under way at once: each costs more than a second of CPU. */
const COLD_STARTS = Math.max(2, availableParallelism());
/** A cold start gives its place back when it is at its prompt, or after this. */
const COLD_START_MS = 8000;

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
  const { config, env, uid, version, log, signal } = options;
  const socketPath = resolveSocketPath(config.tmux.socket, { env, uid });
  const { startIndex } = config.pool.autonomous;
  const facts = await openFactStore({
    file: storePath(config),
    scope: socketPath,
    fenceKey: `${socketPath}#${startIndex}`,
  });
  const store = newsOnly(opening(facts));
  const connect = () =>
    createTmux({
      socket: config.tmux.socket,
      hub: `_claude-failover-${startIndex}`,
      historyLimit: config.agent.historyLimit,
      env,
    });
  const wait = (ms: number) => sleep(ms);
  const tmux = opening(await untilTmuxAnswers(connect, { signal, log, sleep: wait }));
  const stateDir = serverFolder(config.stateDir, socketPath);
  const agent = opening(createAgentPort({ config, stateDir, env }));
  const quarantine = createQuarantine(log);
  const parts: LaunchParts = {
    accounts: config.accounts,
    tmux,
    agent,
    processes: createProcesses(),
    store,
    checkAccount: (account) => {
      const errors = checkAccount(account, config.sharedState.root);
      // Looked at before each launch, so an account that was mended heals at the next one.
      if (errors.length === 0) quarantine.leave(account);
      return errors;
    },
    findCommand: (workdir) =>
      findCommand(config.agent.command, { env: clientEnvironment(config.agent, env), workdir }),
    onQuarantined: quarantine.enter,
    graceMs: GRACE_MS,
  };
  return await startDaemon({
    config,
    version,
    pid: process.pid,
    tmux,
    agent,
    store,
    chance: { clock: createClock(), random: Math.random, newId: randomUUID },
    sleep: wait,
    signal,
    log,
    machine: rootWith(
      parts,
      slotsOf(config).map(({ name }) => name),
    ),
    inspect: options.inspect,
    quarantined: quarantine.accounts,
  });
}

/** The daemon's log on stdout. */
export function openLog(level: LogLevel): Log {
  return createLog({ level });
}

/** Holds every index of the range against other daemons, or says who does. */
export async function lockPool(
  config: Config,
  {
    env,
    uid,
    waitMs,
  }: { readonly env: NodeJS.ProcessEnv; readonly uid: number; readonly waitMs: number },
): Promise<HeldLocks | RefusedLocks> {
  const { startIndex, max } = config.pool.autonomous;
  const self = identify(process.pid);
  if (self === null)
    throw new FailoverError('NOT_FOUND', 'this process is not to be found in /proc');
  return await acquireLocks({
    socketPath: resolveSocketPath(config.tmux.socket, { env, uid }),
    uid,
    startIndex,
    max,
    dedicated: config.pool.dedicated.map(({ name }) => name),
    waitMs,
    self,
    isAlive,
    monotonicMs: createClock().monotonicMs,
    sleep: (ms) => sleep(ms),
  });
}

function rootWith(parts: LaunchParts, names: readonly string[]): typeof rootMachine {
  const { tmux, agent } = parts;
  const cold = createLaunchGate(COLD_STARTS);
  const launch = (request: LaunchRequest, signal: AbortSignal) =>
    request.reason === 'boot'
      ? cold.pass(
          async () => {
            // Whoever waited for its turn may have been stopped meanwhile.
            signal.throwIfAborted();
            return await launchAgent(parts, request);
          },
          (launched) => atItsPrompt(agent, launched),
        )
      : launchAgent(parts, request);
  return rootMachine.provide({
    actors: {
      session: sessionMachine.provide({
        actors: {
          launch: fromPromise<Launched, LaunchRequest>(({ input, signal }) =>
            launch(input, signal),
          ),
          adopt: fromPromise<Adopted, AdoptRequest>(({ input }) => adoptSession(parts, input)),
          readStatus: fromPromise<StatusSeen | null, SessionContext>(({ input }) =>
            readStatus(agent, input),
          ),
        },
      }),
      observe: fromPromise<Listing, readonly Belief[]>(async ({ input }) => ({
        beliefs: input,
        observation: await tmux.observe(names),
      })),
      watchTmux: fromCallback(({ sendBack }) => tmux.onWake(() => sendBack({ type: 'tmux.woke' }))),
    },
  });
}

async function readStatus(agent: AgentPort, context: SessionContext): Promise<StatusSeen | null> {
  if (context.agent === null) return null;
  const status = await agent.status(context.agent);
  if (status === null) return null;
  return { status, hasTranscript: await agent.hasTranscript(status.conversation) };
}

async function atItsPrompt(agent: AgentPort, { pane }: Launched): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      unwatch();
      resolve();
    };
    const timer = setTimeout(done, COLD_START_MS);
    const unwatch = agent.onStatus((status) => {
      if (status.agent.pid === pane.agent.pid) done();
    });
  });
}
