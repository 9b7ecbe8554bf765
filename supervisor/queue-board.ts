import type { LogEvent } from '../machines/log-events.ts';
import type { QueueCounts, TaskStore } from '../machines/tasks.ts';
import { createDogged } from './dogged.ts';

/** How many tasks there are in each state, as last counted: asking never waits for the store. */
export interface QueueBoard {
  counts(): QueueCounts;
  /** Counts again soon. */
  refresh(): void;
  stop(): Promise<void>;
}

export const EMPTY_QUEUE: QueueCounts = {
  queued: 0,
  blocked: 0,
  running: 0,
  done: 0,
  dead: 0,
  cancelled: 0,
};

/** Rejects when the store does not say how many there are at first. */
export async function createQueueBoard(
  tasks: Pick<TaskStore, 'counts'>,
  tell: (entry: LogEvent) => void,
): Promise<QueueBoard> {
  let counts = await tasks.counts();
  const counting = createDogged('counting the tasks', tell, async () => {
    counts = await tasks.counts();
  });
  return { counts: () => counts, refresh: counting.ask, stop: counting.stop };
}
