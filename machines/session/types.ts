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
  SessionTrouble,
} from '../ports.ts';
import type { TurnOutcome } from '../signals.ts';
import type { HeldTask, TaskNews, TaskReport } from '../tasks.ts';

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
  /** Starts that never came to their prompt and still count, of the same clock. */
  readonly unreadyTimes: readonly number[];
  /** The pool has escalated: nothing is launched but what an operator asks for. */
  readonly isPoolHalted: boolean;
  /** It is outside the range: once its agent has ended no other one is started, until the session is ended. */
  readonly isLeaving: boolean;
  /** The task that it holds by the store, whose signals so far are in it; null = none. */
  readonly task: HeldTask | null;
  /** How the turn of that task ended while no daemon heard it; null = it has not, or nothing tells. */
  readonly ended: TurnOutcome | null;
  /** The task was counted as an attempt, and goes on elsewhere: its next confirmation counts for none. */
  readonly isCounted: boolean;
  readonly tasks: TaskPolicy;
  readonly chance: Chance;
}

export interface TaskPolicy {
  /** A task whose agent died in its turn this often is not given another agent. */
  readonly maxAttempts: number;
  /** How long a task waits for the person that its agent asks. */
  readonly waitingTimeoutMs: number;
  /** How long after a prompt was given the client may take to say that it has it. */
  readonly confirmTimeoutMs: number;
  /** A turn of a task without any sign of progress this long is reported. */
  readonly stalledAfterMs: number;
  /** What follows from that beside the report: nothing, or its agent is ended and the next one goes on. */
  readonly stalledAction: 'report' | 'restart';
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
  /**
   * The launch under way, or the one that this step leads to, is made although the pool has escalated: an
   * operator asked for it, or it had begun before.
   */
  readonly goesAhead: boolean;
  /** An operator has said that it may begin another conversation, if its own cannot go on; null = it may not. */
  readonly beginsAnewUnless: AnewUnless | null;
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
  readonly launchReason: LaunchReason;
  /** Whether the next confirmation of its task counts as an attempt: not after an operator's restart. */
  readonly counts: boolean;
  /** Agents in a row that ended by themselves with the prompt of its task, before they confirmed it. */
  readonly lostDeliveries: number;
  /** How often Enter was pressed again for a pasted prompt that nobody confirmed. */
  readonly presses: number;
  /** What is told of its task once its agent is confirmed gone; null = it goes on. */
  readonly parting: TaskNews | null;
  /** What the client said last; null before the first word of this agent. */
  readonly said: Pick<AgentStatus, 'status' | 'waitingFor'> | null;
  /** How this daemon gave the prompt of its task to this agent; null = it did not, an earlier one may have. */
  readonly given: 'argument' | 'paste' | null;
  /** An agent that is not confirmed gone may have the prompt of its task: until then nobody else may get it. */
  readonly mayHavePrompt: boolean;
  /** A launch that failed may have left an agent, with the task, that nobody has seen: who it is, is not known. */
  readonly mayRunUnseen: boolean;
  /** How the turn of its task ended, but for what it left running; null = it has not, or went on. */
  readonly stopped: TurnOutcome | null;
  /** The launch under way, or the last one, was asked to start the agent with its task. */
  readonly carries: boolean;
  /** The last turn that ended in trouble with its account; null = there never was one. */
  readonly trouble: SessionTrouble | null;
  /** The account whose agent is to be left for `account`; null = no move is under way. */
  readonly movingFrom: string | null;
  /** Why the last move, or the last launch on its account, did not come about; null = it did. */
  readonly refusal: MoveRefusal | null;
  /** Epoch milliseconds of the last change of state or substate. */
  readonly since: number;
}

/**
 * Why a launch happens. `boot`: with the whole pool (a start, a server lost), so staggered. `failover`: its
 * agent cannot go on, or there is none. `move`: a healthy one changes its account, unless a person is at it.
 */
export type LaunchReason = 'boot' | 'crash' | 'operator' | 'task' | 'failover' | 'move';

export interface MoveRefusal {
  /** The account on which nothing was started. */
  readonly account: string;
  readonly code: string;
  readonly message: string;
}

