import type { SignalPort } from '../machines/signals.ts';
import type { TaskReport, TaskStore } from '../machines/tasks.ts';
import { foldSignals, type ResumedTask } from './fold-signals.ts';

export interface ResumeParts {
  readonly tasks: Pick<TaskStore, 'held' | 'renew'>;
  readonly signals: Pick<SignalPort, 'pending'>;
  /** Told what the machines will never tell, since they begin with it: to be stored. */
  readonly hear: (report: TaskReport) => void;
}

/**
 * The tasks that these sessions hold, with what their agents said while no daemon heard them. Rejects
 * with what the store and the disk say.
 */
export async function resumeTasks(
  { tasks, signals, hear }: ResumeParts,
  names: readonly string[],
): Promise<ReadonlyMap<string, ResumedTask>> {
  const pending = await signals.pending();
  // Before they are looked at: from here on no other daemon may take them for abandoned.
  await tasks.renew(names);
  const held = await tasks.held();
  const ours = new Map([...held].filter(([session]) => names.includes(session)));
  const resumed = foldSignals(ours, pending);
  for (const [session, { task }] of resumed) {
    if (ours.get(session)?.confirmed || !task.confirmed || task.conversation === null) continue;
    const { id, fence, conversation } = task;
    const news = { kind: 'confirmed', conversation, counts: true } as const;
    hear({ session, lease: { id, fence }, news });
  }
  return resumed;
}
