import type { Slot } from '../config/slots.ts';
import type { Config } from '../config/types.ts';
import type { HistoryEntry, SessionFacts } from '../machines/ports.ts';
import { HELD_UP } from '../machines/session/changes.ts';
import type { QueueCounts } from '../machines/tasks.ts';
import type { SessionSnapshot } from './belief.ts';
import { EMPTY_QUEUE } from './queue-board.ts';
import type {
  AccountReport,
  DaemonState,
  FailoverReport,
  HistoryReport,
  SessionDetail,
  SessionReport,
  SessionState,
  SessionSubstate,
  StatusReport,
  TmuxWord,
} from './status-report.ts';

/** An account of which nothing is known but its name. */
export function unknownAccount(name: string): AccountReport {
  return {
    name,
    state: 'available',
    limitedUntil: null,
    usage: { fiveHour: null, sevenDay: null },
    usageOver: { fiveHour: null, sevenDay: null },
  };
}

export interface StatusParts {
  readonly daemon: {
    readonly state: DaemonState;
    readonly pid: number | null;
    readonly version: string;
    readonly startedAt: number | null;
    /** Epoch milliseconds since when tmux does not answer; null = it does; left out = nobody knows. */
    readonly tmuxSilentSince?: number | null;
  };
  readonly pool: Config['pool'];
  readonly sessions: readonly SessionReport[];
  readonly accounts: readonly AccountReport[];
  /** None while nobody has counted them yet. */
  readonly queue?: QueueCounts;
}

/** The whole report of `status --json`, from what the daemon has in memory: it never waits for tmux. */
export function statusReport({
  daemon,
  pool,
  sessions,
  accounts,
  queue = EMPTY_QUEUE,
}: StatusParts): StatusReport {
  const { min, max } = pool.autonomous;
  const unusable = accounts.filter(({ state }) => state !== 'available').map(({ name }) => name);
  const usable = sessions.filter((session) => isUsable(session, unusable)).length;
  return {
    v: 1,
    daemon: daemonReport(daemon),
    pool: { min, max, usable, degraded: usable < min },
    sessions,
    accounts,
    queue,
  };
}

function daemonReport({
  startedAt,
  tmuxSilentSince: since,
  ...daemon
}: StatusParts['daemon']): StatusReport['daemon'] {
  const tmuxSilentSince = iso(since ?? null);
  return { ...daemon, startedAt: iso(startedAt), tmux: tmuxWord(since), tmuxSilentSince };
}

function tmuxWord(silentSince: number | null | undefined): TmuxWord | null {
  if (silentSince === undefined) return null;
  return silentSince === null ? 'answers' : 'silent';
}

/**
 * One session of the report, from its living machine.
 *
 * @param failover its own that has not ended; null = it has none
 */
export function reportOfSnapshot(
  snapshot: SessionSnapshot,
  failover: FailoverReport | null = null,
): SessionReport {
  const { slot, account, conversation, agent, task, restarts, crashedAt, since } = snapshot.context;
  const [state, substate] = wordsOf(snapshot.value);
  const isBlocked = substate === 'blocked';
  return {
    name: slot.name,
    kind: slot.kind,
    index: slot.index,
    state,
    substate,
    // What runs in a session that is not ours is not ours to tell.
    account: isBlocked ? null : account,
    task: task?.id ?? null,
    conversation: isBlocked ? null : conversation,
    pid: isBlocked ? null : (agent?.pid ?? null),
    restarts,
    crashedAt: iso(crashedAt),
    reason: reasonOf(snapshot),
    since: iso(since),
    failover,
  };
}

const WAITS_FOR_RESET =
  'the pool has escalated: it waits for "claude-failover session reset --all"';

/** Why it does nothing now, and what it waits for; null when there is nothing to explain. */
function reasonOf(snapshot: SessionSnapshot): string | null {
  const { reason, agent, isPoolHalted } = snapshot.context;
  if (isPoolHalted && snapshot.hasTag('waiting')) return withWait(reason);
  const [state, substate] = wordsOf(snapshot.value);
  if (substate === 'held')
    return agent === null ? (reason ?? 'held, and no agent runs in it') : null;
  return substate === 'blocked' || state === 'crashed' || state === 'failed' ? reason : null;
}

function withWait(reason: string | null): string {
  return reason === null || reason === HELD_UP ? WAITS_FOR_RESET : `${reason}; ${WAITS_FOR_RESET}`;
}

/**
 * One session of the report while no daemon runs: what the store remembers of it, the task that it holds by
 * the store, and its failover by the journal.
 */
export function reportOfFacts(
  slot: Slot,
  facts: SessionFacts | null,
  task: string | null = null,
  failover: FailoverReport | null = null,
): SessionReport {
  return {
    name: slot.name,
    kind: slot.kind,
    index: slot.index,
    state: facts?.failed ? 'failed' : 'idle',
    // What it does now, nobody knows: only what was decided about it is told.
    substate: !facts?.failed && facts?.held ? 'held' : null,
    account: facts?.account ?? slot.account,
    task,
    conversation: facts?.conversation ?? null,
    pid: facts?.agent?.pid ?? null,
    restarts: facts?.restarts ?? 0,
    crashedAt: iso(facts?.crashedAt ?? null),
    reason: facts?.failed?.reason ?? null,
    since: iso(facts?.failed?.at ?? null),
    failover,
  };
}

/** How many entries of a history are shown. */
export const HISTORY_SHOWN = 100;

/** A session with what happened to it, newest last. */
export function detailOf(report: SessionReport, history: readonly HistoryEntry[]): SessionDetail {
  return { ...report, history: toldHistory(history) };
}

/** A history as it is told, newest last. */
export function toldHistory(history: readonly HistoryEntry[]): readonly HistoryReport[] {
  return history.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() }));
}

/** It works, or could. At its prompt on an account that cannot be used it would be given no task. */
function isUsable(session: SessionReport, unusableAccounts: readonly string[]): boolean {
  const { kind, state, substate, account } = session;
  if (kind !== 'autonomous' || substate === 'parked') return false;
  if (state === 'working') return true;
  return substate === 'ready' && (account === null || !unusableAccounts.includes(account));
}

/** The two words that people know; what lies deeper in the chart is the machine's own affair. */
function wordsOf(value: SessionSnapshot['value']): [SessionState, SessionSubstate | null] {
  if (typeof value === 'string') return [value as SessionState, null];
  const [[state, inner] = ['idle', 'starting']] = Object.entries(value);
  const substate = typeof inner === 'string' ? inner : Object.keys(inner ?? {})[0];
  return [state as SessionState, (substate ?? null) as SessionSubstate | null];
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
