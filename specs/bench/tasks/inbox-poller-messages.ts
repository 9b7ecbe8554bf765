import type { QueueEvent } from './queue-events.ts';

/** What the poller is told: `sweep` until told to `rest`. */
export type Order = 'sweep' | 'rest';

/** What the poller tells. */
export type Told =
  | Extract<QueueEvent, { kind: 'ended' | 'given' | 'started' }>
  /** Everything was looked at once. */
  | { readonly kind: 'swept' }
  /** Nothing is done any more until the next `sweep`. */
  | { readonly kind: 'resting' };

/** What the poller needs to know, as JSON in its argument. */
export interface PollerTask {
  readonly socket: string;
  readonly sessions: readonly string[];
  readonly workdir: string;
  readonly inbox: string;
  /** Environment of the agents. */
  readonly env: Readonly<Record<string, string>>;
  /** argv of the agent, without its conversation. */
  readonly agent: readonly string[];
}
