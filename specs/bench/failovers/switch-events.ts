import type { Birth } from '../births.ts';
import type { HookEvent } from '../hook-pipe.ts';

/** What is told, by whomever, of a session on its way from one account to another. */
export type SwitchEvent =
  /** `failed` is the evidence: a turn has ended at the limit. */
  | HookEvent
  /** By the supervisor: it knows that the session has to leave its account. */
  | { readonly kind: 'known' }
  /** By the supervisor: an agent was started. */
  | { readonly kind: 'started'; readonly account: string; readonly pid: number }
  /** By the supervisor: that the conversation goes on is stored. Nobody tells this in the usual way. */
  | { readonly kind: 'recorded' }
  | Birth
  /** By the kernel: the agent whose turn failed is no more. */
  | { readonly kind: 'gone'; readonly pid: number };
