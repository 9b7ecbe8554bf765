import { accountNow, accountReports } from './account-desk.ts';
import { type AccountVerbRequest, carryOutOnAccount } from './account-verb.ts';
import { createAlarm } from './alarm.ts';
import { atMost } from './at-most.ts';
import { startByHand } from './by-hand.ts';
import type { DaemonParts } from './daemon-parts.ts';
import { isEscalated, resetPool } from './escalation.ts';
import { type FailoverResult, grantFailover } from './failover-desk.ts';
import { type FailoversNow, failoversNow, rememberPeople } from './failovers-now.ts';
import { type Hearing, hearStatuses } from './hear-statuses.ts';
import { carryOut, type VerbRequest, type VerbResult } from './operator.ts';
import { type RootRef, type SessionRef, sessionNamed, sessionsOf } from './pool.ts';
import { createQueueBoard } from './queue-board.ts';
import { createRecording, type Recording } from './recording.ts';
import { refusedAdoption } from './refused-adoption.ts';
import { startRetiring } from './retiring.ts';
import { startRoot } from './start-root.ts';
import { detailOf, HISTORY_SHOWN, reportOfSnapshot, statusReport } from './status.ts';
import type {
  AccountDetail,
  DaemonState,
  FailoverWish,
  SessionDetail,
  SessionReport,
  StatusReport,
} from './status-report.ts';
import { isRetiring, LEAVING, LEAVING_ONCE_RELEASED } from './supervised.ts';
import { startSwitching } from './switching.ts';
import { startTaskService } from './task-service.ts';
import { createUsageDesk } from './usage-desk.ts';
import { watchLinks } from './watch-links.ts';
import { withReason } from './why-staying.ts';

export interface Daemon {
  readonly root: RootRef;
  /** From memory: answers at once, also while tmux hangs. */
  status(): StatusReport;
  /** null when no session of the pool has this name. */
  session(name: string): Promise<SessionDetail | null>;
  verb(request: VerbRequest): Promise<VerbResult>;
  /** `session reset --all`: a pool that has escalated creates sessions again. */
  resetPool(): VerbResult;
  /** null when no account has this name. */
  account(name: string): Promise<AccountDetail | null>;
  accountVerb(request: AccountVerbRequest): VerbResult;
  /** What becomes of the wish, which is begun unless it is a dry run. */
  failover(wish: FailoverWish): Promise<FailoverResult>;
  /** Somebody changed the tasks: they are looked at now. */
  nudge(): void;
  /** It listens now: `daemon.state` is `ready`. */
  markReady(): void;
  /** Resolves with the error that ended the root supervisor: nobody supervises any more. */
  readonly broken: Promise<unknown>;
  /** Stops supervising and flushes what is to be remembered; every session keeps running. */
  stop(): Promise<void>;
  /** After `stop`: resolves when nothing that was begun goes on any more, however long that takes. */
  ended(): Promise<void>;
}

/** What hangs at a stop is left to the next daemon: everything is found again. */
const STOP_PATIENCE_MS = 1000;

