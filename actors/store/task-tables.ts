import type { Generated } from 'kysely';
import type { TaskState } from '../../machines/tasks.ts';
import type { HistoryColumns } from './history-row.ts';

export interface TaskTable {
  /** The order of acceptance, whatever the clock did meanwhile. */
  seq: Generated<number>;
  id: string;
  key: string | null;
  project: string;
  /** Its place in `TASK_PRIORITIES`: 0 is the highest. */
  priority: number;
  /** Ids, as they were given; `task_dependency` is what decides. */
  depends_on: string;
  not_before: number | null;
  state: TaskState;
  /** Not started earlier: `not_before`, or the end of a back-off. */
  start_at: number;
  announced: Generated<number>;
  /** Grows by one at each claim: the older lease is worth nothing then. */
  fence: Generated<number>;
  /** Whose session `session` is: the socket path of its tmux server. */
  scope: string | null;
  /** Its holder, or the last one. */
  session: string | null;
  /** Epoch milliseconds of the database's clock; null while nobody holds it. */
  lease_until: number | null;
  cancel_requested: Generated<number>;
  conversation: string | null;
  /** 1 once the client took the prompt that its holder's present agent was given. */
  confirmed: Generated<number>;
  /**
   * 1 when that confirmation is in `attempts`, 2 when only one by an earlier agent is: an attempt that
   * is used up, unless the next confirmation does not count, and so goes on with it.
   */
  counted: Generated<number>;
  attempts: Generated<number>;
  /** Claims in a row that were given back because the client never took the prompt. */
  undelivered: Generated<number>;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  result: string | null;
  error: string | null;
}

export interface TaskTextTable {
  task: string;
  text: string;
}

/** `task` waits until `needs` is done. */
export interface TaskDependencyTable {
  task: string;
  needs: string;
}

export interface TaskHistoryTable extends HistoryColumns {
  id: Generated<number>;
  task: string;
}
