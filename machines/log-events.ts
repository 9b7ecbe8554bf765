/**
 * The one list of what the daemon says about itself: each event's level and its sentence, from the facts of
 * log-facts.ts. The sentence is for people and may change.
 */
import type { LogLevel } from '../config/types.ts';
import type { FailoverReason } from './failovers.ts';
import type { LogFacts, OfRestart } from './log-facts.ts';
import { LIMIT_WORDS } from './policy/limit-words.ts';
import type { DeathCause } from './ports.ts';

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
  'daemon.escalated': [
    'error',
    (f) =>
      `no session is created any more: ${f.reason}; \`session reset --all\` has it go on once the cause is mended`,
  ],
  'daemon.resumed': ['info', () => 'sessions are created again, as the operator says'],
  'daemon.suspicious_names': ['warn', suspicionSentence],
  'daemon.reloading': ['info', (f) => `reads its config again (${f.reason})`],
  'daemon.reloaded': ['info', reloadSentence],
  'daemon.reload_refused': ['error', (f) => `goes on with the config of before: ${f.reason}`],
  'daemon.stopping': ['info', (f) => `stopping (${f.reason}); every session stays`],
  'daemon.stopped': ['info', (f) => `stopped with exit code ${f.exitCode}`],
  'daemon.failed': ['error', (f) => `ended with exit code ${f.exitCode}: ${textOf(f.error)}`],
  'daemon.error': ['error', (f) => f.reason],
  'tmux.answered': ['info', () => 'tmux tells again what is there'],
  'log.dropped': ['error', (f) => `${f.lines} lines of the log are missing here: nobody read them`],

  'config.failed': ['error', (f) => f.reason],
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
  'session.retired': ['info', (f) => `${f.session}: retired, it is outside the pool's range`],

  'session.asked': ['warn', (f) => `${f.session}: asks a person about ${f.tool}`],
  'session.dialog_closed': [
    'info',
    (f) => `${f.session}: its client's dialog on the limit of ${f.account} was closed`,
  ],
  'session.tool_refused': ['warn', (f) => `${f.session}: ${f.tool} refused: ${f.reason}`],

  'task.accepted': ['info', (f) => `${f.task}: accepted for ${f.project}`],
  'task.dispatched': ['info', (f) => `${f.task}: given to ${f.session}`],
  'task.confirmed': ['info', (f) => `${f.task}: taken by ${f.session} (attempt ${f.attempt})`],
  'task.waiting': ['warn', (f) => `${f.task}: ${f.session} waits for a person (${f.waitingFor})`],
  'task.stalled': ['warn', stallSentence],
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

  'failover.started': ['warn', leaveSentence],
  'failover.decided': ['info', (f) => `${f.session}: is to go on with ${f.to}: ${f.why}`],
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
  proactive: 'that account is nearly used up',
  return: 'a preferred account can be used again',
};

/** Nothing forces it to go when it goes of its own accord. */
function leaveSentence({ session, from, reason }: LogFacts['failover.started']): string {
  const is = reason === 'proactive' || reason === 'return' ? 'is' : 'has';
  return `${session}: ${is} to leave ${from}: ${LEAVES[reason]}`;
}

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

function reloadSentence({ changed, sessions }: LogFacts['daemon.reloaded']): string {
  if (changed.length === 0) return 'the config is as it was';
  return `goes on with the new config: ${sessions} sessions; changed: ${changed.join(', ')}`;
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

function stallSentence({ task, session, ...facts }: LogFacts['task.stalled']): string {
  const said = facts.status ?? 'its client says nothing';
  const next = facts.action === 'restart' ? 'its agent is replaced' : 'nothing was ended';
  return `${task}: no sign of progress in ${session} for ${facts.silentMs / 1000} s (${said}); ${next}`;
}

/** Reasons that need something mended first name the verb themselves. */
function failSentence({ session, reason }: LogFacts['session.failed']): string {
  const verb = `session reset ${session}`;
  const next = reason.includes(verb) ? '' : `; \`${verb}\` starts it again`;
  return `${session}: given up: ${reason}${next}`;
}

function delaySentence(facts: LogFacts['session.delayed']): string {
  const next =
    facts.delayMs === null ? 'not tried again for now' : `tried again in ${facts.delayMs} ms`;
  // Trouble of the surroundings is tried again without an end.
  const most = facts.attempt > facts.of ? '' : ` of ${facts.of}`;
  const failure = facts.attempt === 0 ? '' : ` (failure ${facts.attempt}${most})`;
  return `${facts.session}: not started, ${facts.reason}${failure}; ${next}`;
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
    case 'stalled':
      return 'showed no sign of progress';
    case 'unknown':
      return 'ended, and nothing tells how';
  }
}
