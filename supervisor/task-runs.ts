/** On which accounts a task ran, by what the histories of its sessions tell. */
import type { HistoryEntry } from '../machines/ports.ts';
import type { TaskDetail } from '../machines/tasks.ts';
import { isoTime, type TaskRun } from './task-report.ts';

/** The sessions that it was given to, each once. */
export function sessionsOfTask({ history }: Pick<TaskDetail, 'history'>): readonly string[] {
  const given = history.filter(({ event }) => event === 'dispatched');
  const names = given.flatMap(({ facts: { session } }) =>
    typeof session === 'string' ? [session] : [],
  );
  return [...new Set(names)];
}

/**
 * The stretches of the work on a task, oldest first.
 *
 * @param histories of its sessions, each newest last, one after the other
 */
export function runsOf(task: string, histories: readonly HistoryEntry[]): readonly TaskRun[] {
  const runs: Run[] = [];
  const last = new Map<unknown, Run>();
  for (const { at, event, facts } of histories) {
    const { session } = facts;
    const run = last.get(session);
    const turn = turnOf(task, event, facts, run !== undefined);
    if (turn === null || isAsBefore(turn, run)) continue;
    if (run?.until === null) run.until = isoTime(at);
    if (turn.isOver) last.delete(session);
    if (turn.on === null) continue;
    const begun = { account: turn.on, session: String(session), from: isoTime(at), until: null };
    runs.push(begun);
    last.set(session, begun);
  }
  return runs.toSorted((one, other) => one.from.localeCompare(other.from));
}

type Run = { -readonly [F in keyof TaskRun]: TaskRun[F] };

interface Turn {
  /** The account that it is on from now on; null = it stands still. */
  readonly on: string | null;
  /** It has left the session, as far as is told. */
  readonly isOver: boolean;
}

const STANDS_STILL: Turn = { on: null, isOver: false };
const IS_OVER: Turn = { on: null, isOver: true };

function isAsBefore({ on }: Turn, run: Run | undefined): boolean {
  return run !== undefined && run.until === null && run.account === on;
}

/** null = the entry changes nothing. */
function turnOf(
  task: string,
  event: string,
  { task: about, account, to }: HistoryEntry['facts'],
  isHere: boolean,
): Turn | null {
  if (about === task) {
    if (event === 'task.dispatched' || event === 'session.recreated') return isNow(account);
    return ENDS.has(event) ? IS_OVER : null;
  }
  if (!isHere) return null;
  if (event === 'failover.parked') return STANDS_STILL;
  if (event === 'failover.completed') return isNow(to);
  // Another one has the session: how this one left it was not told.
  return event === 'task.dispatched' ? IS_OVER : null;
}

function isNow(account: unknown): Turn | null {
  return typeof account === 'string' ? { on: account, isOver: false } : null;
}

const ENDS: ReadonlySet<string> = new Set([
  'task.completed',
  'task.requeued',
  'task.died',
  'task.cancelled',
]);
