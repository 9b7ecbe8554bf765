import type { Arrivals } from '../arrivals.ts';
import type { SwitchEvent } from './switch-events.ts';

/** One of the two ways to lead a session from one account to another; it has one, at its prompt. */
export interface SwitchingContestant {
  /** All that is heard of it, by one clock. */
  readonly events: Arrivals<SwitchEvent>;
  /** Whether it ever tells that a move is recorded. */
  readonly records: boolean;
  /** Gives the session a turn in a conversation that begins with it. */
  ask(text: string): Promise<void>;
  /** Lets the session, once it is at rest, go back to an account that it has left. */
  readmit(account: string): Promise<void>;
  /** Looks after the session until `rest`. */
  work(): Promise<void>;
  rest(): Promise<void>;
  /** Tells `born` of what its tmux server starts, until the answer is called. */
  watchBirths(): () => void;
}