export interface LaunchRequest {
  readonly facts: SessionFacts;
  /** Made also when the pool has escalated before its turn comes: an operator asked for it. */
  readonly goesAhead: boolean;
  /** The session is a person's own: its agent is not ended while they type in it. */
  readonly isPersons: boolean;
  readonly previous: ProcessIdentity | null;
  readonly reason: LaunchReason;
  /** The mark of the tmux session, should one have to be created. */
  readonly newMark: string;
  /** The task that the agent is to be started with; null = it is to wait at its prompt. */
  readonly task: HeldTask | null;
  /** The conversation for a task that has not begun, when the session's own is used already. */
  readonly newConversation: string;
  /**
   * An operator has said that the session may begin another conversation, here, if its own cannot go on: its
   * transcript or its directory is gone. null = nobody has, and it never does.
   */
  readonly anew:
    | (Pick<SessionFacts, 'conversation' | 'workdir'> & { readonly unless: AnewUnless })
    | null;
}

/**
 * Where the transcript of a conversation that is to go on has to be, or another one begins: anywhere on the disk; or in
 * the folder in which the client looks for that of its directory, after a client has found none.
 */
export type AnewUnless = 'onDisk' | 'inItsFolder';

export interface Launched {
  readonly pane: Pane;
  readonly mark: string;
  readonly mode: 'new' | 'resume' | 'found';
  readonly hasTranscript: boolean;
  /** The conversation and the directory it was started with, which a task may have changed. */
  readonly conversation: string;
  readonly workdir: string;
  /**
   * `argument`: started with the prompt of its task. `paste`: that prompt is too long and is to be
   * pasted. `none`: no task; or an agent that was found, of which nothing is known; or `ended` says it.
   */
  readonly delivery: 'argument' | 'paste' | 'none';
  /** The task's turn had ended before, as its transcript tells: it was started without a prompt. */
  readonly ended: TurnOutcome | null;
}

/** A prompt that is to be pasted into a living agent. */
export interface PasteRequest {
  readonly session: string;
  readonly agent: ProcessIdentity;
  readonly task: HeldTask;
  /** The conversation that the session has, as far as it knows: a person may have left it meanwhile. */
  readonly conversation: string;
}

export interface PressRequest {
  readonly session: string;
  readonly agent: ProcessIdentity;
}

/** An agent that is to end without a successor. */
export interface EndRequest {
  readonly session: string;
  /** null = there is nothing to end. */
  readonly process: ProcessIdentity | null;
}

/** What the transcript is asked for when no signal has come. */
export interface LookRequest {
  readonly conversation: string;
  readonly task: string;
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
  /** The dispatcher has leased a task for it. */
  | { readonly type: 'task.assigned'; readonly task: HeldTask }
  /** A person asked for the end of the task it holds. */
  | { readonly type: 'task.cancelled'; readonly id: string }
  /** The client took a prompt; `task` is the id in its header line, null a person's. */
  | {
      readonly type: 'agent.prompted';
      readonly conversation: string;
      readonly task: string | null;
      /** Epoch milliseconds when it did; without it, it is the latest news. */
      readonly at?: number;
    }
  /** A turn of this conversation ended; `background`: how much of it still runs. */
  | {
      readonly type: 'turn.ended';
      readonly conversation: string;
      readonly outcome: TurnOutcome;
      readonly background: number;
    }
  /** Go on on this account, which may be its own; taken only where nothing healthy is cut short. */
  | { readonly type: 'failover.move'; readonly account: string }
  /** No account is left: end the agent, and wait for `failover.move`. */
  | { readonly type: 'failover.park' }
  /** Too many agents of the pool have ended: nothing is launched until `pool.resumed`. */
  | { readonly type: 'pool.halted' }
  | { readonly type: 'pool.resumed' }
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
  /** A turn of it ended in trouble with its account: told before the facts that say so. */
  | { readonly type: 'session.troubled'; readonly name: string; readonly trouble: SessionTrouble }
  /** News of the task it holds (or was given and cannot take): to be stored, in this order. */
  | { readonly type: 'session.task'; readonly report: TaskReport }
  | { readonly type: 'session.logged'; readonly entry: LogEvent };
