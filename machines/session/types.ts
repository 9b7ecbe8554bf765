import type { Slot } from '../../config/slots.ts';
import type { RestartConfig } from '../../config/types.ts';
import type { LogEvent } from '../log-events.ts';
import type {
  AgentStatus,
  Clock,
  CrashFact,
  DeathCause,
  Pane,
  ProcessIdentity,
  SessionFacts,
} from '../ports.ts';

/** How a session machine begins: what the boot plan found in tmux and in the store. */
export type SessionStart =
  | { readonly kind: 'launch' }
  | { readonly kind: 'adopt'; readonly pane: Pane; readonly mark: string }
  | { readonly kind: 'died'; readonly death: Death }
  /** Our session lives on under a name an operator gave it: it is left alone. */
  | { readonly kind: 'renamed' }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'held'; readonly pane: Pane | null }
  | { readonly kind: 'failed' };

/** The end of one particular agent. The pid keeps a late report from hitting its successor. */
export interface Death {
  readonly pid: number | null;
  readonly cause: DeathCause;
  readonly lastScreen: string;
}

/** Time and chance, injected so that every decision can be replayed. */
export interface Chance {
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** A new UUID. */
  readonly newId: () => string;
}

export interface SessionInput {
  readonly slot: Slot;
  /** The account it runs on unless its facts name another. */
  readonly account: string;
  readonly restart: RestartConfig;
  readonly startTimeoutMs: number;
  readonly start: SessionStart;
  /** What the store remembers; null for a session never seen before. */
  readonly facts: SessionFacts | null;
  /** Crashes that still count, monotonic milliseconds of this boot. */
  readonly crashTimes: readonly number[];
  readonly chance: Chance;
}

export interface SessionContext extends SessionInput {
  readonly account: string;
  readonly mark: string;
  /** A conversation stays in the directory it began in: from another one the client cannot resume it. */
  readonly workdir: string;
  readonly conversation: string;
  readonly hasTranscript: boolean;
  /** The living agent; null while none is known. */
  readonly agent: ProcessIdentity | null;
  /** The agent that must be confirmed dead before the next one starts. */
  readonly previous: ProcessIdentity | null;
  /** Monotonic milliseconds when this agent first reached its prompt; null before. */
  readonly readyAtMs: number | null;
  /**
   * Started by this daemon and not yet seen at its prompt. Only such an agent can be too late, or prove
   * by its exit code that it cannot run: of one that was there before, where it says what it does is
   * not always known.
   */
  readonly isComingUp: boolean;
  /** Crashes in a row without `stable_after` of quiet running between: the back-off's attempt. */
  readonly unstable: number;
  /** The wait before the next launch, chosen once so that the log line tells the truth. */
  readonly delayMs: number;
  /** The death that led here; null when none did. */
  readonly death: Death | null;
  /** Launches in a row that failed: a budget of their own. */
  readonly launchFailures: number;
  /** How the last launch failed; null when it did not. */
  readonly launchFailure: LaunchFailure | null;
  readonly restarts: number;
  readonly crashedAt: number | null;
  readonly reason: string | null;
  readonly failure: { readonly at: number; readonly code: string } | null;
  readonly held: boolean;
  /** Why the next launch happens. `boot`: with the whole pool (a start, a server lost), so staggered. */
  readonly launchReason: 'boot' | 'crash' | 'operator';
  /** Epoch milliseconds of the last change of state or substate. */
  readonly since: number;
}

export interface LaunchRequest {
  readonly facts: SessionFacts;
  readonly previous: ProcessIdentity | null;
  readonly reason: SessionContext['launchReason'];
  /** The mark of the tmux session, should one have to be created. */
  readonly newMark: string;
}

export interface Launched {
  readonly pane: Pane;
  readonly mark: string;
  readonly mode: 'new' | 'resume' | 'found';
  readonly hasTranscript: boolean;
}

/** A status of the client, and whether its conversation is on disk. */
export interface StatusSeen {
  readonly status: AgentStatus;
  readonly hasTranscript: boolean;
}

export interface AdoptRequest {
  readonly session: string;
  readonly mark: string;
  /** The agent of ours that must be confirmed dead before the session has another one. */
  readonly previous: ProcessIdentity | null;
  /** Relaunch it, rather than take it over as it is. */
  readonly restart: boolean;
}

export interface Adopted {
  readonly pane: Pane;
  readonly status: AgentStatus | null;
  readonly restart: boolean;
}

/** Why an effect was refused, in the words that decide: a stable code, and a message for a person. */
export interface LaunchFailure {
  readonly code: string;
  readonly message: string;
}

export type OperatorVerb = 'hold' | 'release' | 'restart' | 'reset' | 'adopt';

export type SessionEvent =
  | ({ readonly type: 'agent.status' } & StatusSeen)
  | { readonly type: 'agent.died'; readonly death: Death }
  | { readonly type: 'agent.found'; readonly pane: Pane; readonly mark: string }
  /** The session of this agent bears another name now. */
  | { readonly type: 'session.renamed'; readonly to: string; readonly agent: ProcessIdentity }
  | { readonly type: 'slot.freed' }
  | { readonly type: 'operator.hold' }
  | { readonly type: 'operator.release' }
  | { readonly type: 'operator.restart' }
  | { readonly type: 'operator.reset' }
  | { readonly type: 'operator.adopt'; readonly restart: boolean };

/** What a session tells its supervisor: to be stored, logged and shown, in this order. */
export type SessionReportEvent =
  | { readonly type: 'session.changed'; readonly facts: SessionFacts }
  | { readonly type: 'session.died'; readonly name: string; readonly crash: CrashFact }
  | { readonly type: 'session.forgiven'; readonly name: string }
  /** An effect ended and an agent is there: a death during the effect is to be looked for now. */
  | { readonly type: 'session.launched'; readonly name: string }
  | { readonly type: 'session.logged'; readonly entry: LogEvent };
