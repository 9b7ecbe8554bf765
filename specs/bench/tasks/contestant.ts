import type { Arrivals } from '../arrivals.ts';
import type { Added } from '../task-adder.ts';
import type { QueueEvent } from './queue-events.ts';

/** One of the two ways to feed a pool from a queue, with its agents at their prompts and no task. */
export interface QueueContestant {
  /** All that is heard of its tasks, by one clock. */
  readonly events: Arrivals<QueueEvent>;
  /** Accepts the tasks, durably, and tells the supervisor where it is to be told. */
  add(texts: readonly string[]): Promise<readonly Added[]>;
  /** Feeds the pool until `rest`. */
  work(): Promise<void>;
  rest(): Promise<void>;
  /** Tells `born` of what its tmux server starts, until the answer is called. */
  watchBirths(): () => void;
}
