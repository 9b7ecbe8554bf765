/**
 * The facts of each event that the daemon tells of itself, by the event's name. Names and facts are a contract
 * (renaming one is a major version). `pid` is always an agent's, `attempt` is the n of "restart n of `of`".
 */
import type { CheckError } from '../config/types.ts';
import type { Evidence as AccountEvidence, LimitWindow } from './accounts.ts';
import type { FailoverReason } from './failovers.ts';
import type { AgentStatusWord, DeathCause } from './ports.ts';

/** What led to a decision, kept with it: small and structured, never the text of a screen. */
export type Evidence = Readonly<Record<string, unknown>>;

interface OfSession {
  readonly session: string;
  /** null for dedicated sessions. */
  readonly index: number | null;
}

interface OfAgent extends OfSession {
  readonly account: string;
  readonly conversation: string;
  readonly pid: number;
}

export interface OfRestart {
  readonly cause: DeathCause;
  /** Restarts within the window, this one included. */
  readonly attempt: number;
  /** Restarts that the window allows. */
  readonly of: number;
}

/** A task in the hands of a session. */
interface OfTask extends OfSession {
  readonly task: string;
}

interface OfFailover extends OfSession {
  readonly conversation: string;
  readonly from: string;
}

type GuardFacts = Readonly<
  Pick<CheckError, 'code' | 'path' | 'account' | 'link' | 'expected' | 'found'>
>;

export interface LogFacts {
  'daemon.starting': {
    readonly version: string;
    readonly config: string;
    readonly daemonPid: number;
  };
  'daemon.ready': {
    readonly sessions: number;
    readonly usable: number;
    readonly durationMs: number;
  };
  /** The pool's own restart intensity is exceeded: nothing is created any more, what lives is left alone. */
  'daemon.escalated': { readonly reason: string };
  /** The operator has ended that: sessions are created again. */
  'daemon.resumed': object;
  /** None of the pool's names exists in tmux, but these do: the config may name another pool. */
  'daemon.suspicious_names': {
    readonly prefix: string;
    readonly startIndex: number;
    readonly similar: readonly string[];
  };
  /** The config is read again; one of the next two follows. */
  'daemon.reloading': { readonly reason: string };
  /** The new config is in force; `changed`: its keys that are different, none when all is as it was. */
  'daemon.reloaded': {
    readonly changed: readonly string[];
    readonly sessions: number;
    readonly durationMs: number;
  };
  /** Nothing was changed, the config of before stays in force. */
  'daemon.reload_refused': { readonly code: string; readonly reason: string };
  'daemon.stopping': { readonly reason: string };
  'daemon.stopped': { readonly exitCode: number };
  /** What kept the daemon from starting, or ended it: nobody supervises any more. */
  'daemon.failed': { readonly exitCode: number; readonly error: unknown };
  /** Something that should not happen and is survived; anything may have been thrown. */
  'daemon.error': { readonly reason: string; readonly error: unknown };
  /** After a `daemon.error` that said that it does not. */
  'tmux.answered': object;
  /** So many lines are missing here: whoever reads the log did not do so for too long. */
  'log.dropped': { readonly lines: number };

  /** One mistake of a config that was read again; `path` is a JSON pointer into it. */
  'config.failed': Readonly<
    Pick<CheckError, 'code' | 'path' | 'line' | 'column' | 'expected' | 'found'>
  > & { readonly reason: string };
  'guard.passed': { readonly accounts: number };
  'guard.failed': GuardFacts & { readonly reason: string };

  'session.adopted': OfAgent;
  'session.created': OfAgent;
  'session.ready': OfAgent;
  'session.crashed': OfSession &
    OfRestart & {
      readonly account: string;
      readonly conversation: string;
      /** null when the agent vanished before its pid was known. */
      readonly pid: number | null;
      /** The task that it worked on, or was given; null = none. */
      readonly task: string | null;
      /** null when no restart follows: `session.failed` says why. */
      readonly delayMs: number | null;
      readonly evidence: Evidence | null;
    };
  'session.recreated': OfAgent &
    OfRestart & {
      /** The task that goes on in it; null = none. */
      readonly task: string | null;
      readonly delayMs: number;
    };
  /** A launch failed and is tried again; no agent died. */
  'session.delayed': OfSession & {
    readonly account: string;
    readonly conversation: string;
    readonly code: string;
    readonly reason: string;
    /** Launches that failed in a row. */
    readonly attempt: number;
    /** Failures in a row that are allowed. */
    readonly of: number;
    /** null while an operator holds the session, or the pool has escalated. */
    readonly delayMs: number | null;
  };
  'session.failed': OfSession & {
    readonly account: string;
    readonly conversation: string;
    readonly code: string;
    readonly reason: string;
    readonly evidence: Evidence | null;
  };
  'session.reset': OfSession;
  'session.blocked': OfSession & { readonly reason: string };
  'session.held': OfSession;
  'session.released': OfSession;
  /** It is outside the pool's range now: its agent and its tmux session are ended, its conversation stays. */
  'session.retired': OfSession & {
    readonly conversation: string;
    /** The agent that was ended for it; null when none lived. */
    readonly pid: number | null;
  };

