/** One pass of the dispatcher: whatever can be started now is leased and handed over. */
import type { LogEvent } from '../machines/log-events.ts';
import type { Presence, TmuxPort } from '../machines/ports.ts';
import type { HeldTask, ReadyTask, TaskStore } from '../machines/tasks.ts';
import { type Assignment, type Candidate, isLeftAlone, mayWork, planDispatch } from './dispatch.ts';
import type { TaskPool } from './task-pool.ts';

export interface DispatchParts {
  readonly tasks: Pick<TaskStore, 'announce' | 'ready' | 'nextDueAt' | 'claim' | 'held'>;
  readonly pool: TaskPool;
  readonly presence: TmuxPort['presence'];
  readonly tell: (entry: LogEvent) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Aborted when no task is to be started any more. */
  readonly signal: AbortSignal;
}

/**
 * Tells of new tasks, then gives out what can be started. Epoch milliseconds at which time alone will
 * have changed something; null when it will not. Rejects with what the store and tmux say; a lease
 * whose fate that leaves unknown is found by the next pass.
 */
export async function dispatchOnce(parts: DispatchParts): Promise<number | null> {
  await announce(parts);
  // Asked first: what becomes due meanwhile is among the startable ones, or rings at once.
  const dueAt = await parts.tasks.nextDueAt();
  return earlier(await giveOut(parts), dueAt);
}

async function announce({ tasks, tell }: DispatchParts): Promise<void> {
  for (const { id: task, key, project, priority } of await tasks.announce()) {
    tell({ event: 'task.accepted', task, key, project, priority });
  }
}

async function giveOut(parts: DispatchParts): Promise<number | null> {
  const { pool, tasks } = parts;
  const all = pool.candidates();
  const free = all.filter(mayWork).map(({ name }) => name);
  if (free.length === 0) return null;
  const stranded = await strandedTasks(parts, free);
  // Each session may own the conversation of one task that waits for it.
  const ready = await tasks.ready(free.length + all.length);
  if (stranded.length + ready.length === 0) return null;
  // Also one that was added since this pass began is told of before it is given to anybody.
  if (ready.some(({ isAnnounced }) => !isAnnounced)) await announce(parts);
  // Only now: an idle pool asks tmux nothing.
  const presence = await parts.presence(free);
  handOverAgain(parts, stranded, presence);
  return await giveTasks(parts, ready, presence);
}

/**
 * Tasks that sessions hold by the store, and whose machines have never heard of them: leased by a
 * claim that seemed to fail, or that a daemon did not outlive. A session that was free before the
 * store was asked has nothing that could still be on its way there.
 */
async function strandedTasks(
  { tasks, pool }: DispatchParts,
  free: readonly string[],
): Promise<readonly (readonly [session: string, task: HeldTask])[]> {
  const held = await tasks.held();
  return free.flatMap((session) => {
    const task = held.get(session);
    return task !== undefined && pool.isFree(session) ? [[session, task] as const] : [];
  });
}

function handOverAgain(
  parts: DispatchParts,
  stranded: readonly (readonly [session: string, task: HeldTask])[],
  presence: ReadonlyMap<string, Presence>,
): void {
  const { pool, now, signal } = parts;
  for (const [session, task] of stranded) {
    if (signal.aborted || !pool.isFree(session)) continue;
    if (isLeftAlone(presence.get(session), now())) handOver(parts, session, task);
  }
}

/** Until each task that found a session is leased: one that somebody else took makes room for the next. */
async function giveTasks(
  parts: DispatchParts,
  ready: readonly ReadyTask[],
  presence: ReadonlyMap<string, Presence>,
): Promise<number | null> {
  const { pool, now } = parts;
  let tasks = ready;
  for (;;) {
    const sessions: readonly Candidate[] = pool.candidates();
    const plan = planDispatch({ sessions, tasks, presence, now: now() });
    const { tried, areAllGiven } = await claimAll(parts, plan.assignments);
    if (areAllGiven) return plan.lookAgainAt;
    tasks = tasks.filter((task) => !tried.has(task));
  }
}

async function claimAll(parts: DispatchParts, assignments: readonly Assignment[]) {
  const { tasks, pool, signal } = parts;
  const tried = new Set<ReadyTask>();
  let given = 0;
  for (const { session, task } of assignments) {
    if (signal.aborted) return { tried, areAllGiven: true };
    // It may have died, or been put on hold, while the tasks before this one were leased.
    if (!pool.isFree(session)) continue;
    tried.add(task);
    const held = await tasks.claim(task.id, session);
    if (held === null) continue;
    given += 1;
    handOver(parts, session, held);
  }
  return { tried, areAllGiven: given === assignments.length };
}

function handOver({ pool, tell }: DispatchParts, session: string, task: HeldTask): void {
  const place = pool.placeOf(session);
  // Its machine broke this instant: the next one is told of the task when it begins.
  if (place === null) return;
  const { id, project } = task;
  tell({ event: 'task.dispatched', session, ...place, task: id, project });
  pool.give(session, task);
}

function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}
