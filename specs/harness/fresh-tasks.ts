import { beforeEach } from '@jest/globals';
import type { TaskStore } from '../../machines/tasks.ts';
import { handsOn, type TaskPlace } from './task-store.ts';

/**
 * For each test a place of its own and the tasks of a daemon in it, with the steps that specs begin
 * with. Both are those of the test that runs.
 */
export function freshTasks(makePlace: () => TaskPlace) {
  let place: TaskPlace;
  let tasks: TaskStore;
  beforeEach(async () => {
    place = makePlace();
    tasks = (await place.daemon()).tasks;
  });
  return { place: latest(() => place), tasks: latest(() => tasks), ...handsOn(() => tasks) };
}

/** Whatever it is asked for, it asks `current` for. */
function latest<T extends object>(current: () => T): T {
  return new Proxy({} as T, { get: (_nothing, name) => Reflect.get(current(), name) });
}
