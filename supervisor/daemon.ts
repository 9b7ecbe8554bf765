import { createActor, type InspectionEvent } from 'xstate';
import { slotsOf } from '../config/slots.ts';
import type { Account, Config } from '../config/types.ts';
import type { LogEvent } from '../machines/log-events.ts';
import type { AgentPort, FactStore, Observation, TmuxPort } from '../machines/ports.ts';
import type { Chance } from '../machines/session/types.ts';
import { hearStatuses } from './hear-statuses.ts';
import { carryOut, type VerbRequest, type VerbResult } from './operator.ts';
import { type RootRef, sessionNamed, sessionsOf } from './pool.ts';
import { record } from './recorder.ts';
import type { rootMachine } from './root-machine.ts';
import { sessionInputs } from './session-inputs.ts';
import {
  detailOf,
  HISTORY_SHOWN,
  reportOfSnapshot,
  statusReport,
  unknownAccount,
} from './status.ts';
import type { AccountReport, DaemonState, SessionDetail, StatusReport } from './status-report.ts';
import { warnOfNames } from './warn-of-names.ts';

/** Everything the daemon acts through; compose.ts makes it real. */
export interface DaemonParts {
  readonly config: Config;
  readonly version: string;
  readonly pid: number;
  readonly tmux: TmuxPort;
  readonly agent: AgentPort;
  readonly store: FactStore;
  readonly chance: Chance;
  readonly sleep: (ms: number) => Promise<void>;
  /** Aborted when the daemon is no longer wanted. */
  readonly signal: AbortSignal;
  readonly log: (entry: LogEvent) => void;
  /** The root machine with its effects provided. */
  readonly machine: typeof rootMachine;
  readonly inspect: (event: InspectionEvent) => void;
  /** Accounts whose links went wrong since the start. */
  readonly quarantined: ReadonlySet<Account['name']>;
}

export interface Daemon {
  readonly root: RootRef;
  /** From memory: answers at once, also while tmux hangs. */
  status(): StatusReport;
  /** null when no session of the pool has this name. */
  session(name: string): Promise<SessionDetail | null>;
  verb(request: VerbRequest): Promise<VerbResult>;
  /** It listens now: `daemon.state` is `ready`. */
  markReady(): void;
  /** Resolves with the error that ended the root supervisor: nobody supervises any more. */
  readonly broken: Promise<unknown>;
  /** Stops supervising and flushes the facts; every session keeps running. */
  stop(): Promise<void>;
}

/** Brings the pool up: looks at what is there, then spawns one machine per slot, lowest first. */
export async function startDaemon(parts: DaemonParts): Promise<Daemon> {
  const { config, chance, store } = parts;
  const startedAt = chance.clock.now();
  const { root, broken } = await startRoot(parts);
  const hearing = hearStatuses(root, parts.agent, (error) =>
    parts.log(failed('reading what an agent says', error)),
  );
  root.on('reconciled', ({ because }) => {
    if (because === 'interval') hearing.refresh();
  });
  let state: DaemonState = 'starting';
  return {
    root,
    broken,
    status: () =>
      statusReport({
        daemon: { state, pid: parts.pid, version: parts.version, startedAt },
        pool: config.pool,
        sessions: sessionsOf(root).map((session) => reportOfSnapshot(session.getSnapshot())),
        accounts: config.accounts.map(({ name }) => accountReport(name, parts.quarantined)),
      }),
    session: async (name) => {
      const session = sessionNamed(root, name);
      if (session === null) return null;
      const history = await store.history(name, HISTORY_SHOWN);
      return detailOf(reportOfSnapshot(session.getSnapshot()), history);
    },
    verb: (request) => carryOut(root, request),
    markReady: () => {
      state = 'ready';
    },
    stop: async () => {
      state = 'stopping';
      hearing.stop();
      root.stop();
      await Promise.allSettled([parts.agent.close(), parts.tmux.close()]);
      await store.close();
    },
  };
}

async function startRoot(
  parts: DaemonParts,
): Promise<{ readonly root: RootRef; readonly broken: Promise<unknown> }> {
  const { config, store, chance, log } = parts;
  const observation = await observeUntilKnown(parts);
  await warnOfNames(parts);
  const sessions = await sessionInputs(parts, observation);
  parts.signal.throwIfAborted();
  const root = createActor(parts.machine, {
    input: { sessions, reconcileIntervalMs: config.reconcile.intervalMs },
    inspect: parts.inspect,
  });
  // An error without an observer would end the process, and every listener must be there before
  // the first fact is told.
  const broken = new Promise<unknown>((resolve) => {
    root.subscribe({ error: resolve });
  });
  record(root, { store, log, now: chance.clock.now });
  root.on('broke', ({ name }) => void respawn(parts, root, name));
  root.start();
  // A death between the listing and now woke nobody: look once more.
  root.send({ type: 'tmux.woke' });
  return { root, broken };
}

/** Unknown is not gone: nothing is created or adopted before tmux has told what is there. */
async function observeUntilKnown({
  tmux,
  config,
  sleep,
  signal,
  log,
}: DaemonParts): Promise<Exclude<Observation, { kind: 'unknown' }>> {
  const names = slotsOf(config).map(({ name }) => name);
  for (;;) {
    signal.throwIfAborted();
    const observation = await tmux.observe(names);
    if (observation.kind !== 'unknown') return observation;
    log(failed('the first listing of tmux', observation.reason));
    await sleep(1000);
  }
}

/** A machine that broke is a bug of ours: it is said, and its slot is filled from the facts. */
async function respawn(parts: DaemonParts, root: RootRef, name: string): Promise<void> {
  // A machine that breaks at once must not be spawned in a tight circle.
  await parts.sleep(1000);
  try {
    const [session] = await sessionInputs(parts, await observeUntilKnown(parts), name);
    if (session !== undefined) root.send({ type: 'session.spawn', session });
  } catch (error) {
    parts.log(failed(`spawning ${name} again`, error));
  }
}

function accountReport(name: string, quarantined: ReadonlySet<string>): AccountReport {
  const report = unknownAccount(name);
  return quarantined.has(name) ? { ...report, state: 'quarantined' } : report;
}

function failed(what: string, error: unknown): LogEvent {
  return { event: 'daemon.error', reason: `${what} failed`, error };
}
