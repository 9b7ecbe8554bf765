/** What the plan of the switcher is made from, and what it says. */
import type { Slot } from '../config/slots.ts';
import type { FailoverConfig } from '../config/types.ts';
import type { PastFailovers } from '../machines/failover/past.ts';
import type { FailoverEvent, FailoverFacts } from '../machines/failovers.ts';
import type { ToldAccount } from '../machines/policy/target-words.ts';
import type { Presence, SessionTrouble } from '../machines/ports.ts';
import type { MoveRefusal } from '../machines/session/types.ts';

/** Where a session is, as far as its account matters. */
export type SwitchPhase =
  /** At its prompt without a task; or at its client's own dialog, after trouble and without a task. */
  | 'atRest'
  /** A turn runs, or asks a person. */
  | 'atWork'
  /** Its task is on its way to its agent, which has come up and not said that it has it. */
  | 'delivering'
  /** Its agent starts, or is to be started. */
  | 'coming'
  /** Its agent has ended unasked, and the next one is waited for. */
  | 'crashed'
  /** It waits for an order. */
  | 'awaiting'
  /** It carries out the order to go on somewhere. */
  | 'moving'
  /** It carries out the order to park. */
  | 'ending'
  | 'parked'
  | 'held'
  | 'blocked'
  | 'failed';

export interface SwitchSession {
  readonly name: string;
  readonly kind: Slot['kind'];
  readonly phase: SwitchPhase;
  /** Where it runs, or is being started. */
  readonly account: string;
  readonly conversation: string;
  /** Its turn waits for a person's answer. */
  readonly isAsking: boolean;
  /** An operator has it, or will have it as soon as that can take effect. */
  readonly isHeld: boolean;
  /** With the account that it is on, and not over; null = none. */
  readonly trouble: SessionTrouble | null;
  /** A living agent could go on: its own, or the one that a refused launch has left as it was. */
  readonly hasAgent: boolean;
  /** Its client shows a dialog of its own. */
  readonly showsDialog: boolean;
  /** At its prompt, while a shell that it has started runs on in the background. */
  readonly hasShell: boolean;
  /** Why it did not come to its last launch; null = it did. */
  readonly refusal: MoveRefusal | null;
  /** Why it is failed or blocked; null when nothing is said. */
  readonly reason: string | null;
}

/** What is known of an account, but for how many sessions are on it. */
export type SwitchAccount = Omit<ToldAccount, 'load'>;

export interface OpenFailover extends FailoverFacts {
  /** Its step is being written: the order is not given yet. */
  readonly isNoting: boolean;
}

/** A failover and its session. */
export interface Choice {
  readonly failover: OpenFailover;
  readonly session: SwitchSession;
}

/** What the config says of moves. */
export type SwitchRules = Pick<
  FailoverConfig,
  'strategy' | 'concurrency' | 'proactiveThreshold' | 'returnToPreferred' | 'cooldownMs'
>;

/** `concurrency`: how many may be on their way at once. */
export interface SwitchView extends SwitchRules {
  readonly sessions: readonly SwitchSession[];
  /** In the order of the config. */
  readonly accounts: readonly SwitchAccount[];
  /** Those that have not ended; at most one of a session. */
  readonly failovers: readonly OpenFailover[];
  /** What is known of those that have ended. */
  readonly past: PastFailovers;
  /** Of the sessions that were asked for. Who is at one of which nothing is told, nobody knows. */
  readonly presence: ReadonlyMap<string, Presence>;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Where a session is to go on, and the rule by which that was chosen. */
export interface Target {
  readonly to: string;
  readonly rule: string;
}

/** A failover is to begin. */
export interface Beginning
  extends Pick<
    FailoverFacts,
    'session' | 'conversation' | 'from' | 'reason' | 'evidence' | 'wanted'
  > {
  readonly kind: 'begin';
}

export type SwitchAction =
  | Beginning
  /** The failover of this session is told something. */
  | { readonly kind: 'tell'; readonly session: string; readonly event: FailoverEvent };

export interface SwitchPlan {
  /** At most one of each session. */
  readonly actions: readonly SwitchAction[];
  /** Sessions that would be moved if it were known that nobody is at work there: ask, and plan once more. */
  readonly askPresenceOf: readonly string[];
  /** Epoch milliseconds when time alone will have changed something; null when it will not. */
  readonly lookAgainAt: number | null;
}
