/** The shapes of `task list --json` and `task show --json`. A value that is absent is null, never missing. */
import type { HistoryEntry } from '../machines/ports.ts';
import type { Task, TaskDetail, TaskOutline, TaskPriority, TaskState } from '../machines/tasks.ts';
import type { HistoryReport } from './status-report.ts';

export type { NewTask } from '../machines/tasks.ts';
export { TASK_PRIORITIES } from '../machines/tasks.ts';
export type { Task, TaskDetail, TaskOutline, TaskPriority, TaskState };

export const TASK_STATES = [
  'queued',
  'blocked',
  'running',
  'done',
  'dead',
  'cancelled',
] as const satisfies readonly TaskState[];

/** One of `task list`. Times are ISO 8601 UTC. */
export interface TaskSummary {
  readonly id: string;
  readonly key: string | null;
  readonly state: TaskState;
  readonly project: string;
  readonly priority: TaskPriority;
  readonly attempts: number;
  readonly session: string | null;
  readonly conversation: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly result: string | null;
  readonly error: string | null;
}

/** A stretch of the work on a task, in one session on one account. */
export interface TaskRun {
  readonly account: string;
  readonly session: string;
  /** ISO 8601 UTC. */
  readonly from: string;
  /** ISO 8601 UTC; null while it goes on. */
  readonly until: string | null;
}

/** What `task show` tells: also its text, on which accounts it ran, and what happened to it, oldest first. */
export interface TaskDescription extends TaskSummary {
  readonly text: string;
  /** As far back as the histories of its sessions reach. */
  readonly accounts: readonly TaskRun[];
  readonly history: readonly HistoryReport[];
}

export function summaryOf(task: Task): TaskSummary {
  return {
    id: task.id,
    key: task.key,
    state: task.state,
    project: task.project,
    priority: task.priority,
    attempts: task.attempts,
    session: task.session,
    conversation: task.conversation,
    createdAt: isoTime(task.createdAt),
    startedAt: task.startedAt === null ? null : isoTime(task.startedAt),
    endedAt: task.endedAt === null ? null : isoTime(task.endedAt),
    result: task.result,
    error: task.error,
  };
}

export function descriptionOf(task: TaskDetail, accounts: readonly TaskRun[]): TaskDescription {
  return { ...summaryOf(task), text: task.text, accounts, history: task.history.map(told) };
}

function told(entry: HistoryEntry): HistoryReport {
  return { ...entry, at: isoTime(entry.at) };
}

/** Epoch milliseconds as ISO 8601 UTC. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}