  /** The agent asks a person something, and nothing of ours answers it. */
  'session.asked': OfSession & { readonly tool: string; readonly task: string | null };
  /** Its client had opened one at a limit, and nobody was at work there: Escape was pressed, so that it can be used. */
  'session.dialog_closed': OfSession & { readonly account: string };
  /** The tool guard has kept the agent from using a tool. */
  'session.tool_refused': OfSession & {
    readonly tool: string;
    readonly rule: string;
    readonly reason: string;
    readonly task: string | null;
  };

  'task.accepted': {
    readonly task: string;
    readonly key: string | null;
    readonly project: string;
    readonly priority: string;
  };
  'task.dispatched': OfTask & { readonly account: string; readonly project: string };
  'task.confirmed': OfTask & { readonly conversation: string; readonly attempt: number };
  /** Its agent asks a person, or a person interrupted it. */
  'task.waiting': OfTask & { readonly waitingFor: string };
  /** No sign of progress for that long; `status` is the client's last word, `action` what follows. */
  'task.stalled': OfTask & {
    readonly status: AgentStatusWord | null;
    readonly silentMs: number;
    readonly action: 'report' | 'restart';
  };
  'task.completed': OfTask & { readonly conversation: string | null; readonly attempt: number };
  /** Given back: it is started again, in its conversation if it had begun. */
  'task.requeued': OfTask & { readonly reason: string };
  'task.died': OfTask & { readonly reason: string };
  'task.cancelled': OfTask;

  'account.quarantined': {
    readonly account: string;
    readonly reason: string;
    readonly evidence: readonly GuardFacts[];
  };
  /** `until`: ISO 8601 UTC, when its limit is due to end. */
  'account.limited': {
    readonly account: string;
    readonly until: string;
    readonly window: LimitWindow;
    readonly evidence: AccountEvidence;
  };
  /** Its login does not work: nothing is started on it until `account clear`. */
  'account.unauthenticated': {
    readonly account: string;
    readonly reason: string;
    readonly evidence: AccountEvidence;
  };
  'account.disabled': { readonly account: string };
  /** Was not, and can be used again. */
  'account.available': { readonly account: string };

  /** A session has to leave its account, with its conversation. */
  'failover.started': OfFailover & {
    readonly reason: FailoverReason;
    readonly evidence: AccountEvidence | null;
  };
  /** `why`: the rule by which it is to go on on `to`, in one sentence. */
  'failover.decided': OfFailover & {
    readonly to: string;
    readonly reason: FailoverReason;
    readonly why: string;
  };
  /** `ms`: from its start until the conversation went on. */
  'failover.completed': OfFailover & {
    readonly to: string;
    readonly reason: FailoverReason;
    readonly ms: number;
  };
  /** It need not leave after all: its account can be used again, or it has gone on by itself. */
  'failover.stayed': OfFailover;
  'failover.failed': OfFailover & { readonly to: string | null; readonly reason: string };
  /** No account is left; `until`: ISO 8601 UTC when the first one is due, null when none is. */
  'failover.parked': OfFailover & { readonly until: string | null };

  /** A reconcile in print, for whoever wants to follow the supervisor's thoughts. */
  'reconcile.planned': {
    readonly because: 'woke' | 'interval';
    /** By session: the agent that should be there, or why none is compared. */
    readonly desired: Readonly<Record<string, string>>;
    readonly observed: Readonly<Record<string, string>> | string;
    readonly actions: readonly { readonly kind: string; readonly session: string }[];
  };
  /** A reconcile found something that no event had told, and what it plans to do about it. */
  'reconcile.drifted': OfSession & { readonly action: string; readonly reason: string };
}
