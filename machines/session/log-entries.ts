import type { LogEvent } from '../log-events.ts';
import { restartsStalled } from './task-decisions.ts';
import type { SessionContext } from './types.ts';

/** What of the log's list of events a session tells by itself. */
export type LogWord =
  | Exclude<
      Extract<LogEvent['event'], `session.${string}`>,
      'session.asked' | 'session.tool_refused' | 'session.dialog_closed' | 'session.retired'
    >
  | 'task.waiting'
  | 'task.stalled';

type Builders = { readonly [W in LogWord]: (context: SessionContext) => LogEvent<W> };

const BUILDERS: Builders = {
  'session.adopted': (c) => ({ event: 'session.adopted', ...agent(c) }),
  'session.created': (c) => ({ event: 'session.created', ...agent(c) }),
  'session.ready': (c) => ({ event: 'session.ready', ...agent(c) }),
  'session.crashed': (c) => ({
    event: 'session.crashed',
    ...session(c),
    account: c.account,
    conversation: c.conversation,
    pid: c.death?.pid ?? null,
    task: c.task?.id ?? null,
    ...restart(c),
    delayMs: isToRestart(c) && !c.isLeaving ? c.delayMs : null,
    evidence: null,
  }),
  'session.recreated': (c) => ({
    event: 'session.recreated',
    ...agent(c),
    task: c.task?.id ?? null,
    ...restart(c),
    // A reset during the launch forgave the crash; the restart it led to has happened all the same.
    attempt: Math.max(1, attemptsOf(c)),
    delayMs: c.delayMs,
  }),
  'session.delayed': (c) => ({
    event: 'session.delayed',
    ...session(c),
    account: c.account,
    conversation: c.conversation,
    code: c.launchFailure?.code ?? 'POOL_ESCALATED',
    reason: c.reason ?? 'unknown',
    attempt: c.launchFailures,
    of: c.restart.intensity,
    delayMs: isToRestart(c) ? c.delayMs : null,
  }),
  'session.failed': (c) => ({
    event: 'session.failed',
    ...session(c),
    account: c.account,
    conversation: c.conversation,
    code: c.failure?.code ?? 'INTERNAL',
    reason: c.reason ?? 'unknown',
    evidence: {
      crashes: c.crashTimes.length,
      unreadyStarts: c.unreadyTimes.length,
      launchFailures: c.launchFailures,
    },
  }),
  'session.reset': (c) => ({ event: 'session.reset', ...session(c) }),
  'session.blocked': (c) => ({
    event: 'session.blocked',
    ...session(c),
    reason: c.reason ?? 'a session that is not ours has its name',
  }),
  'session.held': (c) => ({ event: 'session.held', ...session(c) }),
  'session.released': (c) => ({ event: 'session.released', ...session(c) }),
  'task.waiting': (c) => ({
    event: 'task.waiting',
    ...session(c),
    // Never said without a task.
    task: c.task?.id ?? '',
    waitingFor: c.said?.status === 'waiting' ? (c.said.waitingFor ?? 'input') : 'interrupted',
  }),
  'task.stalled': (c) => ({
    event: 'task.stalled',
    ...session(c),
    task: c.task?.id ?? '',
    status: c.said?.status ?? null,
    silentMs: c.tasks.stalledAfterMs,
    action: restartsStalled(c) ? 'restart' : 'report',
  }),
};

/** The log line that tells of `word`, with the facts a person reading the log needs. */
export function logEntry(context: SessionContext, word: LogWord): LogEvent {
  return BUILDERS[word](context);
}

function session({ slot }: SessionContext) {
  return { session: slot.name, index: slot.index };
}

function agent(context: SessionContext) {
  const { account, conversation } = context;
  // 0 would be a lie a person sees at once; none of these words is said without an agent.
  return { ...session(context), account, conversation, pid: context.agent?.pid ?? 0 };
}

function restart(context: SessionContext) {
  return {
    cause: context.death?.cause ?? ({ kind: 'unknown' } as const),
    attempt: attemptsOf(context),
    of: context.restart.intensity,
  };
}

/** In the budget that the last death counts in. */
function attemptsOf({ death, crashTimes, unreadyTimes }: SessionContext): number {
  return (death?.cause.kind === 'not_ready' ? unreadyTimes : crashTimes).length;
}

function isToRestart({ failure, held, isPoolHalted }: SessionContext): boolean {
  return failure === null && !held && !isPoolHalted;
}
