import type { FactStore } from '../machines/ports.ts';
import type { SignalPort } from '../machines/signals.ts';
import type { HeldTask, TaskReport, TaskStore } from '../machines/tasks.ts';
import { countedTasks } from './counted-tasks.ts';
import { foldSignals, type ResumedTask } from './fold-signals.ts';

/** A task that a session goes on with. */
export interface Resumed extends ResumedTask {
  /** It was counted as an attempt, and goes on elsewhere: the next confirmation counts for none. */
  readonly isCounted: boolean;
}

export interface ResumeParts {
  readonly tasks: Pick<TaskStore, 'held' | 'renew'>;
  readonly signals: Pick<SignalPort, 'pending'>;
  readonly store: Pick<FactStore, 'sessions' | 'openFailovers'>;
  /** Told what the machines will never tell, since they begin with it: to be stored. */
  readonly hear: (report: TaskReport) => void;
}

/**
 * The tasks that these sessions hold, with what their agents said while no daemon heard them. Rejects
 * with what the store and the disk say.
 */
export async function resumeTasks(
  { tasks, signals, store, hear }: ResumeParts,
  names: readonly string[],
): Promise<ReadonlyMap<string, Resumed>> {
  const pending = await signals.pending();
  // Before they are looked at: from here on no other daemon may take them for abandoned.
  await tasks.renew(names);
  const held = await tasks.held();
  const counted = await countedTasks(store, held);
  const ours = new Map([...held].filter(([session]) => names.includes(session)));
  const resumed = new Map<string, Resumed>();
  for (const [session, told] of foldSignals(ours, pending)) {
    const isCounted = counted.has(session);
    const before = ours.get(session);
    resumed.set(session, { ...told, isCounted, task: countedOnce(told.task, isCounted, before) });
    const report = newsOf(session, told.task, isCounted);
    if (!before?.confirmed && report !== null) hear(report);
  }
  return resumed;
}

/** A task that was counted already is not counted for the prompt that was taken since. */
function countedOnce(task: HeldTask, isCounted: boolean, before: HeldTask | undefined): HeldTask {
  return isCounted && before !== undefined ? { ...task, attempts: before.attempts } : task;
}

function newsOf(session: string, task: HeldTask, isCounted: boolean): TaskReport | null {
  const { id, fence, conversation, confirmed } = task;
  if (!confirmed || conversation === null) return null;
  const news = { kind: 'confirmed', conversation, counts: !isCounted } as const;
  return { session, lease: { id, fence }, news };
}
