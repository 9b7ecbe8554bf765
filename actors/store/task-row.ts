import type { Selectable } from 'kysely';
import {
  type HeldTask,
  TASK_PRIORITIES,
  type Task,
  type TaskPriority,
} from '../../machines/tasks.ts';
import type { TaskTable } from './task-tables.ts';

/** The columns that a `Task` is made of. */
export const TASK_COLUMNS = [
  ...['id', 'key', 'project', 'priority', 'depends_on', 'not_before', 'state', 'attempts'],
  ...['session', 'conversation', 'cancel_requested', 'created_at', 'started_at', 'ended_at'],
  ...['result', 'error'],
] as const;

/** The columns that a `HeldTask` is made of. */
export const HELD_COLUMNS = [
  'id',
  'fence',
  'project',
  'conversation',
  'attempts',
  'confirmed',
] as const;

type Row = Selectable<TaskTable>;

export function taskOfRow(row: Pick<Row, (typeof TASK_COLUMNS)[number]>): Task {
  return {
    id: row.id,
    key: row.key,
    project: row.project,
    priority: priorityOf(row.priority),
    dependsOn: JSON.parse(row.depends_on) as readonly string[],
    notBefore: row.not_before,
    state: row.state,
    attempts: row.attempts,
    session: row.session,
    conversation: row.conversation,
    cancelRequested: row.cancel_requested === 1,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    result: row.result,
    error: row.error,
  };
}

export function heldOfRow(row: Pick<Row, (typeof HELD_COLUMNS)[number]>): HeldTask {
  const { id, fence, project, conversation, attempts, confirmed } = row;
  return { id, fence, project, conversation, attempts, confirmed: confirmed === 1 };
}

/** Its place among the priorities: 0 is the highest. */
export function rankOf(priority: TaskPriority): number {
  return TASK_PRIORITIES.indexOf(priority);
}

/** A rank of a later version is as good as the lowest one. */
export function priorityOf(rank: number): TaskPriority {
  return TASK_PRIORITIES[rank] ?? 'low';
}
