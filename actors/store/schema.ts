import type { AccountHistoryTable, AccountTable, FailoverTable } from './account-tables.ts';
import type { CrashTable, HistoryTable, SessionTable } from './session-tables.ts';
import type {
  TaskDependencyTable,
  TaskHistoryTable,
  TaskTable,
  TaskTextTable,
} from './task-tables.ts';

/** What this code writes. A store whose `schema_min_writer` is higher must not be written by it. */
export const SCHEMA_VERSION = 1;

/**
 * The tables, in types both engines know: times are epoch milliseconds, booleans 0 or 1, structured
 * facts JSON in text.
 */
export interface Schema {
  meta: { key: string; value: string };
  fence: { key: string; value: number };
  session: SessionTable;
  crash: CrashTable;
  history: HistoryTable;
  account: AccountTable;
  account_history: AccountHistoryTable;
  failover: FailoverTable;
  task: TaskTable;
  task_text: TaskTextTable;
  task_dependency: TaskDependencyTable;
  task_history: TaskHistoryTable;
}
