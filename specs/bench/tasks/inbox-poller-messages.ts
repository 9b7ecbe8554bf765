import type { PanesTask } from '../poller-panes.ts';
import type { QueueEvent } from './queue-events.ts';

/** What the poller tells. */
export type Told = Extract<QueueEvent, { kind: 'ended' | 'given' | 'started' }>;

/** What the poller needs to know, as JSON in its argument. */
export interface PollerTask extends PanesTask {
  readonly sessions: readonly string[];
  readonly inbox: string;
}