/** Brings the pool up: looks at what is there, then spawns one machine per slot, lowest first. */
export async function startDaemon(parts: DaemonParts): Promise<Daemon> {
  const { config, chance, store, tasks } = parts;
  const startedAt = chance.clock.now();
  // First of all: what agents said before is told once.
  const usages = createUsageDesk(parts.signals);
  const recording = createRecording(parts);
  const board = await createQueueBoard(tasks, recording.tell);
  const { root, broken } = await startRoot(parts, recording);
  usages.open(root);
  watchLinks(root, parts);
  const statuses = startHearing(root, parts, recording);
  // Before tasks are given out: whoever has to leave is given none.
  const people = rememberPeople(parts.tmux);
  const switcher = startSwitching(root, { ...parts, tmux: people, alarm: createAlarm }, recording);
  const service = startTaskService(root, { daemon: parts, recording, statuses, board });
  const retiring = startRetiring(root, { ...parts, alarm: createAlarm }, recording);
  const byHand = startByHand(root, {
    ...{ ...parts, statuses, alarm: createAlarm },
    ...{ tell: recording.tell, now: chance.clock.now },
  });
  const explained = (session: SessionRef, failovers: FailoversNow): SessionReport => {
    const { id } = session;
    const report = reportOfSnapshot(session.getSnapshot(), failovers.open.get(id));
    return withReason(byHand.explained(report), failovers.staying.get(id));
  };
  let state: DaemonState = 'starting';
  let stopping: Promise<unknown> = Promise.resolve();
  return {
    root,
    broken,
    status: () => {
      const failovers = failoversNow(root, parts, people);
      const all = sessionsOf(root).map((session) => explained(session, failovers));
      const report = statusReport({
        daemon: {
          ...{ pid: parts.pid, version: parts.version, startedAt },
          state: stateOf(root, state),
          tmuxSilentSince: recording.sight.silentSince(),
        },
        pool: config.pool,
        sessions: all.filter(({ name }) => !isRetiring(parts, name)),
        accounts: accountReports(parts),
        queue: board.counts(),
      });
      // Those outside the range do not count as usable; they are shown as long as they are there.
      const leaving = all.filter(({ name }) => isRetiring(parts, name)).map(leavingReport);
      return { ...report, sessions: [...report.sessions, ...leaving] };
    },
    session: async (name) => {
      const session = sessionNamed(root, name);
      if (session === null) return null;
      const history = await store.history(name, HISTORY_SHOWN);
      const report = explained(session, failoversNow(root, parts, people));
      return detailOf(isRetiring(parts, name) ? leavingReport(report) : report, history);
    },
    verb: async (request) =>
      (isHoldEnding(root, request) ? null : refusedAsLeaving(root, parts, [request.name])) ??
      (await refusedAdoption(root, parts, request)) ??
      (await carryOut(root, request)),
    resetPool: () => resetPool(root),
    account: (name) => accountNow(parts, name),
    accountVerb: (request) => carryOutOnAccount(root, request),
    failover: async (wish) =>
      refusedAsLeaving(root, parts, wish.sessions) ?? (await grantFailover(root, parts, wish)),
    nudge: service.nudge,
    markReady: () => {
      state = 'ready';
    },
    stop: async () => {
      state = 'stopping';
      stopping = Promise.all([
        ...[switcher.stop(), service.stop(), retiring.stop(), byHand.stop()],
      ]);
      await atMost(STOP_PATIENCE_MS, stopping);
      statuses.stop();
      recording.sight.stop();
      root.stop();
      await atMost(STOP_PATIENCE_MS, Promise.all([recording.news.stop(), recording.flush()]));
      await Promise.allSettled([parts.agent.close(), parts.tmux.close()]);
      await Promise.allSettled([tasks.close(), store.close()]);
    },
    ended: async () => {
      await Promise.allSettled([stopping, parts.underWay?.()]);
    },
  };
}

function leavingReport(report: SessionReport): SessionReport {
  return { ...report, reason: report.substate === 'held' ? LEAVING_ONCE_RELEASED : LEAVING };
}

/** Of the first of these sessions that is retired: a verb would keep it, or begin what would be ended. */
function refusedAsLeaving(root: RootRef, parts: DaemonParts, names: readonly string[]) {
  const name = names.find((one) => isRetiring(parts, one) && sessionNamed(root, one) !== null);
  if (name === undefined) return null;
  const message = `${name} is being retired (${LEAVING})`;
  return { ok: false, code: 'CONFLICT', message } as const;
}

/** One that is held is ended only once it is released, so that must be possible. */
function isHoldEnding(root: RootRef, { name, verb }: VerbRequest): boolean {
  const isHeld = sessionNamed(root, name)?.getSnapshot().matches({ idle: 'held' }) ?? false;
  return isHeld && (verb === 'release' || verb === 'hold');
}

function stateOf(root: RootRef, state: DaemonState): DaemonState {
  return state === 'ready' && isEscalated(root) ? 'escalated' : state;
}

function startHearing(root: RootRef, { agent }: DaemonParts, { tell }: Recording): Hearing {
  const hearing = hearStatuses(root, agent, (error) =>
    tell({ event: 'daemon.error', reason: 'reading what an agent says failed', error }),
  );
  root.on('reconciled', ({ because }) => {
    if (because === 'interval') hearing.refresh();
  });
  return hearing;
}
