import { join } from 'node:path';
import { type DaemonStore, openDaemonStore } from '../../actors/store/open-daemon-store.ts';
import { openTaskBook } from '../../actors/store/open-task-book.ts';
import type { TaskLimits } from '../../actors/store/shelf.ts';
import type { HeldTask, NewTask, TaskBook, TaskStore } from '../../machines/tasks.ts';
import { CONFIRMED, newTask, TASK_LIMITS } from './new-task.ts';
import { atEnd } from './scope.ts';
import { tempDir } from './temp-dir.ts';

export interface TaskDaemon {
  readonly scope: string;
  readonly fenceKey: string;
  readonly limits: Partial<TaskLimits>;
}

/** One place in which several daemons, and whoever adds tasks, may meet. */
export interface TaskPlace {
  /** Opens it as a daemon does; one that is opened later fences off those of the same `fenceKey`. */
  daemon(daemon?: Partial<TaskDaemon>): Promise<DaemonStore>;
  /** Opens it as the command line does. */
  book(options?: { readonly readOnly: boolean }): Promise<TaskBook>;
}

/** A place in a file; whatever is opened in it is closed when the test ends. */
export function taskPlace(file: string = join(tempDir(), 'state', 'facts.db')): TaskPlace {
  return {
    daemon: async ({ scope = '/run/tmux.sock', fenceKey = 'ours', limits = {} } = {}) => {
      const tasks = { ...TASK_LIMITS, ...limits };
      const store = await openDaemonStore({ file, scope, fenceKey, tasks });
      atEnd(() => store.facts.close());
      return store;
    },
    book: async ({ readOnly } = { readOnly: false }) => {
      const book = await openTaskBook({ file, readOnly });
      atEnd(() => book.close());
      return book;
    },
  };
}

/** The steps that many specs begin with. `store` is asked for at each of them. */
export function handsOn(store: () => TaskStore) {
  const add = async (task: Partial<NewTask> = {}) => (await store().add(newTask(task))).id;
  const claim = async (id: string, session = 'pool-0'): Promise<HeldTask> => {
    const held = await store().claim(id, session);
    if (held === null) throw new Error(`${session} was refused ${id}`);
    return held;
  };
  /** Added, and given to a session. */
  const give = async (task: Partial<NewTask> = {}, session = 'pool-0') =>
    claim(await add(task), session);
  const historyOf = async (id: string) => (await store().show(id))?.history ?? [];
  return {
    add,
    claim,
    give,
    /** Given to a session, and taken by its client. */
    begin: async (task: Partial<NewTask> = {}, session = 'pool-0') => {
      const held = await give(task, session);
      await store().confirm(held, CONFIRMED);
      return held;
    },
    stateOf: async (id: string) => (await store().show(id))?.state,
    readyIds: async () => (await store().ready(1_000)).map(({ id }) => id),
    historyOf,
    eventsOf: async (id: string) => (await historyOf(id)).map(({ event }) => event),
  };
}
