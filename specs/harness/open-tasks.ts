import type { TaskLimits } from '../../actors/store/shelf.ts';
import { handsOn, taskPlace } from './task-store.ts';

/** The real store of a daemon in a directory of its own, with the steps that specs begin with. */
export async function openTasks(limits: Partial<TaskLimits> = {}) {
  const store = await taskPlace().daemon({ limits });
  return { ...store, ...handsOn(() => store.tasks) };
}
