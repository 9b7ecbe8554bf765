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

/** Counting reads the index of all tasks that are remembered, and nothing else runs meanwhile. */
const REST_PER_COUNT = 20;
const LONGEST_REST_MS = 1_000;

/**
 * Counts as often as it is asked to, but rests after each time twenty times as long as that took, up to
 * a second: a few tasks are always up to date, and many cost little. Rejects when the store does not
 * say how many there are at first.
 */
export async function createQueueBoard(
  tasks: Pick<TaskStore, 'counts'>,
  tell: (entry: LogEvent) => void,
): Promise<QueueBoard> {
  let counts = await tasks.counts();
  let isBusy = false;
  let isAsked = false;
  const refresh = () => {
    isAsked = isBusy;
    if (isBusy) return;
    isBusy = true;
    counting.ask();
  };
  const endRest = () => {
    isBusy = false;
    if (isAsked) refresh();
  };
  const counting = createDogged('counting the tasks', tell, async () => {
    const startedMs = performance.now();
    try {
      counts = await tasks.counts();
    } finally {
      const restMs = (performance.now() - startedMs) * REST_PER_COUNT;
      setTimeout(endRest, Math.min(restMs, LONGEST_REST_MS)).unref();
    }
  });
  return { counts: () => counts, refresh, stop: counting.stop };
}
