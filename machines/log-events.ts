/**
 * The one list of what the daemon says about itself: each event's name, its facts, its level and its
 * sentence. Names and facts are a contract (renaming one is a major version); the sentence is for
 * people and may change. `pid` is always an agent's, `attempt` is the n of "restart n of `of`".
 */
import type { CheckError, LogLevel } from '../config/types.ts';
import type { Evidence as AccountEvidence, LimitWindow } from './accounts.ts';
import type { FailoverReason } from './failovers.ts';
import { LIMIT_WORDS } from './policy/limit-words.ts';
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

interface OfRestart {
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

interface LogFacts {
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
  /** None of the pool's names exists in tmux, but these do: the config may name another pool. */
  'daemon.suspicious_names': {
    readonly prefix: string;
    readonly startIndex: number;
    readonly similar: readonly string[];
  };
  'daemon.stopping': { readonly reason: string };
  'daemon.stopped': { readonly exitCode: number };
  /** What kept the daemon from starting, or ended it: nobody supervises any more. */
  'daemon.failed': { readonly exitCode: number; readonly error: unknown };
  /** Something that should not happen and is survived; anything may have been thrown. */
  'daemon.error': { readonly reason: string; readonly error: unknown };

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
    /** null while an operator holds the session. */
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

  /** The agent asks a person something, and nothing of ours answers it. */
  'session.asked': OfSession & { readonly tool: string; readonly task: string | null };
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
  /** No sign of progress for that long; `status` is the client's last word. Nothing is ended. */
  'task.stalled': OfTask & {
    readonly status: AgentStatusWord | null;
    readonly silentMs: number;
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

export type LogEventName = keyof LogFacts;

/** One line of the log before it is written: a union that `event` tells apart. */
export type LogEvent<E extends LogEventName = LogEventName> = {
  readonly [K in E]: { readonly event: K } & LogFacts[K];
}[E];

type LogEvents = {
  readonly [E in LogEventName]: readonly [
    level: LogLevel,
    sentence: (facts: LogFacts[E]) => string,
  ];
};

const LOG_EVENTS: LogEvents = {
  'daemon.starting': ['info', (f) => `claude-failover ${f.version} starts with ${f.config}`],
  'daemon.ready': ['info', readySentence],
  'daemon.escalated': ['error', (f) => `no session is created any more: ${f.reason}`],
  'daemon.suspicious_names': ['warn', suspicionSentence],
  'daemon.stopping': ['info', (f) => `stopping (${f.reason}); every session stays`],
  'daemon.stopped': ['info', (f) => `stopped with exit code ${f.exitCode}`],
  'daemon.failed': ['error', (f) => `ended with exit code ${f.exitCode}: ${textOf(f.error)}`],
  'daemon.error': ['error', (f) => f.reason],

  'guard.passed': ['info', (f) => `shared state of ${f.accounts} account(s) is in order`],
  'guard.failed': ['error', (f) => f.reason],

  'session.adopted': ['info', (f) => `${f.session}: adopted with its agent ${f.pid}`],
  'session.created': ['info', (f) => `${f.session}: created, agent ${f.pid} on ${f.account}`],
  'session.ready': ['info', (f) => `${f.session}: agent ${f.pid} is at its prompt`],
  'session.crashed': ['warn', crashSentence],
  'session.recreated': [
    'info',
    (f) => `${f.session}: recreated, agent ${f.pid} on ${f.account} (${nthRestart(f)})`,
  ],
  'session.delayed': ['warn', delaySentence],
  'session.failed': ['error', failSentence],
  'session.reset': ['info', (f) => `${f.session}: reset, its crashes no longer count`],
  'session.blocked': ['warn', (f) => `${f.session}: blocked: ${f.reason}`],
  'session.held': ['info', (f) => `${f.session}: held by the operator`],
  'session.released': ['info', (f) => `${f.session}: released by the operator`],

  'session.asked': ['warn', (f) => `${f.session}: asks a person about ${f.tool}`],
  'session.tool_refused': ['warn', (f) => `${f.session}: ${f.tool} refused: ${f.reason}`],

  'task.accepted': ['info', (f) => `${f.task}: accepted for ${f.project}`],
  'task.dispatched': ['info', (f) => `${f.task}: given to ${f.session}`],
  'task.confirmed': ['info', (f) => `${f.task}: taken by ${f.session} (attempt ${f.attempt})`],
  'task.waiting': ['warn', (f) => `${f.task}: ${f.session} waits for a person (${f.waitingFor})`],
  'task.stalled': [
    'warn',
    (f) =>
      `${f.task}: no sign of progress in ${f.session} for ${f.silentMs / 1000} s (${f.status ?? 'its client says nothing'}); nothing was ended`,
  ],
  'task.completed': ['info', (f) => `${f.task}: done by ${f.session}`],
  'task.requeued': ['warn', (f) => `${f.task}: given back by ${f.session}: ${f.reason}`],
  'task.died': [
    'error',
    (f) => `${f.task}: dead: ${f.reason}; \`task retry ${f.task}\` tries it again`,
  ],
  'task.cancelled': ['info', (f) => `${f.task}: cancelled`],

  'account.limited': ['warn', limitSentence],
  'account.unauthenticated': [
    'error',
    (f) =>
      `${f.account}: its login does not work (${f.reason}); log in, then \`account clear ${f.account}\``,
  ],
  'account.disabled': ['info', (f) => `${f.account}: taken out of use by the operator`],
  'account.quarantined': ['error', (f) => `${f.account}: no new agents on it: ${f.reason}`],
  'account.available': ['info', (f) => `${f.account}: can be used again`],

  'failover.started': ['warn', (f) => `${f.session}: has to leave ${f.from}: ${LEAVES[f.reason]}`],
  'failover.completed': ['info', moveSentence],
  'failover.stayed': ['info', (f) => `${f.session}: stays on ${f.from} after all`],
  'failover.failed': ['error', (f) => `${f.session}: could not leave ${f.from}: ${f.reason}`],
  'failover.parked': ['warn', parkSentence],

  'reconcile.planned': [
    'debug',
    (f) =>
      f.actions.length === 0
        ? 'all sessions are as they should be'
        : f.actions.map(({ kind, session }) => `${session}: ${kind}`).join(', '),
  ],
  'reconcile.drifted': ['warn', (f) => `${f.session}: ${f.action}, for ${f.reason}`],
};

export function levelOf(event: LogEventName): LogLevel {
  return LOG_EVENTS[event][0];
}

/** The sentence for people, in one line unless a reason of ours has several. */
export function messageOf<E extends LogEventName>(logEvent: LogEvent<E>): string {
  const [, sentence] = LOG_EVENTS[logEvent.event];
  return sentence(logEvent);
}

function limitSentence({ account, until, window, evidence }: LogFacts['account.limited']): string {
  return evidence.source === 'operator'
    ? `${account}: not used until ${until}, as the operator says`
    : `${account}: its ${LIMIT_WORDS[window]} is reached, until ${until}`;
}

const LEAVES: Readonly<Record<FailoverReason, string>> = {
  limit: 'its turn ended at the limit',
  login: 'its turn ended because the login does not work',
  unavailable: 'that account cannot be used now',
  operator: 'the operator wants it',
};

/** One that was parked may go on where it was. */
function moveSentence({ session, from, to, ms }: LogFacts['failover.completed']): string {
  const where = from === to ? `${to} again` : `${to} instead of ${from}`;
  return `${session}: goes on with ${where}, after ${ms} ms`;
}

function parkSentence({ session, until }: LogFacts['failover.parked']): string {
  const due = until === null ? '' : ` (the first is due at ${until})`;
  return `${session}: parked until an account can be used${due}`;
}

/** At a start none has reached its prompt, and that is no fault. */
function readySentence({ sessions, usable }: LogFacts['daemon.ready']): string {
  return `ready: ${sessions} sessions, ${usable} at their prompt${usable < sessions ? ' yet' : ''}`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function suspicionSentence(facts: LogFacts['daemon.suspicious_names']): string {
  const { prefix, startIndex, similar } = facts;
  return `tmux has no session of the pool (${prefix}${startIndex} and following), but it has ${similar.join(', ')}: if those are meant, mend pool.autonomous.prefix and start_index`;
}

function crashSentence(facts: LogFacts['session.crashed']): string {
  const agent = facts.pid === null ? 'the agent' : `agent ${facts.pid}`;
  const next =
    facts.delayMs === null ? 'not restarted' : `${nthRestart(facts)} in ${facts.delayMs} ms`;
  return `${facts.session}: ${agent} on ${facts.account} ${ending(facts.cause)}; ${next}`;
}

/** Reasons that need something mended first name the verb themselves. */
function failSentence({ session, reason }: LogFacts['session.failed']): string {
  const verb = `session reset ${session}`;
  const next = reason.includes(verb) ? '' : `; \`${verb}\` starts it again`;
  return `${session}: given up: ${reason}${next}`;
}

function delaySentence(facts: LogFacts['session.delayed']): string {
  const next = facts.delayMs === null ? 'held' : `tried again in ${facts.delayMs} ms`;
  return `${facts.session}: not started, ${facts.reason} (failure ${facts.attempt} of ${facts.of}); ${next}`;
}

function nthRestart({ attempt, of }: OfRestart): string {
  return `restart ${attempt} of ${of}`;
}

function ending(cause: DeathCause): string {
  switch (cause.kind) {
    case 'exit':
      return `exited with code ${cause.code}`;
    case 'signal':
      return `was ended by signal ${cause.signal}`;
    case 'vanished':
      return 'vanished';
    case 'server_lost':
      return 'was lost with its tmux server';
    case 'not_ready':
      return 'did not reach its prompt in time';
    case 'unknown':
      return 'ended, and nothing tells how';
  }
}
