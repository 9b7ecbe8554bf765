/**
 * Which session gets which task, as a plan that can be tested before anything is done. A session is
 * given one only when nothing at all speaks against it; a task that finds none waits.
 */
import type { Slot } from '../config/slots.ts';
import { awayAt, isAtWork } from '../machines/policy/people.ts';
import type { Presence } from '../machines/ports.ts';
import type { ReadyTask } from '../machines/tasks.ts';

/** What counts of a session when tasks are given out. */
export interface Candidate {
  readonly name: string;
  readonly kind: Slot['kind'];
  /** At its prompt, without a task or news of one, and not held. */
  readonly isFree: boolean;
  /** Its account is nearly used up: others are given tasks before it. */
  readonly isNearlyUsed: boolean;
  readonly conversation: string;
  readonly hasTranscript: boolean;
  readonly workdir: string;
  /** Epoch milliseconds since when it is what it is. */
  readonly since: number;
}

export interface Assignment {
  readonly session: string;
  readonly task: ReadyTask;
}

export interface DispatchPlan {
  /** Best task first; no session and no task twice. */
  readonly assignments: readonly Assignment[];
  /** Epoch milliseconds when a person will have been away long enough; null when no task waits for it. */
  readonly lookAgainAt: number | null;
}

export interface DispatchFacts {
  /** Every session of the pool: one that is not free may own the conversation of a task. */
  readonly sessions: readonly Candidate[];
  /** Best first. */
  readonly tasks: readonly ReadyTask[];
  /** Of the free sessions. Who is at one of which nothing is told, nobody knows: it is left alone. */
  readonly presence: ReadonlyMap<string, Presence>;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Gives each task, best first, to the session that suits it most. */
export function planDispatch({ sessions, tasks, presence, now }: DispatchFacts): DispatchPlan {
  const free = sessions.filter(mayWork);
  const open = new Set(free.filter(({ name }) => isLeftAlone(presence.get(name), now)));
  const owners = new Map(sessions.map((session) => [session.conversation, session]));
  const assignments: Assignment[] = [];
  for (const task of tasks) {
    const session = sessionFor(task, open, owners);
    if (session === null) continue;
    open.delete(session);
    assignments.push({ session: session.name, task });
  }
  const isAllGiven = assignments.length === tasks.length;
  return { assignments, lookAgainAt: isAllGiven ? null : nextLook(free, presence, now) };
}

/** Whether a session may be given tasks at all, whoever is at it. */
export function mayWork({ kind, isFree }: Candidate): boolean {
  return kind === 'autonomous' && isFree;
}

/** Whether no person is at work there, as far as is known. */
export function isLeftAlone(presence: Presence | undefined, now: number): boolean {
  return presence !== undefined && !isAtWork(presence, now);
}

function sessionFor(
  task: ReadyTask,
  open: ReadonlySet<Candidate>,
  owners: ReadonlyMap<string, Candidate>,
): Candidate | null {
  const owner = task.conversation === null ? undefined : owners.get(task.conversation);
  // Nobody else may go on with a conversation that a session still has: it waits for that one.
  if (owner !== undefined) return open.has(owner) ? owner : null;
  let best: Candidate | null = null;
  for (const session of open) {
    if (best === null || suitsBetter(session, best, task)) best = session;
  }
  return best;
}

/**
 * One on whose account much is left; one whose unused conversation is there already, and needs no start; else
 * whoever has idled longest.
 */
function suitsBetter(session: Candidate, best: Candidate, task: ReadyTask): boolean {
  if (session.isNearlyUsed !== best.isNearlyUsed) return best.isNearlyUsed;
  const isThere = isUnusedIn(session, task);
  if (isThere !== isUnusedIn(best, task)) return isThere;
  return session.since < best.since;
}

function isUnusedIn({ hasTranscript, workdir }: Candidate, task: ReadyTask): boolean {
  return task.conversation === null && !hasTranscript && workdir === task.project;
}

function nextLook(
  free: readonly Candidate[],
  presence: DispatchFacts['presence'],
  now: number,
): number | null {
  const ends = free.flatMap(({ name }) => {
    const seen = presence.get(name);
    const end = seen === undefined ? null : awayAt(seen);
    return end === null || end <= now ? [] : [end];
  });
  return ends.length === 0 ? null : Math.min(...ends);
}
