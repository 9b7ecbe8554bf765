import type { ComposeOptions } from '../supervisor/compose.ts';

/** Where the daemon's log events go. */
export type Log = ComposeOptions['log'];

export interface StopWish {
  readonly reason: string;
  /** The verb `stop`: a process manager must not start the daemon again. */
  readonly byVerb: boolean;
}
