import type { PanesTask } from '../poller-panes.ts';
import type { SwitchEvent } from './switch-events.ts';

/** What the poller tells. */
export type Told = Extract<SwitchEvent, { kind: 'known' | 'started' }>;

/** What it is told beside its orders: a turn for its session. */
export interface Asked {
  readonly text: string;
}

/** What the poller needs to know, as JSON in its argument. */
export interface PollerTask extends PanesTask {
  readonly session: string;
  /** It begins with the first one, and goes to the next one, around. */
  readonly accounts: readonly { readonly name: string; readonly home: string }[];
}
