import type { Birth } from '../births.ts';
import type { HookEvent } from '../hook-pipe.ts';

/** What is told, by whomever, of tasks on their way through a pool. */
export type QueueEvent =
  | HookEvent
  /** By the supervisor: it knows of the end of a turn; whose task is next; its agent is started. */
  | { readonly kind: 'ended'; readonly session: string }
  | { readonly kind: 'given'; readonly session: string; readonly task: string }
  | { readonly kind: 'started'; readonly session: string; readonly pid: number }
  /** By the supervisor: the prompt was taken, and that is stored. Nobody tells this in the usual way. */
  | { readonly kind: 'confirmed'; readonly session: string; readonly task: string }
  | Birth;
