import type { LogEventName } from '../../machines/log-events.ts';

/** What a failure comes to, in the words of docs/FAILOVER.md, and in the log. */
export interface MatrixWay {
  readonly account: string;
  readonly session: string;
  readonly task: string;
  /** Of `TOLD_EVENTS`, in their order. */
  readonly logged: readonly LogEventName[];
}

/** The events by which a row is judged: what happens to an account, of a move, of a question, of a task. */
export const TOLD_EVENTS: ReadonlySet<string> = new Set<LogEventName>([
  'account.limited',
  'account.unauthenticated',
  'account.quarantined',
  'account.available',
  'failover.started',
  'failover.decided',
  'failover.completed',
  'failover.parked',
  'failover.stayed',
  'failover.failed',
  'session.asked',
  'session.crashed',
  'task.waiting',
  'task.requeued',
  'task.died',
  'task.completed',
]);

const MOVES = { session: 'moves', task: 'goes on there, no attempt is counted' };
const MOVED = ['failover.started', 'failover.decided', 'failover.completed'] as const;
const STAYS = { account: 'stays as it is', session: 'stays' };
const WAITS = { ...STAYS, session: '`waiting`', task: 'waits for a person' };

export const WAYS = {
  limit: {
    ...MOVES,
    account: '**limited** until its reset',
    logged: ['account.limited', ...MOVED, 'task.completed'],
  },
  login: {
    ...MOVES,
    account: '**unauthenticated** until `clear`',
    logged: ['account.unauthenticated', ...MOVED, 'task.completed'],
  },
  again: {
    ...STAYS,
    task: 'is tried again, after `tasks.retry_backoff`',
    logged: ['task.requeued'],
  },
  done: { ...STAYS, task: 'is done', logged: ['task.completed'] },
  asks: { ...WAITS, logged: ['session.asked', 'task.waiting'] },
  interrupted: { ...WAITS, logged: ['task.waiting'] },
} as const satisfies Readonly<Record<string, MatrixWay>>;
